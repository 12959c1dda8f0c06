"""The changes of a task that a callback tells, and when each of them comes about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kling.sandbox.tasks import Task


class Change(StrEnum):
    """What happens to a task, by the name under which it is stored."""

    SUBMITTED = "submitted"
    PROCESSING = "processing"
    ENDED = "ended"

    def moment_ms(self, task: Task) -> int:
        match self:
            case Change.SUBMITTED:
                return task.created_ms
            case Change.PROCESSING:
                return task.started_ms
            case Change.ENDED:
                return task.ended_ms


def changes_of(task: Task) -> tuple[Change, ...]:
    """Return what happens to a task, in order; a state that it never is in is left out."""
    moments = {change: change.moment_ms(task) for change in Change}
    passing = (Change.SUBMITTED, Change.PROCESSING)
    next_ones = (moments[Change.PROCESSING], moments[Change.ENDED])
    seen = [change for change, end in zip(passing, next_ones, strict=True) if moments[change] < end]
    return (*seen, Change.ENDED)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is still to be told of one task, in this order; `attempt` counts the ones before, for the first of them."""

    task_id: int
    left: Sequence[Change]
    attempt: int = 0
    is_order_settled: bool = False

    @property
    def change(self) -> Change:
        return self.left[0]

    def next_attempt(self) -> "Plan":
        return replace(self, attempt=self.attempt + 1)

    def after_this(self) -> "Plan":
        return replace(self, left=self.left[1:], attempt=0)

    def settled(self, *, is_turned: bool) -> "Plan":
        """Return it with an order that stays: the one in which things happen, or the other one."""
        return replace(self, left=self.left[::-1] if is_turned else self.left, is_order_settled=True)
