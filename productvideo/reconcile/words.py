"""The words that all findings share."""

from __future__ import annotations

from collections.abc import Iterable

import kling
from productvideo.models import ProductVideo
from productvideo.prices import plain

IN_WORDS = {
    kling.TaskStatus.SUBMITTED: "waiting there",
    kling.TaskStatus.PROCESSING: "being made there",
    kling.TaskStatus.SUCCEED: "finished",
    kling.TaskStatus.FAILED: "failed there",
}


def name_of(video: ProductVideo) -> str:
    return f"“{video.title}”, take {video.take},"


def state_of(task: kling.Task) -> str:
    """Say how a task stands, and what it cost: finished, 1.5 units."""
    if task.units is None:
        return f"{IN_WORDS[task.status]}, units not told"
    return f"{IN_WORDS[task.status]}, {plain(task.units)} units"


def listing(tasks: Iterable[kling.Task]) -> str:
    """Name tasks with their states: 8001 (finished, 1.5 units) and 8002 (failed there, 0 units)."""
    return " and ".join(f"{task.task_id} ({state_of(task)})" for task in tasks)


def day_of(task: kling.Task) -> str:
    return f"{task.created_at:%Y-%m-%d %H:%M} UTC"
