"""Questions that cost nothing, for finding out what a Kling thinks of some credentials and what its clock shows.

They are those of kling-api §7.3. Unlike the client's, an answer is kept whole whatever it says; nothing else is ever
sent, and only to the one address.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from kling import answers
from kling.answers import milliseconds
from kling.auth import Auth
from kling.errors import AGAIN, KlingError, NotSentError, UnclearError, error_for
from kling.exchange import ACCOUNT_COSTS
from kling.types import Listing
from kling.wire.deadline import Deadline
from kling.wire.transport import Answer, Request, Transport

SECONDS_FOR_A_QUESTION = 15.0
_PAUSES = (0.2, 0.4)  # before the second and the third try; trouble on the line is not repeated for longer
_SHARE = 0.6  # of the time left that one try may take while others may follow
_TOO_EARLY, _TOO_LATE = 1003, 1004


class Question(Enum):
    """What may be asked."""

    COSTS = "the packs, by the account's own endpoint, which takes what the legacy API takes"
    LEGACY = "one page of one entry of the legacy API's list"
    NEW = "a task that cannot be, of the new API"

    def request(self, now: datetime) -> Request:
        match self:
            case Question.COSTS:
                start, end = now - timedelta(days=30), now
                query: dict[str, str | int] = {"start_time": milliseconds(start), "end_time": milliseconds(end)}
                return Request(path=ACCOUNT_COSTS, query=query)
            case Question.LEGACY:
                return Request(path=Listing.IMAGE2VIDEO, query={"pageNum": 1, "pageSize": 1})
            case Question.NEW:
                return Request(path=Listing.TASKS, query={"task_ids": "0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew:
    """How far this machine's clock is ahead of Kling's (behind: below zero): from `least` to `most` seconds.

    A Date header has whole seconds, and was written at some moment between the question and the answer.
    """

    least: float
    most: float

    @property
    def seconds(self) -> float:
        return (self.least + self.most) / 2

    @property
    def leeway(self) -> float:
        return (self.most - self.least) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What came of a question: `found` is the data of a good answer, `error` says why there is none."""

    found: Any = None
    error: KlingError | None = None


class Probe:
    """Asks one Kling with one set of credentials.

    `skew` is the best comparison of the clocks so far, None while no answer had a Date; `time_refusals` are the codes
    with which signatures were refused for their time alone; `bearers` is every signature that was sent, so that a
    report can be kept free of them.
    """

    def __init__(self, *, auth: Auth, base_url: str, clock: Callable[[], float] = time.time) -> None:
        self.auth = auth
        self.skew: Skew | None = None
        self.time_refusals: set[int] = set()
        self.bearers: set[str] = set()
        self._transport = Transport(auth=auth, base_url=base_url)
        self._clock = clock

    @property
    def base_url(self) -> str:
        return self._transport.base_url

    @property
    def now(self) -> datetime:
        """Kling's time, as far as it is known."""
        ahead = self.skew.seconds if self.skew else 0.0
        return datetime.fromtimestamp(self._clock() - ahead, UTC)

    def elsewhere(self, base_url: str) -> "Probe":
        """Return one with the same credentials for another host."""
        probe = Probe(auth=self.auth, base_url=base_url, clock=self._clock)
        probe.bearers = self.bearers
        return probe

    def ask(self, question: Question) -> Finding:
        """Ask, up to three times while there is trouble; return what came of it, and raise nothing of Kling's."""
        deadline = Deadline(SECONDS_FOR_A_QUESTION)
        for pause in _PAUSES:
            finding = self._try(question, deadline.part(_SHARE))
            if not isinstance(finding.error, NotSentError | UnclearError) or deadline.remaining() < 2 * pause:
                return finding
            time.sleep(pause)
        return self._try(question, deadline)

    def _try(self, question: Question, deadline: Deadline) -> Finding:
        try:
            return self._open(self._exchange(question.request(self.now), deadline))
        except KlingError as error:
            return Finding(error=error)

    def _exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send once; and once more, signed by Kling's clock, when only the signature's time was refused."""
        answer = self._compare_clocks(request, deadline)
        code = answers.read_envelope(answer.content).code
        if answer.http_status >= 500 or code not in (_TOO_EARLY, _TOO_LATE):
            return answer
        self.time_refusals.add(code)
        too_early = code == _TOO_EARLY
        if not self.auth.renew(refused=answer.bearer, too_early=too_early, server_time=answer.server_time):
            return answer
        return self._compare_clocks(request, deadline)

    def _compare_clocks(self, request: Request, deadline: Deadline) -> Answer:
        asked_at = self._clock()
        answer = self._transport.exchange(request, deadline)
        self.bearers.add(answer.bearer)
        if answer.server_time is not None:
            theirs = answer.server_time.timestamp()
            skew = Skew(least=asked_at - theirs - 1, most=self._clock() - theirs)
            if self.skew is None or skew.leeway < self.skew.leeway:
                self.skew = skew
        return answer

    def _open(self, answer: Answer) -> Finding:
        """Return a good answer's data; /account/costs has a second code inside it (kling-api §7.1)."""
        envelope = answers.read_envelope(answer.content)
        code, message = envelope.code, envelope.message
        if code == 0:
            inner_code, inner_message = answers.read_inner(envelope.found)
            code, message = inner_code, inner_message or message
        good = 200 <= answer.http_status < 300
        if good and code == 0:
            return Finding(found=envelope.found)
        if good and code is None:
            said = f"{self.base_url} sent an answer that is not Kling's. {AGAIN}"
            return Finding(error=UnclearError(said, http_status=answer.http_status))
        return Finding(
            error=error_for(
                code=code or None,
                http_status=answer.http_status,
                message=message,
                request_id=envelope.request_id,
            )
        )
