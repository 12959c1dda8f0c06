"""The client: one for both of Kling's APIs, each call with a hard deadline (kling-api §3, §3N, §7.1)."""

import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self, TypeVar

from kling import answers, batches, choosing
from kling.auth import Auth
from kling.deadline import Deadline
from kling.dialects import entries, legacy, new
from kling.errors import (
    AGAIN,
    MEANINGS,
    KlingError,
    NotSentError,
    ParallelLimitError,
    RateLimitError,
    Reaction,
    RefusedError,
    StrangeTaskError,
    TaskNotFoundError,
    UnclearError,
    WrongCredentialsError,
    error_for,
)
from kling.transport import Answer, Request, Transport
from kling.types import AccountCosts, Dialect, ImageToVideo, Listing, StrangeTask, Task, TaskPage

ACCOUNT_COSTS = "/account/costs"
# In this order: image-to-video is what most are; the unified one may have what the third has.
_ALL_LISTINGS = (Listing.IMAGE2VIDEO, Listing.TASKS, Listing.OMNI_VIDEO)
_FIRST_PAUSE_SECONDS = 0.1
_LEAST_WAIT_SECONDS = 1.0
_LEAST_SECONDS = 0.25  # with less than this left it is not worth asking again
_SHARE = 0.6  # of the time left that one read may take while others may follow
_FINDABLE = re.compile(r"[A-Za-z0-9_-]{1,64}")  # kling-api §10; others may be cut, or split at a comma when looked up

Value = TypeVar("Value")


class Client:
    """Kling as one account sees it; safe in threads.

    A create is sent once. The only exception is a clear 1003 or 1004, which says that the signature, and nothing else,
    was looked at: then it is signed again and sent a second time. Reads are repeated on trouble while their deadline
    lasts. Deadlines are in seconds and hold for the whole call.
    """

    def __init__(
        self,
        *,
        auth: Auth,
        base_url: str,
        create_deadline: float = 30.0,
        read_deadline: float = 15.0,
        read_attempts: int = 3,
    ) -> None:
        self._transport = Transport(auth=auth, base_url=base_url)
        self._auth = auth
        self._create_deadline = create_deadline
        self._read_deadline = read_deadline
        self._read_attempts = read_attempts

    def __repr__(self) -> str:
        return f"Client(base_url={self.base_url!r}, auth={self._auth!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close: every connection ends with its call."""

    @property
    def base_url(self) -> str:
        return self._transport.base_url

    def create_image2video(self, request: ImageToVideo, *, deadline: Deadline | None = None) -> Task:
        """Order a video and return its fresh task; nothing of the order leaves after `deadline`.

        The model and the credentials decide which of Kling's APIs is asked (`kling.choosing`). Whoever writes down
        that an order will be sent makes the deadline before that is certain, so that a process which sleeps in between
        sends nothing when it wakes. Without one, it begins now.
        Raises RefusedError for a clear no, NotSentError when nothing left this machine (SettingsError for what the
        model cannot do), and UnclearError when it must be looked up by its external id before it may be sent again.
        """
        _require_whole(request)
        asked = choosing.write_order(request, api_key=self._auth.opens_new_api)
        deadline = deadline or Deadline(self._create_deadline)
        answer = self._exchange(asked, deadline)
        return self._read(
            self._open_created(answer),
            lambda envelope: entries.read_created(
                envelope.found, external_task_id=request.external_task_id, request_id=envelope.request_id
            ),
        )

    def can_read(self, listing: Listing) -> bool:
        """Say whether these credentials open a listing; those of the new API only an API key does."""
        return listing.dialect is Dialect.LEGACY or self._auth.opens_new_api

    def get_task(self, id_or_external_id: str, *, listing: Listing | None = None) -> Task:
        """Return a task by either of its ids; raise TaskNotFoundError, or StrangeTaskError if it makes no sense.

        `listing` is where its model's tasks are (`kling.MODELS[name].listing`); without one every listing that the
        credentials open is asked, one after the other, until one has it.
        """
        if id_or_external_id.strip(" ./,") == "":
            raise NotSentError("A task can be asked for only by an id. Nothing was sent.")
        places = [listing] if listing else [place for place in _ALL_LISTINGS if self.can_read(place)]
        for place in places[:-1]:
            try:
                return self._get(id_or_external_id, place)
            except TaskNotFoundError:
                continue
        return self._get(id_or_external_id, places[-1])

    def list_tasks(
        self, *, page: int = 1, page_size: int = legacy.LARGEST_PAGE, listing: Listing = Listing.IMAGE2VIDEO
    ) -> TaskPage:
        """Return one page of a legacy listing, newest first; pages go to 1000, their size to 500."""
        if listing.dialect is Dialect.NEW:
            raise NotSentError("The new API's list has no page numbers; use list_since. Nothing was sent.")
        return self._ask(legacy.list_page(page, page_size, listing=listing), _read_page)

    def list_since(
        self, since: datetime, *, until: datetime | None = None, cursor: str = "", page_size: int = new.LARGEST_PAGE
    ) -> TaskPage:
        """Return one page of the new API's list: all videos made between two aware moments (API keys only).

        The page's `next_cursor` goes on where it ends.
        """
        self._require_new_api()
        until = until or datetime.now(UTC) + timedelta(minutes=10)  # Kling's clock may be ahead
        return self._ask(new.list_page(since=since, until=until, cursor=cursor, size=page_size), _read_cursor_page)

    def get_tasks(self, *, task_ids: Sequence[str] = (), external_ids: Sequence[str] = ()) -> TaskPage:
        """Return up to 20 tasks by one kind of id, in one call (API keys only); unknown ones are missing."""
        self._require_new_api()
        ids = [*task_ids, *external_ids]
        if not 0 < len(ids) <= new.MOST_IDS or (task_ids and external_ids) or any("," in name for name in ids):
            raise NotSentError(f"Ask for 1 to {new.MOST_IDS} tasks by one kind of id. Nothing was sent.")
        return self._ask(new.look_up(task_ids=task_ids, external_ids=external_ids), _read_page)

    def read_tasks(
        self,
        *,
        since: datetime,
        task_ids: Iterable[str] = (),
        external_ids: Iterable[str] = (),
        listing: Listing = Listing.TASKS,
    ) -> Iterator[TaskPage]:
        """Yield pages until each of these tasks was on one, or is surely not there, with the fewest requests.

        `since` is an aware moment before which none of them was made. What comes along with them is on the pages too.
        """
        if listing.dialect is Dialect.NEW:
            return batches.by_ids_or_cursor(self, set(task_ids), set(external_ids), since=since)
        return batches.by_page_numbers(self, set(task_ids), set(external_ids), since=since, listing=listing)

    def account_costs(self, *, start: datetime, end: datetime) -> AccountCosts:
        """Return the account's packs between two aware moments; free, at most once a second."""
        query: dict[str, str | int] = {
            "start_time": answers.milliseconds(start),
            "end_time": answers.milliseconds(end),
        }
        return self._ask(Request(path=ACCOUNT_COSTS, query=query), _read_costs)

    def _get(self, name: str, listing: Listing) -> Task:
        if listing.dialect is Dialect.NEW:
            return self._get_new(name)
        found, request_id = self._ask(legacy.look_up(name, listing=listing), _read_single)
        return self._only(name, found, request_id)

    def _get_new(self, name: str) -> Task:
        """Ask by the kind of id that it looks like, and by the other one if that may be it too."""
        page = self.get_tasks(task_ids=[name]) if _may_be_task_id(name) else self.get_tasks(external_ids=[name])
        if page.size == 0 and _may_be_task_id(name):
            page = self.get_tasks(external_ids=[name])
        if page.size == 0:
            raise TaskNotFoundError("Kling has no task of this id.", http_status=200)
        found = [entry for entry in page.entries if name in (entry.task_id, entry.external_task_id)]
        return self._only(name, (found or page.entries)[0], "")

    def _only(self, name: str, task: Task | StrangeTask, request_id: str) -> Task:
        """Return the task that was asked for, and nothing else."""
        if isinstance(task, StrangeTask):
            raise StrangeTaskError(task, request_id=request_id)
        if task.external_task_id and name not in (task.task_id, task.external_task_id):
            raise UnclearError(
                f"{self.base_url} sent an answer that cannot be read: it is about another task. {AGAIN}",
                http_status=200,
                request_id=request_id,
            )
        return task

    def _require_new_api(self) -> None:
        if not self._auth.opens_new_api:
            raise WrongCredentialsError(choosing.NEW_API_NEEDS_KEY)

    def _ask(self, request: Request, reader: Callable[[answers.Envelope], Value]) -> Value:
        """Read, again and again with growing pauses, until there is an answer, a clear no, or no time left."""
        deadline = Deadline(self._read_deadline)
        for attempt in range(1, self._read_attempts):
            try:
                return self._ask_once(request, reader, deadline.part(_SHARE))
            except (NotSentError, UnclearError, RateLimitError, ParallelLimitError) as error:
                slowly = isinstance(error, RefusedError) or request.path == ACCOUNT_COSTS
                pause = _pause(attempt, slowly=slowly)
                if deadline.remaining() < pause + _LEAST_SECONDS:
                    raise
                time.sleep(pause)
        return self._ask_once(request, reader, deadline)

    def _ask_once(self, request: Request, reader: Callable[[answers.Envelope], Value], deadline: Deadline) -> Value:
        envelope = self._open_read(self._exchange(request, deadline))
        return self._read(envelope, reader)

    def _exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send once; and once more, signed anew, when only the signature's time was refused."""
        answer = self._transport.exchange(request, deadline)
        code = answers.read_envelope(answer.content).code
        if not _asks_for_a_new_signature(code, answer.http_status):
            return answer
        if not self._auth.renew(refused=answer.bearer, too_early=code == 1003, server_time=answer.server_time):
            return answer
        return self._transport.exchange(request, deadline)

    def _open_created(self, answer: Answer) -> answers.Envelope:
        """Return a create's envelope if it says yes. An error without a code of Kling's may be anybody's: unclear."""
        envelope = answers.read_envelope(answer.content)
        if envelope.code == 0 and 200 <= answer.http_status < 300:
            return envelope
        if envelope.code:
            raise self._refusal(answer, envelope)
        raise self._unreadable(envelope, f"HTTP {answer.http_status} without a code of Kling's", answer.http_status)

    def _open_read(self, answer: Answer) -> answers.Envelope:
        envelope = answers.read_envelope(answer.content)
        if 200 <= answer.http_status < 300 and not envelope.code:
            if envelope.code is None:
                raise self._unreadable(envelope, "it is not Kling's JSON", answer.http_status)
            return envelope
        raise self._refusal(answer, envelope)

    def _refusal(self, answer: Answer, envelope: answers.Envelope) -> KlingError:
        return error_for(
            code=envelope.code or None,
            http_status=answer.http_status,
            message=envelope.message,
            request_id=envelope.request_id,
        )

    def _read(self, envelope: answers.Envelope, reader: Callable[[answers.Envelope], Value]) -> Value:
        try:
            return reader(envelope)
        except answers.UnreadableError as error:
            raise self._unreadable(envelope, str(error)) from None

    def _unreadable(self, envelope: answers.Envelope, reason: str, http_status: int = 200) -> UnclearError:
        return UnclearError(
            f"{self.base_url} sent an answer that cannot be read: {reason}. {AGAIN}",
            code=envelope.code,
            http_status=http_status,
            request_id=envelope.request_id,
            kling_message=envelope.message,
        )


def _read_page(envelope: answers.Envelope) -> TaskPage:
    return entries.read_page(envelope.found, request_id=envelope.request_id)


def _read_cursor_page(envelope: answers.Envelope) -> TaskPage:
    found, next_cursor = new.open_page(envelope.found)
    return entries.read_page(found, request_id=envelope.request_id, next_cursor=next_cursor)


def _read_single(envelope: answers.Envelope) -> tuple[Task | StrangeTask, str]:
    if not isinstance(envelope.found, dict):
        raise answers.UnreadableError("it holds no task")
    return entries.read_task(envelope.found, request_id=envelope.request_id), envelope.request_id


def _read_costs(envelope: answers.Envelope) -> AccountCosts:
    code, message = answers.read_inner(envelope.found)
    if code:
        raise error_for(code=code, http_status=200, message=message, request_id=envelope.request_id)
    return answers.read_costs(envelope.found, request_id=envelope.request_id)


def _asks_for_a_new_signature(code: int | None, http_status: int) -> bool:
    return http_status < 500 and code in MEANINGS and MEANINGS[code].on_create is Reaction.RESIGN


def _pause(attempt: int, *, slowly: bool) -> float:
    """Return the seconds between two tries; a Kling that gets too many requests wants one at least (kling-api §5)."""
    first = _LEAST_WAIT_SECONDS if slowly else _FIRST_PAUSE_SECONDS * random.uniform(1.0, 2.0)  # noqa: S311
    return float(first * 2 ** (attempt - 1))


def _require_whole(request: ImageToVideo) -> None:
    if not request.external_task_id.strip() or not request.image:
        raise NotSentError("An order needs a photo and an external id of its own. Nothing was sent.")
    if not _FINDABLE.fullmatch(request.external_task_id):
        raise NotSentError("An external id has up to 64 letters, digits, hyphens and underscores. Nothing was sent.")
    if bool(request.end_image) != request.settings.end_frame:
        raise NotSentError("The settings and the pictures disagree about an end frame. Nothing was sent.")


def _may_be_task_id(name: str) -> bool:
    """Kling's own ids are decimal, of 18 digits today."""
    return name.isascii() and name.isdigit()
