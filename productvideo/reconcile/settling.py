"""Adopting tasks and moving their videos on, by the very move that the workers make when they read the list."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError

import kling
from productvideo.models import ProductVideo
from productvideo.pipeline.adopt import settle
from productvideo.reconcile.findings import Done, Remedy
from productvideo.states import Stage

ALONE = timedelta(seconds=60)  # until a video that is being made is asked for by itself


def adopting(video: ProductVideo, task: kling.Task) -> Remedy:
    return Remedy(promise="adopted", act=lambda: _settle(video, task, "adopted"))


def moving_on(video: ProductVideo, task: kling.Task) -> Remedy:
    return Remedy(promise="moved on", act=lambda: _settle(video, task, "moved on"))


def _settle(video: ProductVideo, task: kling.Task, done: str) -> Done:
    """Let the guarded move decide; whoever was first, a worker or another run, the outcome is the same."""
    try:
        settle(video.account, kling.TaskPage(tasks=(task,), strange=(), size=1), alone_after=ALONE)
    except (DatabaseError, ArithmeticError) as error:
        return Done(text=f"not {done}: the database does not take it ({type(error).__name__})", ok=False)
    there = ProductVideo.objects.filter(pk=video.pk).first()
    if there is None:
        return Done(text=f"not {done}: it was deleted meanwhile; run this again", ok=False)
    if there.task_id != task.task_id or (there.stage, there.task_id) == (video.stage, video.task_id):
        return Done(text=f"not {done}: it changed meanwhile; run this again", ok=False)
    return Done(text=f"{done}, now {Stage(there.stage).label}")
