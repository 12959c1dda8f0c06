"""One line of the report, in its three colours: all is well, it works but, it does not work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from kling.errors import AGAIN, KlingError

SHORTEST_SECRET = 6  # one that is shorter might be found in innocent words
LATER_HINT = "Kling itself seems to be in trouble. Try again in a few minutes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line; `hint` says what to do, "" when there is nothing to do, and `facts` are the same for programs.

    A `warning` is ok: it stops nothing now.
    """

    name: str
    ok: bool
    message: str
    hint: str = ""
    warning: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def was_tried(self) -> bool:
        return bool(self.facts.get("tried", True))

    def as_json(self) -> dict[str, Any]:
        message = f"Warning: {self.message}" if self.warning else self.message
        return {
            "name": self.name,
            "ok": self.ok,
            "message": message,
            "hint": self.hint,
            "warning": self.warning,
            "facts": dict(self.facts),
        }

    def without(self, secrets: Iterable[str]) -> "Check":
        """Return it with `***` in the place of each secret, whoever wrote it there."""
        longest_first = sorted((text for text in secrets if len(text) >= SHORTEST_SECRET), key=len, reverse=True)
        return replace(
            self,
            message=_hide(self.message, longest_first),
            hint=_hide(self.hint, longest_first),
            facts=_hide(self.facts, longest_first),
        )


def good(name: str, message: str, hint: str = "", /, **facts: Any) -> Check:
    return Check(name=name, ok=True, message=message, hint=hint, facts=facts)


def warn(name: str, message: str, hint: str, /, **facts: Any) -> Check:
    return Check(name=name, ok=True, message=message, hint=hint, warning=True, facts=facts)


def wrong(name: str, message: str, hint: str, /, **facts: Any) -> Check:
    return Check(name=name, ok=False, message=message, hint=hint, facts=facts)


def not_tried(*names: str, because: str) -> list[Check]:
    hint = "Mend what is wrong above, then try again."
    return [wrong(name, f"Not tried: {because}.", hint, tried=False) for name in names]


def said(error: KlingError) -> str:
    """Return the error's sentence without its promise to go on, which holds for videos and not here."""
    return error.sentence.replace(f" {AGAIN}", "")


def amount(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize():f}"


def count(number: Decimal | int, thing: str) -> str:
    """Say how many, such as `1 second`, `98.5 units`."""
    shown = amount(number)
    return f"{shown} {thing}" if shown == "1" else f"{shown} {thing}s"


def _hide(value: Any, secrets: list[str]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "***")
        return value
    if isinstance(value, Mapping):
        return {name: _hide(inner, secrets) for name, inner in value.items()}
    if isinstance(value, list):
        return [_hide(inner, secrets) for inner in value]
    return value
