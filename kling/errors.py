"""What can go wrong with Kling, named by what it means for the caller.

KlingError
  NotSentError               nothing reached Kling: no such host, refused, TLS, our own argument
    SettingsError            nothing was sent, since no model can do this, or not this one
      WrongCredentialsError  nothing was sent, since the model is in an API that does not take these credentials
  UnclearError               may or may not have been done: time-out, cut line, 5xx, unreadable answer
  StrangeTaskError           Kling answered with a task that cannot be understood
  RefusedError               Kling said no, clearly: nothing was made, nothing is charged
    CredentialsError         1000-1004 and any other 401: the keys
    AccountError             1100 1101 1304: the account needs a person
      BalanceError           1102: no units left
    NotAllowedError          1103: this account may not use this
    InvalidRequestError      1200-1203 and every other 4xx
      TaskNotFoundError      1201 with "Task not found"
      DuplicateIdError       1201 with "External_task_id … already exists"
      EndedModelError        1201 or 1203 with "discontinued"
    PolicyError              1300 1301: what was asked for is not permitted
    RateLimitError           1302: too many requests, try again shortly
    ParallelLimitError       1303: too many tasks at once, wait until one ends
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Self

from kling.types import StrangeTask


class KlingError(Exception):
    """`sentence` is for people: what happened and what to do. `kling_message` is Kling's own text, "" if none."""

    def __init__(
        self,
        sentence: str,
        *,
        code: int | None = None,
        request_id: str = "",
        http_status: int | None = None,
        kling_message: str = "",
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.request_id = request_id
        self.http_status = http_status
        self.kling_message = kling_message


class NotSentError(KlingError):
    """Nothing reached Kling: sending again cannot do anything twice."""


class SettingsError(NotSentError, ValueError):
    """Something that cannot be made; its text is one sentence that names what can be."""


class WrongCredentialsError(SettingsError):
    """The model is only in the new API, which takes API keys and no key pairs."""


class UnclearError(KlingError):
    """A create may or may not have been accepted: look it up by its external id. A read: ask again later."""


class StrangeTaskError(KlingError):
    """Kling answered with a task that cannot be understood; `task` holds its ids as far as they can be read."""

    def __init__(self, task: StrangeTask, *, request_id: str = "") -> None:
        name = task.task_id or task.external_task_id or "without an id"
        super().__init__(
            f"Kling answered about task {name} in a way this program does not know: {task.reason}."
            " Ask again later; if it stays so, look at the task in Kling's console.",
            request_id=request_id,
        )
        self.task = task

    def __reduce__(self) -> tuple[type[Self], tuple[StrangeTask], dict[str, Any]]:
        """Be made again from the task and not from the sentence, in another process too."""
        return type(self), (self.task,), self.__dict__


class RefusedError(KlingError):
    """Kling said no, clearly: nothing was made and nothing is charged."""


class CredentialsError(RefusedError):
    """Kling does not accept the keys."""


class AccountError(RefusedError):
    """Kling wants a person to look after the account."""


class BalanceError(AccountError):
    """The account's units are used up or have expired."""


class NotAllowedError(RefusedError):
    """This account may not use this model or API."""


class InvalidRequestError(RefusedError):
    """Kling finds something wrong in what was asked; sending the same again will not help."""


class TaskNotFoundError(InvalidRequestError):
    """Kling knows no task of this id or external id."""


class DuplicateIdError(InvalidRequestError):
    """A task of this external id exists already: look it up."""


class EndedModelError(InvalidRequestError):
    """Kling has ended this model."""


class PolicyError(RefusedError):
    """Kling's rules do not permit this picture or prompt."""


class RateLimitError(RefusedError):
    """Too many requests in a short time."""


class ParallelLimitError(RefusedError):
    """As many tasks as the account may have are being made already."""


PAUSES_ACCOUNT: tuple[type[KlingError], ...] = (CredentialsError, AccountError)
"""While one of these lasts, nothing else of the same account will succeed either."""


class Reaction(Enum):
    """What to do about an answer."""

    RESIGN = auto()  # sign again and repeat once, then it is a refusal of the keys
    STOP = auto()  # the same request will be refused again
    PAUSE = auto()  # stop everything on the account until a person has acted
    WAIT = auto()  # not done and not charged: the same again, later
    LOOK_UP = auto()  # may have been done: ask by external id before anything else
    REPEAT = auto()  # ask again at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One row of kling-api §5."""

    code: int
    http_status: int
    error: type[KlingError]
    on_create: Reaction
    on_read: Reaction
    sentence: str

    @property
    def helps_to_create_again(self) -> bool:
        """Say whether the same create can succeed later; after LOOK_UP only under the same external id."""
        return self.on_create not in (Reaction.STOP, Reaction.PAUSE)

    @property
    def helps_to_read_again(self) -> bool:
        return self.on_read not in (Reaction.STOP, Reaction.PAUSE)


def _row(
    code: int, http_status: int, error: type[KlingError], reactions: tuple[Reaction, Reaction], sentence: str
) -> Meaning:
    on_create, on_read = reactions
    return Meaning(
        code=code, http_status=http_status, error=error, on_create=on_create, on_read=on_read, sentence=sentence
    )


_STOP = (Reaction.STOP, Reaction.STOP)
_PAUSE = (Reaction.PAUSE, Reaction.PAUSE)
_RESIGN = (Reaction.RESIGN, Reaction.RESIGN)
_WAIT = (Reaction.WAIT, Reaction.WAIT)
_UNCLEAR = (Reaction.LOOK_UP, Reaction.REPEAT)

AGAIN = "It will be asked again."
_KEYS = "Check KLING_API_KEY and KLING_API_SECRET, and that KLING_API_BASE_URL is the host of the keys' region."
_CLOCK = "Set this machine's clock: Kling allows it to be 5 seconds fast."

MEANINGS: dict[int, Meaning] = {
    row.code: row
    for row in (
        _row(1000, 401, CredentialsError, _PAUSE, f"Kling does not accept the keys. {_KEYS}"),
        _row(1001, 401, CredentialsError, _PAUSE, f"Kling saw no keys in the request. {_KEYS}"),
        _row(1002, 401, CredentialsError, _PAUSE, f"Kling does not know the keys. {_KEYS}"),
        _row(1003, 401, CredentialsError, _RESIGN, f"Kling says the signature is not valid yet. {_CLOCK}"),
        _row(1004, 401, CredentialsError, _RESIGN, f"Kling says the signature has run out. {_CLOCK}"),
        _row(1100, 429, AccountError, _PAUSE, "Kling has suspended the account. Ask Kling's support why."),
        _row(1101, 429, AccountError, _PAUSE, "The Kling account has an unpaid bill. Pay it in Kling's console."),
        _row(1102, 429, BalanceError, _PAUSE, "The Kling account has no units left. Buy a pack in Kling's console."),
        _row(1103, 403, NotAllowedError, _STOP, "This Kling account may not use this model. Choose another one."),
        _row(1200, 400, InvalidRequestError, _STOP, "Kling found the request invalid."),
        _row(1201, 400, InvalidRequestError, _STOP, "Kling found something in the request invalid."),
        _row(1202, 404, InvalidRequestError, _STOP, "Kling does not take this kind of request at this address."),
        _row(1203, 404, InvalidRequestError, _STOP, "Kling does not have what was asked for, such as the model."),
        _row(1300, 400, PolicyError, _STOP, "Kling's platform rules do not permit this. Change the words or photo."),
        _row(1301, 400, PolicyError, _STOP, "Kling's content rules do not permit this. Change the words or photo."),
        _row(1302, 429, RateLimitError, _WAIT, "Kling received too many requests at once. Try again in a moment."),
        _row(1303, 429, ParallelLimitError, _WAIT, "Kling is making as many videos as the account's packs allow."),
        _row(1304, 429, AccountError, _PAUSE, "Kling does not accept this machine's address. Mend the IP allow-list."),
        _row(5000, 500, UnclearError, _UNCLEAR, f"Kling had an internal error. {AGAIN}"),
        _row(5001, 503, UnclearError, _UNCLEAR, f"Kling is down for maintenance. {AGAIN}"),
        _row(5002, 504, UnclearError, _UNCLEAR, f"Kling was too busy to answer in time. {AGAIN}"),
    )
}

# The only texts that are ever looked at: Kling gives all of these the code 1201 (or 1203).
_BY_TEXT: tuple[tuple[re.Pattern[str], type[KlingError], str], ...] = (
    (re.compile(r"task\s+not\s+found", re.I), TaskNotFoundError, "Kling has no task of this id."),
    (
        re.compile(r"external_?\s?task_?\s?id\b.*\balready\s+exist", re.I | re.S),
        DuplicateIdError,
        "Kling already has a task of this id.",
    ),
    (
        re.compile(r"discontinued|no\s+longer\s+available", re.I),
        EndedModelError,
        "Kling has ended this model. Choose another one.",
    ),
)
_TOLD_BY_TEXT = (1201, 1203)


def error_for(*, code: int | None, http_status: int, message: str, request_id: str) -> KlingError:
    """Return the error for an answer that is not a success; `code` is None when it carries none of Kling's."""
    error, sentence = _classify(code=code, http_status=http_status, message=message)
    if message and message.rstrip(".") not in sentence:
        sentence = f"{sentence} Kling says: “{message[:500].rstrip('.')}”."
    return error(sentence, code=code, request_id=request_id, http_status=http_status, kling_message=message)


def _classify(*, code: int | None, http_status: int, message: str) -> tuple[type[KlingError], str]:
    if http_status >= 500:
        return UnclearError, _unclear_sentence(code, http_status)
    if code in _TOLD_BY_TEXT:
        for pattern, error, sentence in _BY_TEXT:
            if pattern.search(message):
                return error, sentence
    if code in MEANINGS:
        return MEANINGS[code].error, MEANINGS[code].sentence
    return _classify_unknown(code, http_status)


def _classify_unknown(code: int | None, http_status: int) -> tuple[type[KlingError], str]:
    """Judge an answer without a code of the table by its HTTP status alone."""
    what = f"HTTP {http_status}" + (f", code {code}" if code is not None else "")
    match http_status:
        case 401:
            return CredentialsError, f"Kling does not accept the keys ({what}). {_KEYS}"
        case 429:
            return RateLimitError, f"Kling received too many requests at once ({what}). Try again in a moment."
        case 408 | 425:
            return UnclearError, f"Kling did not take the request in time ({what}). {AGAIN}"
        case _ if 400 <= http_status < 500:
            return InvalidRequestError, f"Kling refused the request ({what})."
        case _:
            return UnclearError, _unclear_sentence(code, http_status)


def _unclear_sentence(code: int | None, http_status: int) -> str:
    if code in MEANINGS and MEANINGS[code].error is UnclearError:
        return MEANINGS[code].sentence
    return f"Kling gave no clear answer (HTTP {http_status}). {AGAIN}"
