"""Two tasks with one external id: paid twice, unless Kling charged for at most one of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import kling
from productvideo.models import ProductVideo
from productvideo.reconcile.findings import LOOK, NOTHING, AtKling, Difference, Done, Kind, Remedy, Verdict, difference
from productvideo.reconcile.saving import Shelf
from productvideo.reconcile.words import listing, name_of


def several_tasks(
    video: ProductVideo | None,
    own_id: UUID | None,
    tasks: Sequence[kling.Task],
    own: kling.Task | None,
    shelf: Shelf,
) -> Difference:
    """Report the tasks beside a video's own; none of them is adopted, but films among them can be saved.

    `own` is None where the video holds a task that Kling does not have.
    """
    others = [task for task in tasks if task is not own]
    kind = Kind.PAID_TWICE if sum(map(may_cost, tasks)) > 1 else Kind.TWO_TASKS
    verdict = Verdict.LOOK if any(map(may_cost, others)) else Verdict.EXPLAINED
    done, remedy = _saving(others, shelf, verdict)
    return difference(
        kind,
        verdict,
        _sentence(kind, video, tasks, own),
        video_id=own_id,
        tasks=tuple(AtKling.of(task) for task in tasks),
        done=done,
        remedy=remedy,
    )


def may_cost(task: kling.Task) -> bool:
    """Say whether a task was charged, or will be; a failed one that Kling says nothing about was not."""
    return task.status is not kling.TaskStatus.FAILED or (task.units or Decimal(0)) > 0


def _sentence(kind: Kind, video: ProductVideo | None, tasks: Sequence[kling.Task], own: kling.Task | None) -> str:
    whose = name_of(video) if video else "A video that is not here"
    if video and own is None:
        return (
            f"{whose} holds task {video.task_id}, which Kling does not have; under its id Kling has {listing(tasks)}."
            " Compare both with Kling's bill."
        )
    if kind is Kind.PAID_TWICE:
        return f"{whose} was made twice under one id: {listing(tasks)}. Ask Kling to take one of them off the bill."
    return f"{whose} has more than one task under its id: {listing(tasks)}. At most one of them was charged."


def _saving(others: Sequence[kling.Task], shelf: Shelf, verdict: Verdict) -> tuple[str, Remedy | None]:
    """Return how the films of the other tasks are saved; what is left to a person stays said."""
    what = LOOK if verdict is Verdict.LOOK else NOTHING
    plans = [shelf.remedy(task) for task in others]
    remedies = [remedy for _, remedy in plans if remedy]
    told = "; ".join(done or (remedy.promise if remedy else "") for done, remedy in plans)
    if not remedies:
        return f"{what} (the other film: {told})", None
    return "", Remedy(promise=told, act=lambda: _all(remedies))


def _all(remedies: Sequence[Remedy]) -> Done:
    ended = [remedy.act() for remedy in remedies]
    return Done(text="; ".join(done.text for done in ended), ok=all(done.ok for done in ended))
