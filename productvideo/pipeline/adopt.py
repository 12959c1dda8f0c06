"""What Kling says about its tasks becomes moves of our videos: one at a time, or a list page at once."""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, assert_never

from django.db import DatabaseError, IntegrityError, transaction

import kling
from productvideo import ledger, refused
from productvideo.models import KlingAccount, ProductVideo, VideoEvent
from productvideo.models.video import TWO_TASKS, lasting_attention
from productvideo.querysets import ProductVideoQuerySet, now
from productvideo.states import Stage, can_move, require_move

log = logging.getLogger(__name__)

KEPT_BY_KLING = timedelta(days=30)  # kling-api §8: the signed link ends 30 days after the task's last change
ALONE = timedelta(seconds=60)  # until a video that is being made is asked for by itself
LOST = ("lost_at_kling", "never_ended")  # given up, and taken back when Kling shows them again
MOST_UNITS = Decimal(1_000_000)  # what a clip can cost at the very most; beyond it, nobody meant that number
TAKEN_TASK = "Kling gave this video a task ({0}) that belongs to another one; look at both in Kling's console."


def write_down_task(video: ProductVideo, task: kling.Task, *, why: str) -> bool:
    """Give a video its Kling task, wherever the video is by now; False when it has one already."""
    while not video.task_id and can_move(Stage(video.stage), Stage.RENDERING):
        try:
            with transaction.atomic():
                if video.mark_rendering(task.task_id, why=why):
                    return True
        except IntegrityError:
            video.postpone(ALONE, attention=TAKEN_TASK.format(task.task_id))
            return False
        try:
            video.refresh_from_db()
        except ProductVideo.DoesNotExist:  # deleted meanwhile, or forgotten by a restored database
            log.warning("Kling's task %s is of video %s, which is not here any more", task.task_id, video.pk)
            return False
    if video.task_id != task.task_id:
        video.flag(TWO_TASKS.format(video.task_id, task.task_id))
    return False


def settle(account: KlingAccount, page: kling.TaskPage, *, alone_after: timedelta) -> int:
    """Move every video of a list page at once; return how many moved.

    `alone_after` is when a video that is still being made is asked for by itself, should no page show it again.
    A strange entry is flagged and stops nothing: should the page as a whole not go down, its entries go one by one.
    """
    try:
        moved = _settle_at_once(account, page, alone_after=alone_after)
    except (DatabaseError, ArithmeticError):
        if page.size == 1:
            raise
        log.exception("A page of Kling's list cannot be taken as a whole")
        moved = sum(_settle_alone(account, task, alone_after=alone_after) for task in page.tasks)
    if moved:
        account.stop_waiting()
    return moved


def _settle_alone(account: KlingAccount, task: kling.Task, *, alone_after: timedelta) -> int:
    page = kling.TaskPage(tasks=(task,), strange=(), size=1)
    try:
        return _settle_at_once(account, page, alone_after=alone_after)
    except (DatabaseError, ArithmeticError) as error:
        log.exception("Task %s cannot be taken", task.task_id)
        for video in _ours(account, [task]):
            video.flag(f"Kling's record of task {task.task_id} cannot be stored ({type(error).__name__}).")
        return 0


def _settle_at_once(account: KlingAccount, page: kling.TaskPage, *, alone_after: timedelta) -> int:
    with transaction.atomic():
        known = _known_videos(account, page)
        _flag_strange(known, page.strange)
        adopted = _adopt(account, known, page.tasks)
        finished = _finish(account, page.tasks)
        making = [task.task_id for task in page.tasks if task.status in MAKING]
        ProductVideo.objects.of_account(account).filter(
            stage=Stage.RENDERING, task_id__in=making, due_at__lt=now() + alone_after / 2
        ).update(due_at=now() + alone_after, missing_since=None)
    return len(adopted) + len(finished)


MAKING = (kling.TaskStatus.SUBMITTED, kling.TaskStatus.PROCESSING)
Entry = kling.Task | kling.StrangeTask


def _known_videos(account: KlingAccount, page: kling.TaskPage) -> dict[str, ProductVideo]:
    """Return our videos of which a page tells more than where their task stands, by external id.

    Most of a page is what we know already, and that is not worth 500 whole rows.
    """
    listed: defaultdict[str, set[str]] = defaultdict(set)
    for task in page.tasks:
        listed[task.external_task_id].add(task.task_id)
    strange = {entry.external_task_id for entry in page.strange}
    ours = _ours(account, [*page.tasks, *page.strange])
    news = [
        pk
        for pk, task_id, error_code in ours.order_by().values_list("pk", "task_id", "error_code")
        if str(pk) in strange or listed[str(pk)] != {task_id} or error_code in LOST
    ]
    return {str(video.pk): video for video in _rows().filter(pk__in=news)}


def _ours(account: KlingAccount, entries: Sequence[Entry]) -> ProductVideoQuerySet:
    ids = [found for entry in entries if (found := _as_uuid(entry.external_task_id))]
    return _rows().of_account(account).filter(pk__in=ids)


def _rows() -> ProductVideoQuerySet:
    """Videos without what a move does not need: a page brings 500, and their texts are long."""
    return ProductVideo.objects.defer("prompt", "negative_prompt", "description", "source_url")


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _flag_strange(known: dict[str, ProductVideo], entries: Iterable[kling.StrangeTask]) -> None:
    for entry in entries:
        log.error("Kling lists task %s in a way we do not understand: %s", entry.task_id, entry.reason)
        if video := known.get(entry.external_task_id):
            video.flag(f"Kling's record of task {entry.task_id} is not understood: {entry.reason}")


def _adopt(account: KlingAccount, known: dict[str, ProductVideo], tasks: Sequence[kling.Task]) -> list[ProductVideo]:
    """Give listed tasks to the videos that lost or never heard of them, or had given them up."""
    listed = [task.task_id for task in tasks]
    owners = ProductVideo.objects.of_account(account).filter(task_id__in=listed)
    taken = set(owners.values_list("task_id", flat=True))
    orphans: dict[Stage, dict[str, ProductVideo]] = {}
    for task in tasks:
        video = known.get(task.external_task_id)
        if video is None:
            continue
        if video.task_id == task.task_id:
            if _is_back(video, task):
                orphans.setdefault(Stage.FAILED, {})[str(video.pk)] = video
        elif video.task_id:
            video.flag(TWO_TASKS.format(video.task_id, task.task_id))
            ledger.record_second_task(video, task)
        elif task.task_id not in taken and is_adoptable(video):
            orphans.setdefault(Stage(video.stage), {})[str(video.pk)] = video
            video.task_id = task.task_id
    adopted = []
    for start, videos in orphans.items():
        adopted += _move_all(
            list(videos.values()), start, Stage.RENDERING, why="Found at Kling.", **_adopted_columns()
        )
    ledger.record_adopted(adopted)
    ledger.record_look_ups(adopted, ledger.Outcome.ADOPTED, detail="Found in Kling's list.")
    return adopted


def _is_back(video: ProductVideo, task: kling.Task) -> bool:
    """Say whether a video that was given up is to be taken back: Kling shows it again, or has ended it after all."""
    if video.stage != Stage.FAILED or video.error_code not in LOST:
        return False
    return video.error_code != "never_ended" or task.status not in MAKING


def is_adoptable(video: ProductVideo) -> bool:
    """Say whether a video without a task takes one that Kling has under its id."""
    return can_move(Stage(video.stage), Stage.RENDERING) and not video.file and video.error_code != "practice"


def _adopted_columns() -> dict[str, Any]:
    return {
        "due_at": now() + ALONE,
        "accepted_at": now(),
        "finished_at": None,
        "looks": 0,
        "error_code": "",
        "error_message": "",
    }


def _finish(account: KlingAccount, tasks: Sequence[kling.Task]) -> list[ProductVideo]:
    """Move the videos whose tasks have ended."""
    ended = {task.task_id: task for task in tasks if task.status not in MAKING}
    videos = _rows().of_account(account).filter(stage=Stage.RENDERING, task_id__in=ended)
    ready, failed = [], []
    for video in videos:
        task = ended[video.task_id]
        video.units_charged = task.units if task.units is not None and task.units < MOST_UNITS else None
        match task.status:
            case kling.TaskStatus.SUCCEED:
                video.source_url = task.video_url
                # Kling's own time, unless it lies before the task began: then it cannot be meant.
                began = video.accepted_at or video.created_at
                video.source_expires_at = max(task.updated_at, began) + KEPT_BY_KLING
                ready.append(video)
            case kling.TaskStatus.FAILED:
                video.error_code, video.error_message = _reason(task)
                failed.append(video)
            case kling.TaskStatus.SUBMITTED | kling.TaskStatus.PROCESSING:
                pass  # not among the ended
            case _:
                assert_never(task.status)
    moved = _move_all(
        ready,
        Stage.RENDERING,
        Stage.STORING,
        why="Kling has finished it; saving our copy.",
        own=("units_charged", "source_url", "source_expires_at"),
        due_at=now(),
        rendered_at=now(),
        missing_since=None,
    )
    moved += _move_all(
        failed,
        Stage.RENDERING,
        Stage.FAILED,
        why="Kling could not make it.",
        own=("units_charged", "error_code", "error_message"),
        due_at=None,
        finished_at=now(),
        attention=lasting_attention(),
    )
    ledger.record_charges({video.task_id: _charge(video) for video in moved}, host=account.host)
    refused.remember([video.pk for video in moved if video.error_code in refused.ERROR_CODES])
    return moved


def _charge(video: ProductVideo) -> Decimal:
    """What Kling charged; where it does not say, the list price of a film and nothing for a failure."""
    if video.units_charged is not None:
        return video.units_charged
    return Decimal(0) if video.stage == Stage.FAILED else video.units_estimated


def _reason(task: kling.Task) -> tuple[str, str]:
    if "risk control" in task.message.lower():
        return "policy", (
            f"Kling's safety check refused it (“{task.message}”). Change the prompt or the photo and retake it."
        )
    return (
        "kling_failed",
        f"Kling could not make it: “{task.message or 'no reason given'}”. Retake it, or edit the scene.",
    )


def _move_all(
    videos: list[ProductVideo],
    start: Stage,
    end: Stage,
    *,
    why: str,
    own: Sequence[str] = ("task_id",),
    **columns: Any,
) -> list[ProductVideo]:
    """Move many videos at once, as far as each still is where it was; `own` are the columns in which they differ.

    Called in a transaction: the first UPDATE locks the rows that are still there, the second one moves those.
    """
    require_move(start, end)
    if not videos:
        return []
    token = uuid.uuid4()
    there = ProductVideo.objects.filter(stage=start)
    there.bulk_update(videos, own)
    there.filter(pk__in=[video.pk for video in videos]).update(
        stage=end, lease_token=token, claims=0, updated_at=now(), **columns
    )
    moved = list(_rows().filter(lease_token=token).select_related("persona", "account", "approved_by"))
    VideoEvent.for_moves(moved, start=start, why=why)
    return moved
