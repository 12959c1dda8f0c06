"""The client: one for both of Kling's APIs, each call with a hard deadline (kling-api §3, §3N, §7.1)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from kling import answers, batches, choosing
from kling.auth import Auth
from kling.dialects import entries, legacy, new
from kling.errors import (
    AGAIN,
    MEANINGS,
    InvalidRequestError,
    NotSentError,
    StrangeTaskError,
    TaskNotFoundError,
    UnclearError,
    WrongCredentialsError,
    error_for,
)
from kling.exchange import ACCOUNT_COSTS, Exchange
from kling.types import AccountCosts, Dialect, ImageToVideo, Listing, StrangeTask, Task, TaskPage
from kling.wire.deadline import Deadline
from kling.wire.transport import Request

# In this order: image-to-video is what most are; the unified one may have what the third has.
_ALL_LISTINGS = (Listing.IMAGE2VIDEO, Listing.TASKS, Listing.OMNI_VIDEO)
_FINDABLE = re.compile(r"[A-Za-z0-9_-]{1,64}")  # kling-api §10; others may be cut, or split at a comma when looked up


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
        self._kling = Exchange(auth=auth, base_url=base_url, read_deadline=read_deadline, read_attempts=read_attempts)
        self._auth = auth
        self._create_deadline = create_deadline

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
        return self._kling.base_url

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
        return self._kling.order(
            asked,
            lambda envelope: entries.read_created(
                envelope.found, external_task_id=request.external_task_id, request_id=envelope.request_id
            ),
            deadline,
        )

    def can_read(self, listing: Listing) -> bool:
        """Say whether these credentials open a listing; those of the new API only an API key does."""
        return listing.dialect is Dialect.LEGACY or self._auth.opens_new_api

    def get_task(self, id_or_external_id: str, *, listing: Listing | None = None) -> Task:
        """Return a task by either of its ids; raise TaskNotFoundError, or StrangeTaskError if it makes no sense.

        `listing` is where its model's tasks are (`kling.MODELS[name].listing`); without one every listing that the
        credentials open is asked, one after the other, until one has it. A stand-in for Kling may lack one of them.
        """
        if id_or_external_id.strip(" ./,") == "":
            raise NotSentError("A task can be asked for only by an id. Nothing was sent.")
        places = [listing] if listing else [place for place in _ALL_LISTINGS if self.can_read(place)]
        refusals: list[InvalidRequestError] = []
        for place in places:
            try:
                return self._get(id_or_external_id, place)
            except InvalidRequestError as error:
                if not _may_be_elsewhere(error):
                    raise
                refusals.append(error)
        # That it is nowhere is proved only if every listing said so.
        raise next((error for error in refusals if not isinstance(error, TaskNotFoundError)), refusals[-1])

    def list_tasks(
        self, *, page: int = 1, page_size: int = legacy.LARGEST_PAGE, listing: Listing = Listing.IMAGE2VIDEO
    ) -> TaskPage:
        """Return one page of a legacy listing, newest first; pages go to 1000, their size to 500."""
        if listing.dialect is Dialect.NEW:
            raise NotSentError("The new API's list has no page numbers; use list_since. Nothing was sent.")
        return self._kling.ask(legacy.list_page(page, page_size, listing=listing), _read_page)

    def list_since(
        self, since: datetime, *, until: datetime | None = None, cursor: str = "", page_size: int = new.LARGEST_PAGE
    ) -> TaskPage:
        """Return one page of the new API's list: all videos made between two aware moments (API keys only).

        The page's `next_cursor` goes on where it ends.
        """
        self._require_new_api()
        until = until or datetime.now(UTC) + timedelta(minutes=10)  # Kling's clock may be ahead
        return self._kling.ask(
            new.list_page(since=since, until=until, cursor=cursor, size=page_size), _read_cursor_page
        )

    def get_tasks(self, *, task_ids: Sequence[str] = (), external_ids: Sequence[str] = ()) -> TaskPage:
        """Return up to 20 tasks by one kind of id, in one call (API keys only); unknown ones are missing."""
        self._require_new_api()
        ids = [*task_ids, *external_ids]
        if not 0 < len(ids) <= new.MOST_IDS or (task_ids and external_ids) or any("," in name for name in ids):
            raise NotSentError(f"Ask for 1 to {new.MOST_IDS} tasks by one kind of id. Nothing was sent.")
        return self._kling.ask(new.look_up(task_ids=task_ids, external_ids=external_ids), _read_page)

    def read_tasks(
        self,
        *,
        since: datetime,
        task_ids: Iterable[str] = (),
        external_ids: Iterable[str] = (),
        listing: Listing = Listing.TASKS,
    ) -> Iterator[TaskPage]:
        """Yield pages until each of these tasks was on one, or is surely not there, with few requests.

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
        return self._kling.ask(Request(path=ACCOUNT_COSTS, query=query), _read_costs)

    def _get(self, name: str, listing: Listing) -> Task:
        if listing.dialect is Dialect.NEW:
            return self._get_new(name)
        found, request_id = self._kling.ask(legacy.look_up(name, listing=listing), _read_single)
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


def _require_whole(request: ImageToVideo) -> None:
    if not request.external_task_id.strip() or not request.image:
        raise NotSentError("An order needs a photo and an external id of its own. Nothing was sent.")
    if not _FINDABLE.fullmatch(request.external_task_id):
        raise NotSentError("An external id has up to 64 letters, digits, hyphens and underscores. Nothing was sent.")
    if bool(request.end_image) != request.settings.end_frame:
        raise NotSentError("The settings and the pictures disagree about an end frame. Nothing was sent.")


def _may_be_elsewhere(error: InvalidRequestError) -> bool:
    """Say whether it was the task that was not found, or the whole listing: 404, and not one of Kling's own."""
    return isinstance(error, TaskNotFoundError) or (error.http_status == 404 and error.code not in MEANINGS)


def _may_be_task_id(name: str) -> bool:
    """Kling's own ids are decimal, of 18 digits today."""
    return name.isascii() and name.isdigit()
