"""Money: what Kling says that it charged for a task, beside what the ledger says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import F

import kling
from productvideo import ledger
from productvideo.models import KlingAccount, ProductVideo, Submission
from productvideo.pipeline.adopt import MAKING, MOST_UNITS
from productvideo.prices import plain
from productvideo.reconcile import ours
from productvideo.reconcile.findings import AtKling, Difference, Done, Kind, Remedy, Verdict, difference
from productvideo.reconcile.reading import KlingsSide
from productvideo.reconcile.words import name_of, state_of


def compare_charges(side: KlingsSide, *, except_for: Collection[str]) -> Iterator[Difference]:
    """Compare task by task; `except_for` are those whose charge is written down by a move that is to come."""
    for tasks in ours.in_parts(side.tasks.values()):
        ids = [task.task_id for task in tasks]
        lines = ours.orders_of_tasks(side.host.name, ids)
        videos = {video.task_id: video for video in ours.videos_of(side.host.name).filter(task_id__in=ids)}
        for task in tasks:
            if task.task_id not in lines and (video := videos.get(task.task_id)):
                yield _not_in_ledger(task, video)
            elif task.task_id in lines and task.task_id not in except_for:
                yield from _compare(task, lines[task.task_id], side.host.name)


def _compare(task: kling.Task, lines: Sequence[Submission], host: str) -> Iterator[Difference]:
    if task.units is None or task.status in MAKING:
        return
    written = [line.units_charged for line in lines if line.units_charged is not None]
    told = f"Kling charged {plain(task.units)} units for task {task.task_id}"
    ids = {"video_id": lines[-1].video_id, "tasks": (AtKling.of(task),)}
    if not written and task.units < MOST_UNITS:
        sentence = f"{told}, and the ledger has no charge for it yet."
        yield difference(Kind.UNITS_MISSING, Verdict.MENDED, sentence, remedy=_recording(task, host), **ids)  # type: ignore[arg-type]
    elif sum(written) != task.units:
        ours_says = f"{plain(sum(written, Decimal(0)))} units" if written else "nothing"
        sentence = f"{told}, and the ledger says {ours_says}. Compare with Kling's bill; the ledger is left as it is."
        yield difference(Kind.UNITS_DIFFER, Verdict.LOOK, sentence, **ids)  # type: ignore[arg-type]


def _recording(task: kling.Task, host: str) -> Remedy:
    def record() -> Done:
        if task.units is not None:
            ledger.record_charges({task.task_id: task.units}, host=host)
        return Done(text="written down")

    return Remedy(promise="written down", act=record)


def _not_in_ledger(task: kling.Task, video: ProductVideo) -> Difference:
    sentence = f"{name_of(video)} has task {task.task_id} ({state_of(task)}), and the ledger has no line about it."
    return difference(
        Kind.NOT_IN_LEDGER,
        Verdict.MENDED,
        sentence,
        video_id=video.pk,
        tasks=(AtKling.of(task),),
        remedy=Remedy(promise="entered", act=lambda: _enter(task, video)),
    )


def _enter(task: kling.Task, video: ProductVideo) -> Done:
    """Write one line, also when two do this at once: who is second waits for the account's row, and finds it there."""
    host = video.account.host
    with transaction.atomic():
        KlingAccount.objects.filter(pk=video.account_id).update(turn=F("turn") + 1)
        ledger.record_adopted([video])
    if not ours.orders_of_tasks(host, [task.task_id]):
        return Done(text="not entered: the ledger has another task for this video", ok=False)
    if task.units is not None and task.status not in MAKING and task.units < MOST_UNITS:
        ledger.record_charges({task.task_id: task.units}, host=host)
    return Done(text="entered")
