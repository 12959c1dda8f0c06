"""Asking Kling: an order once, a read while its deadline lasts; and which answers are a yes, a no, or neither."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from kling import answers
from kling.auth import Auth
from kling.errors import (
    AGAIN,
    MEANINGS,
    KlingError,
    NotSentError,
    ParallelLimitError,
    RateLimitError,
    Reaction,
    RefusedError,
    UnclearError,
    error_for,
)
from kling.wire.deadline import Deadline
from kling.wire.transport import Answer, Request, Transport

ACCOUNT_COSTS = "/account/costs"
_FIRST_PAUSE_SECONDS = 0.1
_LEAST_WAIT_SECONDS = 1.0
_LEAST_SECONDS = 0.25  # with less than this left it is not worth asking again
_SHARE = 0.6  # of the time left that one read may take while others may follow

Value = TypeVar("Value")


class Exchange:
    """The talk with one Kling under one login; safe in threads."""

    def __init__(self, *, auth: Auth, base_url: str, read_deadline: float, read_attempts: int) -> None:
        self._transport = Transport(auth=auth, base_url=base_url)
        self._auth = auth
        self._read_deadline = read_deadline
        self._read_attempts = read_attempts

    @property
    def base_url(self) -> str:
        return self._transport.base_url

    def order(self, request: Request, reader: Callable[[answers.Envelope], Value], deadline: Deadline) -> Value:
        """Send what costs money, once, and return what a yes says."""
        return self._read(self._open_created(self._send(request, deadline)), reader)

    def ask(self, request: Request, reader: Callable[[answers.Envelope], Value]) -> Value:
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
        envelope = self._open_read(self._send(request, deadline))
        return self._read(envelope, reader)

    def _send(self, request: Request, deadline: Deadline) -> Answer:
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


def _asks_for_a_new_signature(code: int | None, http_status: int) -> bool:
    return http_status < 500 and code in MEANINGS and MEANINGS[code].on_create is Reaction.RESIGN


def _pause(attempt: int, *, slowly: bool) -> float:
    """Return the seconds between two tries; a Kling that gets too many requests wants one at least (kling-api §5)."""
    first = _LEAST_WAIT_SECONDS if slowly else _FIRST_PAUSE_SECONDS * random.uniform(1.0, 2.0)  # noqa: S311
    return float(first * 2 ** (attempt - 1))
