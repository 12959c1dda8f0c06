"""Kling -> us: every task that Kling has, beside the video that it was made for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import kling
from productvideo.models import ProductVideo
from productvideo.pipeline.adopt import LOST, MAKING, is_adoptable
from productvideo.reconcile import ours
from productvideo.reconcile.findings import AtKling, Difference, Kind, Remedy, Verdict, difference
from productvideo.reconcile.reading import KlingsSide, as_uuid
from productvideo.reconcile.saving import Shelf, is_kept
from productvideo.reconcile.settling import adopting, moving_on
from productvideo.reconcile.twins import several_tasks
from productvideo.reconcile.words import day_of, name_of, state_of
from productvideo.states import Stage

BEST_FIRST = (*MAKING, kling.TaskStatus.FAILED)  # and before them what is finished


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The tasks that Kling has under one of our ids; a task without one stands alone."""

    id: UUID | None
    tasks: tuple[kling.Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What our side knows of some groups, asked at once."""

    by_id: dict[UUID, ProductVideo]
    by_task: dict[str, ProductVideo]
    elsewhere: dict[UUID, str]  # hosts of videos that were approved for another account
    in_ledger: set[UUID]
    tasks_in_ledger: set[str]


def compare_tasks(side: KlingsSide, shelf: Shelf) -> Iterator[Difference]:
    foreign = 0
    for groups in ours.in_parts(_groups(side)):
        known = _known(side.host.name, groups)
        for group in groups:
            if _is_foreign(group, known):
                foreign += 1
            else:
                yield from _compare(group, known, shelf)
    if foreign:
        yield _made_elsewhere(foreign)


def _groups(side: KlingsSide) -> list[Group]:
    by_id: dict[UUID, list[kling.Task]] = {}
    alone = []
    for task in side.tasks.values():
        if own := as_uuid(task.external_task_id):
            by_id.setdefault(own, []).append(task)
        else:
            alone.append(Group(id=None, tasks=(task,)))
    return [Group(id=own, tasks=tuple(sorted(tasks, key=_best_first))) for own, tasks in by_id.items()] + alone


def _best_first(task: kling.Task) -> tuple[int, object, str]:
    """Of several tasks the finished one is ours, then the one being made; and of those, the oldest."""
    rank = BEST_FIRST.index(task.status) if task.status in BEST_FIRST else -1
    return rank, task.created_at, task.task_id


def _known(host: str, groups: Sequence[Group]) -> Known:
    ids = [group.id for group in groups if group.id]
    task_ids = [task.task_id for group in groups for task in group.tasks]
    by_id = {video.pk: video for video in ours.videos_of(host).filter(pk__in=ids)}
    by_task = {video.task_id: video for video in ours.videos_of(host).filter(task_id__in=task_ids)}
    others = ProductVideo.objects.filter(pk__in=ids).exclude(account__host=host)
    in_ledger, tasks_in_ledger = ours.known_to_ledger(ids, task_ids)
    return Known(
        by_id=by_id,
        by_task=by_task,
        elsewhere=dict(others.values_list("pk", "account__host")),
        in_ledger=in_ledger,
        tasks_in_ledger=tasks_in_ledger,
    )


def _is_foreign(group: Group, known: Known) -> bool:
    [*_, task] = group.tasks
    return group.id is None and task.task_id not in known.by_task and task.task_id not in known.tasks_in_ledger


def _compare(group: Group, known: Known, shelf: Shelf) -> Iterator[Difference]:
    video = known.by_id.get(group.id) if group.id else known.by_task.get(group.tasks[0].task_id)
    crossed = [task for task in group.tasks if group.id and _holder(task, known) not in (None, video)]
    for task in crossed:
        yield _crossed(task, known.by_task[task.task_id], group.id)
    tasks = tuple(task for task in group.tasks if task not in crossed)
    if not tasks:
        return
    own = _own(tasks, video)
    if video is None:
        yield _without_video(group.id, tasks[0], known, shelf)
    elif own is not None:
        yield from _beside(video, own, shelf)
    if len(tasks) > 1 or (video is not None and own is None):
        yield several_tasks(video, group.id, tasks, own, shelf)


def _holder(task: kling.Task, known: Known) -> ProductVideo | None:
    return known.by_task.get(task.task_id)


def _own(tasks: Sequence[kling.Task], video: ProductVideo | None) -> kling.Task | None:
    """Return the task that is the video's: the one it has, else the best; None when what it has is not at Kling."""
    if video is None or not video.task_id:
        return tasks[0]
    return next((task for task in tasks if task.task_id == video.task_id), None)


def _beside(video: ProductVideo, task: kling.Task, shelf: Shelf) -> Iterator[Difference]:
    """Compare a video with the one task that is its own."""
    if not video.task_id and is_adoptable(video):
        sentence = (
            f"{name_of(video)} is “{video.get_stage_display()}” here, and Kling has had its task since {day_of(task)}"
            f" ({state_of(task)})."
        )
        yield _mendable(Kind.FORGOTTEN, video, task, sentence, adopting(video, task))
    elif _is_found_again(video, task):
        sentence = f"{name_of(video)} was given up here as lost, and Kling has it after all ({state_of(task)})."
        yield _mendable(Kind.FORGOTTEN, video, task, sentence, adopting(video, task))
    elif video.stage == Stage.RENDERING and task.status not in MAKING:
        sentence = (
            f"{name_of(video)} is “{video.get_stage_display()}” here, and at Kling it has ended: {state_of(task)}."
        )
        yield _mendable(Kind.ENDED, video, task, sentence, moving_on(video, task))
    elif video.stage == Stage.FAILED and video.error_code != "practice":
        if task.status is not kling.TaskStatus.FAILED:
            yield _failed_only_here(video, task, shelf)
    elif video.stage in (Stage.STORING, Stage.COMPLETE) and task.status is not kling.TaskStatus.SUCCEED:
        yield _finished_only_here(video, task)


def _is_found_again(video: ProductVideo, task: kling.Task) -> bool:
    """What never ended, and has not ended now either, would only be given up once more."""
    lost = video.stage == Stage.FAILED and video.error_code in LOST
    return lost and (task.status not in MAKING or video.error_code != "never_ended")


def _mendable(kind: Kind, video: ProductVideo, task: kling.Task, sentence: str, remedy: Remedy) -> Difference:
    return difference(kind, Verdict.MENDED, sentence, video_id=video.pk, tasks=(AtKling.of(task),), remedy=remedy)


def _failed_only_here(video: ProductVideo, task: kling.Task, shelf: Shelf) -> Difference:
    sentence = f"{name_of(video)} failed here (“{video.error_message}”), and at Kling it is {state_of(task)}."
    verdict = Verdict.LOOK if task.status in MAKING or is_kept(task) else Verdict.EXPLAINED
    done, remedy = shelf.remedy(task)
    return difference(
        Kind.STATE_DIFFERS,
        verdict,
        sentence,
        video_id=video.pk,
        tasks=(AtKling.of(task),),
        done=done,
        remedy=remedy,
    )


def _finished_only_here(video: ProductVideo, task: kling.Task) -> Difference:
    sentence = f"{name_of(video)} has a film from Kling, and Kling calls its task now {state_of(task)}."
    return difference(Kind.STATE_DIFFERS, Verdict.EXPLAINED, sentence, video_id=video.pk, tasks=(AtKling.of(task),))


def _without_video(own: UUID | None, task: kling.Task, known: Known, shelf: Shelf) -> Difference:
    told = f"Task {task.task_id} of {day_of(task)} ({state_of(task)})"
    if own in known.elsewhere:
        sentence = (
            f"{told} is of a video here that was approved for another account ({known.elsewhere[own]}). Set"
            " KLING_API_BASE_URL to that address if both are the same account."
        )
        return difference(Kind.OTHER_ACCOUNT, Verdict.EXPLAINED, sentence, video_id=own, tasks=(AtKling.of(task),))
    if own in known.in_ledger or task.task_id in known.tasks_in_ledger:
        kind, why = Kind.DELETED_HERE, "was made for a video that was deleted here; Kling still has it."
    else:
        kind = Kind.UNKNOWN_HERE
        why = "has an id like ours and is not known here: a database was restored from before it, or another"
        why += " installation uses this account."
    done, remedy = shelf.remedy(task)
    unsaved = kind is Kind.UNKNOWN_HERE and shelf.leaves_at_kling(task)
    return difference(
        kind,
        Verdict.LOOK if unsaved else Verdict.EXPLAINED,
        f"{told} {why}",
        video_id=own,
        tasks=(AtKling.of(task),),
        done=done,
        remedy=remedy,
    )


def _crossed(task: kling.Task, holder: ProductVideo, own: UUID | None) -> Difference:
    sentence = (
        f"Task {task.task_id} ({state_of(task)}) carries the id of video {own}, and here {name_of(holder)} holds it."
        " Look at both in Kling's console."
    )
    return difference(Kind.CROSSED, Verdict.LOOK, sentence, video_id=holder.pk, tasks=(AtKling.of(task),))


def _made_elsewhere(count: int) -> Difference:
    what = "1 task carries" if count == 1 else f"{count} tasks carry"
    sentence = (
        f"{what} no id of ours: made in Kling's console or by another program with these keys. --download leaves"
        " such films alone."
    )
    return difference(Kind.MADE_ELSEWHERE, Verdict.EXPLAINED, sentence, count=count)
