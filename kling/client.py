"""The client: four calls of Kling's legacy API, each with a hard deadline (kling-api §3.1-§3.3, §7.1)."""

import base64
import random
import time
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

from kling import answers
from kling.auth import Auth
from kling.deadline import Deadline
from kling.errors import (
    AGAIN,
    MEANINGS,
    KlingError,
    NotSentError,
    Reaction,
    StrangeTaskError,
    UnclearError,
    error_for,
)
from kling.transport import Answer, Request, Transport
from kling.types import AccountCosts, ImageToVideo, StrangeTask, Task, TaskPage

IMAGE_TO_VIDEO = "/v1/videos/image2video"
ACCOUNT_COSTS = "/account/costs"
_FIRST_PAUSE_SECONDS = 0.1
_LEAST_SECONDS = 0.25  # with less than this left it is not worth asking again
_SHARE = 0.6  # of the time left that one read may take while others may follow

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

        Whoever writes down that an order will be sent makes the deadline before that is certain, so that a process
        which sleeps in between sends nothing when it wakes. Without one, it begins now.
        Raises RefusedError for a clear no, NotSentError when nothing left this machine, and UnclearError when it must
        be looked up by its external id before it may be sent again.
        """
        if not request.external_task_id.strip() or not request.image:
            raise NotSentError("An order needs a photo and an external id of its own. Nothing was sent.")
        if bool(request.end_image) != request.settings.end_frame:
            raise NotSentError("The settings and the pictures disagree about an end frame. Nothing was sent.")
        deadline = deadline or Deadline(self._create_deadline)
        answer = self._exchange(Request(path=IMAGE_TO_VIDEO, body=_body(request)), deadline)
        envelope = self._open_created(answer)
        return self._read(
            envelope,
            lambda: answers.read_created(
                envelope.found, external_task_id=request.external_task_id, request_id=envelope.request_id
            ),
        )

    def get_task(self, id_or_external_id: str) -> Task:
        """Return a task by either of its ids; raise TaskNotFoundError, or StrangeTaskError if it makes no sense."""
        if id_or_external_id.strip(" ./") == "":
            raise NotSentError("A task can be asked for only by an id. Nothing was sent.")
        envelope = self._ask(Request(path=f"{IMAGE_TO_VIDEO}/{quote(id_or_external_id, safe='')}"))
        if not isinstance(envelope.found, dict):
            raise self._unreadable(envelope, "it holds no task")
        task = answers.read_task(envelope.found, request_id=envelope.request_id)
        if isinstance(task, StrangeTask):
            raise StrangeTaskError(task, request_id=envelope.request_id)
        if task.external_task_id and id_or_external_id not in (task.task_id, task.external_task_id):
            raise self._unreadable(envelope, "it is about another task")
        return task

    def list_tasks(self, *, page: int = 1, page_size: int = 500) -> TaskPage:
        """Return one page of all image-to-video tasks, newest first; pages go to 1000, their size to 500."""
        envelope = self._ask(Request(path=IMAGE_TO_VIDEO, query={"pageNum": page, "pageSize": page_size}))
        return self._read(envelope, lambda: answers.read_page(envelope.found, request_id=envelope.request_id))

    def account_costs(self, *, start: datetime, end: datetime) -> AccountCosts:
        """Return the account's packs between two aware moments; free, at most once a second."""
        query: dict[str, str | int] = {"start_time": _milliseconds(start), "end_time": _milliseconds(end)}
        envelope = self._ask(Request(path=ACCOUNT_COSTS, query=query))
        code, message = answers.read_inner(envelope.found)
        if code:
            raise self._error(code=code, http_status=200, message=message, request_id=envelope.request_id)
        return self._read(envelope, lambda: answers.read_costs(envelope.found, request_id=envelope.request_id))

    def _ask(self, request: Request) -> answers.Envelope:
        """Read, again and again with growing pauses, until there is an answer, a clear no, or no time left."""
        deadline = Deadline(self._read_deadline)
        for attempt in range(1, self._read_attempts):
            try:
                return self._open_read(self._exchange(request, deadline.part(_SHARE)))
            except (NotSentError, UnclearError):
                pause = _FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
                if deadline.remaining() < pause + _LEAST_SECONDS:
                    raise
                time.sleep(pause)
        return self._open_read(self._exchange(request, deadline))

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
        return self._error(
            code=envelope.code or None,
            http_status=answer.http_status,
            message=envelope.message,
            request_id=envelope.request_id,
        )

    def _error(self, *, code: int | None, http_status: int, message: str, request_id: str) -> KlingError:
        return error_for(
            code=code,
            http_status=http_status,
            message=message,
            request_id=request_id,
        )

    def _read(self, envelope: answers.Envelope, reader: Callable[[], Value]) -> Value:
        try:
            return reader()
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


def _asks_for_a_new_signature(code: int | None, http_status: int) -> bool:
    return http_status < 500 and code in MEANINGS and MEANINGS[code].on_create is Reaction.RESIGN


def _body(request: ImageToVideo) -> dict[str, Any]:
    """Write the flat body of kling-api §3.1: raw base64, durations as strings, what is not wanted left out."""
    settings = request.settings
    body: dict[str, Any] = {
        "model_name": settings.model_name,
        "image": base64.b64encode(request.image).decode(),
        "prompt": request.prompt,
        "mode": str(settings.mode),
        "duration": str(settings.duration),
        "external_task_id": request.external_task_id,
    }
    if request.end_image:
        body["image_tail"] = base64.b64encode(request.end_image).decode()
    if settings.negative_prompt:
        body["negative_prompt"] = settings.negative_prompt
    if settings.sound:
        body["sound"] = "on"
    return body


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
