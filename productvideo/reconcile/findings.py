"""What a comparison finds: one difference, what it means, and what was done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import kling

NOTHING = "nothing to do"
LOOK = "nothing was done, look at it"


class Kind(StrEnum):
    """In what the two sides differ."""

    # At Kling, and not so here.
    FORGOTTEN = "forgotten"  # a task of ours whose video has none
    ENDED = "ended"  # a task has ended, its video is still being made
    PAID_TWICE = "paid_twice"  # two tasks with one external id, both charged or still being made
    TWO_TASKS = "two_tasks"  # two tasks with one external id, at most one of them charged
    CROSSED = "crossed"  # a task belongs to one video by its external id, and to another one here
    STATE_DIFFERS = "state_differs"
    DELETED_HERE = "deleted_here"
    UNKNOWN_HERE = "unknown_here"
    OTHER_ACCOUNT = "other_account"
    MADE_ELSEWHERE = "made_elsewhere"
    STRANGE = "strange"
    LIST_CUT = "list_cut"
    # Money.
    NOT_IN_LEDGER = "not_in_ledger"
    UNITS_MISSING = "units_missing"
    UNITS_DIFFER = "units_differ"
    # Here, and not so at Kling or in our storage.
    NOT_AT_KLING = "not_at_kling"  # a video that is being sent or made
    GONE_AT_KLING = "gone_at_kling"  # a task that the ledger knows
    FILE_BROKEN = "file_broken"
    NO_STORAGE = "no_storage"


class Verdict(StrEnum):
    """What is left to do about a difference."""

    MENDED = "mended"
    EXPLAINED = "explained"
    LOOK = "look"  # a person has to


@dataclass(frozen=True, slots=True, kw_only=True)
class AtKling:
    """Kling's record of a task, as far as a finding tells it; `units` is None where Kling does not say."""

    task_id: str
    status: str = ""
    units: Decimal | None = None
    created_at: datetime | None = None

    @classmethod
    def of(cls, task: kling.Task) -> AtKling:
        return cls(task_id=task.task_id, status=task.status, units=task.units, created_at=task.created_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference as it is told; `count` is more than one where many are told at once."""

    kind: Kind
    verdict: Verdict
    sentence: str
    done: str
    video_id: UUID | None = None
    tasks: tuple[AtKling, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of an attempt to mend something."""

    text: str
    ok: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What can be done about a difference: the words for it when it is only promised, and the deed."""

    promise: str
    act: Callable[[], Done]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A finding before anything is done; its verdict holds if the remedy, where there is one, works."""

    finding: Finding
    remedy: Remedy | None = None


def difference(
    kind: Kind,
    verdict: Verdict,
    sentence: str,
    *,
    video_id: UUID | None = None,
    tasks: tuple[AtKling, ...] = (),
    count: int = 1,
    done: str = "",
    remedy: Remedy | None = None,
) -> Difference:
    """Make a difference; without a remedy nothing is done, and that is said."""
    told = done or (remedy.promise if remedy else LOOK if verdict is Verdict.LOOK else NOTHING)
    finding = Finding(
        kind=kind, verdict=verdict, sentence=sentence, done=told, video_id=video_id, tasks=tasks, count=count
    )
    return Difference(finding=finding, remedy=remedy)
