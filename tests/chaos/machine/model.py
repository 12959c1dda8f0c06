"""What must be true, in a few lines: what was approved, what is still here, and what the bank counts."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from machine.unruly_kling import owner

UNITS = Decimal("1.5")  # of a film; a failure costs nothing


@dataclass
class Model:
    """Our side as it should be. It is backed up and restored together with the database; Kling is not."""

    takes: dict[int, int]  # by scene
    whose: dict[str, int] = field(default_factory=dict)  # the persona of every video that was ever approved
    deleted: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    without_file: set[str] = field(default_factory=set)  # deleted after the backup, with their files
    forgotten: set[str] = field(default_factory=set)  # had their tasks before a restore; our side may not know

    def approve(self, scenes: Iterable[int], videos: Iterable[str], *, persona: int) -> None:
        for scene in scenes:
            self.takes[scene] += 1
        self.whose |= dict.fromkeys(videos, persona)

    @property
    def here(self) -> set[str]:
        return self.whose.keys() - self.deleted

    def backed_up(self) -> Self:
        return copy.deepcopy(self)

    def orphans(self, tasks: Iterable[Mapping[str, Any]]) -> set[str]:
        """The tasks whose videos are not here: deleted, or approved after the backup that was restored."""
        return {task["task_id"] for task in tasks if owner(dict(task)) not in self.here}

    def bill(self, tasks: Iterable[Mapping[str, Any]], *, persona: int) -> Decimal:
        """What the persona has spent this month, as far as our side can know of it."""
        films = [task for task in tasks if task["task_status"] == "succeed"]
        return UNITS * sum(self.whose.get(owner(dict(film))) == persona for film in films)

    def may_fail(self, video: str, reason: str, *, task: Mapping[str, Any] | None, refused: bool) -> bool:
        """Say whether a reason is true."""
        match reason:
            case "cancelled":
                return video in self.cancelled and task is None
            case "kling_1301":
                return refused and task is None
            case "policy" | "kling_failed":
                told = str(task["task_status_msg"]) if task and task["task_status"] == "failed" else ""
                return bool(told) and (reason == "policy") == ("risk control" in told)
        return False
