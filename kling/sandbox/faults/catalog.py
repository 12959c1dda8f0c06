"""The faults that a sandbox has on demand: their names, what each may be set to, and what it does.

A rate is a number from 0 to 1: the chance with which the fault strikes each time. All defaults mean "no fault".
`docs/sandbox.md` tells how they are set.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

REFUSED, ACCEPTED = "refused", "accepted"
_DAY = 86_400


class WrongFaultError(ValueError):
    """A fault that does not exist, or a value that it cannot have; the text can be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """What a number may be."""

    least: float
    most: float

    def __str__(self) -> str:
        return f"a number from {self.least:g} to {self.most:g}"

    def holds(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.least <= value <= self.most  # and so no number that is none, nor an endless one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " or ".join(repr(word) for word in self.words)

    def holds(self, value: object) -> bool:
        return value in self.words


def _number(tells: str, default: float = 0.0, *, least: float = 0, most: float = 1) -> float:
    number: float = field(default=default, metadata={"tells": tells, "may_be": _Range(least=least, most=most)})
    return number


def _choice(tells: str, *words: str) -> str:
    choice: str = field(default=words[0], metadata={"tells": tells, "may_be": _Choice(words=words)})
    return choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    lost_answers: float = _number("a create is accepted, then the connection is cut")
    cut_before: float = _number("the connection of a create is cut before anything is looked at")
    maintenance: float = _number("a request is answered 503/5001; nothing is made")
    late_5002: float = _number("a create is accepted, then answered 504/5002; reads are answered so too")
    bursts_1302: float = _number("a request begins a burst in which every request is answered 429/1302")
    burst_seconds: float = _number("how long such a burst lasts", 3.0, most=_DAY)
    repeats: str = _choice("what becomes of a create whose external id is in use", REFUSED, ACCEPTED)
    hidden_seconds: float = _number("for how long a new task is in no list and no look-up", most=30 * _DAY)
    slow_answers: float = _number("an answer comes late")
    slow_seconds: float = _number("how late at most", 5.0, most=600)
    clock_skew: float = _number("seconds by which Kling's clock is ahead", least=-366 * _DAY, most=366 * _DAY)
    truncated_downloads: float = _number("a download ends in the middle of the announced bytes")
    cut_films: float = _number("the film itself stops in the middle; the announced bytes all come")
    html_instead: float = _number("an HTML page comes instead of the film")
    lost_films: float = _number("a download is answered 404")
    callback_delay: float = _number("seconds by which every callback comes late", most=_DAY)
    lost_callbacks: float = _number("a callback is not sent")
    doubled_callbacks: float = _number("a callback comes twice")
    unordered_callbacks: float = _number("a task's callbacks come in the wrong order")
    forged_callbacks: float = _number("two lies come before a callback, one of them well signed")
    stale_callbacks: float = _number("a callback is signed with a time ten minutes ago")
    submitted_callbacks: float = _number("`submitted` has a callback too")
    callback_retries: float = _number("how often a callback that was not taken is sent again", most=10)

    def changed(self, values: Mapping[str, Any]) -> "Faults":
        """Return these faults with some set anew; raise WrongFaultError for the first that cannot be."""
        for name, value in values.items():
            _check(name, value)
        return replace(self, **values)

    def values(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def set_values(self) -> dict[str, Any]:
        """Only what is not as it is without faults."""
        return {name: value for name, value in self.values().items() if value != getattr(NO_FAULTS, name)}


NO_FAULTS = Faults()
# Settings of faults rather than faults: nothing of theirs is ever dealt, so the books have no figure for them.
_UNCOUNTED = ("burst_seconds", "slow_seconds", "clock_skew")
COUNTED = tuple(fault.name for fault in fields(Faults) if fault.name not in _UNCOUNTED)
_FIELDS = {fault.name: fault for fault in fields(Faults)}


def read_fault(text: str) -> tuple[str, Any]:
    """Return name and value of `name=value`, as it is written on a command line; dashes count as underscores."""
    name, is_given, told = text.partition("=")
    if not is_given:
        raise WrongFaultError(f"{text!r} is not of the form NAME=VALUE. {_names()}")
    name, value = name.strip().replace("-", "_"), _read_value(told.strip())
    _check(name, value)
    return name, value


def describe_faults() -> str:
    """Return one sentence that tells every fault, for the command's help."""
    return "; ".join(f"{name} ({fault.metadata['tells']})" for name, fault in _FIELDS.items())


def _read_value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _check(name: str, value: object) -> None:
    if name not in _FIELDS:
        raise WrongFaultError(f"There is no fault {name!r}. {_names()}")
    may_be = _FIELDS[name].metadata["may_be"]
    if not may_be.holds(value):
        raise WrongFaultError(f"{name} must be {may_be}, and not {str(value)[:50]!r}. {_names()}")


def _names() -> str:
    return f"The faults are {', '.join(_FIELDS)}."
