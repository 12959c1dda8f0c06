"""Us -> Kling: what is being sent or made here, and what the ledger knows was bought, looked for at Kling."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings

from productvideo.models import ProductVideo, Submission
from productvideo.pipeline.adopt import LOST
from productvideo.pipeline.check import GIVEN_UP
from productvideo.prices import plain
from productvideo.reconcile import ours
from productvideo.reconcile.findings import AtKling, Difference, Kind, Verdict, difference
from productvideo.reconcile.reading import KlingsSide
from productvideo.reconcile.words import name_of
from productvideo.states import Stage

MINUTES = int(GIVEN_UP.total_seconds() // 60)


def compare_unfinished(side: KlingsSide) -> Iterator[Difference]:
    """Look for every video that Kling should be making; by task id and by our id where the list has neither."""
    for video in ours.at_kling(side.host.name):
        if not side.has(video.task_id, str(video.pk)) and _is_still_there(video):
            yield _not_at_kling(video)


def compare_ledger(side: KlingsSide) -> Iterator[Difference]:
    """Look for every task that was bought within the time that Kling keeps anything."""
    for lines in ours.in_parts(ours.orders_at(side.host.name)):
        unknown = [line for line in lines if not side.has(line.task_id)]
        ids = [line.video_id for line in unknown]
        videos = {video.pk: video for video in ours.videos_of(side.host.name).filter(pk__in=ids)}
        for line in unknown:
            yield from _gone(line, videos.get(line.video_id))


def _is_still_there(video: ProductVideo) -> bool:
    """Say whether the video is still where it was before Kling was asked; workers go on meanwhile."""
    return ProductVideo.objects.filter(pk=video.pk, stage=video.stage, task_id=video.task_id).exists()


def _not_at_kling(video: ProductVideo) -> Difference:
    if video.stage == Stage.SUBMITTING:
        sentence = (
            f"{name_of(video)} was sent and got no clear answer, and Kling does not have it. The workers look twice"
            f" more, and {settings.KLING_RESEND_AFTER:g} s after the sending they send it again under the same id."
        )
        return difference(Kind.NOT_AT_KLING, Verdict.EXPLAINED, sentence, video_id=video.pk)
    sentence = (
        f"{name_of(video)} is being made, says our database, and Kling has no such task, by list, task id and our id."
        f" If that stays so for {MINUTES} minutes the workers end it as lost; then retake it, and ask Kling whether"
        " it was charged."
    )
    tasks = (AtKling(task_id=video.task_id),)
    return difference(Kind.NOT_AT_KLING, Verdict.LOOK, sentence, video_id=video.pk, tasks=tasks)


def _gone(line: Submission, video: ProductVideo | None) -> Iterator[Difference]:
    if video is not None and video.stage == Stage.RENDERING and video.task_id == line.task_id:
        return  # told already, as a video that is being made
    verdict, what_now = _what_is_lost(line.video_id, video, line)
    sentence = f"Task {line.task_id}, bought on {line.sent_at:%Y-%m-%d}, is not at Kling any more; {what_now}"
    task = AtKling(task_id=line.task_id, units=line.units_charged)
    yield difference(Kind.GONE_AT_KLING, verdict, sentence, video_id=line.video_id, tasks=(task,))


def _what_is_lost(video_id: UUID, video: ProductVideo | None, line: Submission) -> tuple[Verdict, str]:
    cost = plain(line.units_estimated if line.units_charged is None else line.units_charged)
    if video is None:
        return Verdict.EXPLAINED, f"its video {video_id} was deleted here too."
    if video.stage == Stage.COMPLETE:
        return Verdict.EXPLAINED, f"{name_of(video)} has our own copy."
    if video.stage == Stage.FAILED and video.error_code not in LOST:
        return Verdict.EXPLAINED, f"{name_of(video)} had failed anyway."
    if video.stage == Stage.FAILED:
        return Verdict.LOOK, f"{name_of(video)} was given up. Retake it, and ask Kling about the {cost} units."
    return Verdict.LOOK, f"{name_of(video)} is “{video.get_stage_display()}” here. Ask Kling about the {cost} units."
