"""The comparison itself: read both sides, find every difference, and mend one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from productvideo.models import ProductVideo
from productvideo.reconcile import ours
from productvideo.reconcile.charges import compare_charges
from productvideo.reconcile.findings import AtKling, Difference, Finding, Kind, Verdict, difference
from productvideo.reconcile.from_kling import compare_tasks
from productvideo.reconcile.from_us import compare_ledger, compare_unfinished
from productvideo.reconcile.reading import KlingsSide, Say, as_uuid, read_kling
from productvideo.reconcile.saving import Shelf
from productvideo.reconcile.stored_films import compare_files
from productvideo.states import FINISHED

WORST_LAST = (Verdict.MENDED, Verdict.EXPLAINED, Verdict.LOOK)  # what needs a person stands nearest to the prompt
SETTLED = (Kind.FORGOTTEN, Kind.ENDED)  # their moves write down the charges too


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was compared, and how the two sides differ. Nothing is changed before `mend`."""

    host: str
    simulated: bool
    tasks: int
    videos: int
    orders: int
    differences: tuple[Difference, ...]

    def preview(self) -> Iterator[Finding]:
        """Tell what would be done, and do nothing."""
        for found in self.differences:
            done = f"would be {found.remedy.promise}" if found.remedy else found.finding.done
            yield replace(found.finding, done=done)

    def mend(self) -> Iterator[Finding]:
        """Do what can be done, and tell each difference as it is done with."""
        for found in self.differences:
            yield _mend(found)


def compare(*, folder: Path | None, byte_for_byte: bool, say: Say) -> Comparison:
    """Read Kling's list and our rows, and find the differences; raise NotComparableError if that cannot be done."""
    side = read_kling(say)
    shelf = Shelf(folder=folder, simulated=side.host.simulated, say=say)
    shelf.require_usable()
    from_us = [*compare_unfinished(side), *compare_ledger(side), *compare_files(side, byte_for_byte=byte_for_byte)]
    from_kling = [*compare_tasks(side, shelf), *_strange(side), *_list_cut(side)]
    settled = {task.task_id for found in from_kling if found.finding.kind in SETTLED for task in found.finding.tasks}
    videos, orders = ours.counts_of(side.host.name)
    found = [*from_kling, *compare_charges(side, except_for=settled), *from_us]
    return Comparison(
        host=side.host.name,
        simulated=side.host.simulated,
        tasks=side.listed,
        videos=videos,
        orders=orders,
        differences=tuple(sorted(found, key=lambda difference: WORST_LAST.index(difference.finding.verdict))),
    )


def _mend(found: Difference) -> Finding:
    if found.remedy is None:
        return found.finding
    done = found.remedy.act()
    return replace(found.finding, done=done.text, verdict=found.finding.verdict if done.ok else Verdict.LOOK)


def _strange(side: KlingsSide) -> Iterator[Difference]:
    """Report what Kling says in a way that we do not understand; it matters where a video waits for it."""
    waiting = {str(pk) for pk in ProductVideo.objects.exclude(stage__in=FINISHED).values_list("pk", flat=True)}
    for entry in side.strange.values():
        own = as_uuid(entry.external_task_id)
        matters = entry.external_task_id in waiting
        sentence = (
            f"Kling's record of task {entry.task_id or 'without an id'} is not understood: {entry.reason}."
            f" {'Look at it in Kling’s console.' if matters else 'No video here waits for it.'}"
        )
        verdict = Verdict.LOOK if matters else Verdict.EXPLAINED
        yield difference(Kind.STRANGE, verdict, sentence, video_id=own, tasks=(AtKling(task_id=entry.task_id),))


def _list_cut(side: KlingsSide) -> Iterator[Difference]:
    if not side.is_whole:
        sentence = (
            f"Kling's list goes on beyond the {side.listed} tasks that it hands out. What is made here was asked for"
            " one by one; tasks beyond that no row here knows of cannot be seen."
        )
        yield difference(Kind.LIST_CUT, Verdict.EXPLAINED, sentence)
