"""What must be true when a life is over, whatever happened in it; Kling's own books are the judge of what was paid."""

from __future__ import annotations

import hashlib
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage

from productvideo.models import KlingAccount, ProductVideo, Scene, Submission
from productvideo.states import MOVES, Stage

Tasks = list[dict[str, Any]]


def judge(tasks: Tasks) -> list[str]:
    """Return every broken promise in words; `tasks` are what Kling has made for this life."""
    videos = list(ProductVideo.objects.all())
    broken = _judge_purchases(videos, tasks)
    for video in videos:
        broken += [f"{video.pk}: {words}" for words in _judge_video(video, tasks)]
    return [*broken, *_judge_files(videos)]


def _judge_purchases(videos: list[ProductVideo], tasks: Tasks) -> list[str]:
    broken = []
    if len(videos) != Scene.objects.count():
        broken.append(f"{len(videos)} videos of {Scene.objects.count()} scenes that were approved once")
    if any(scene.takes != 1 for scene in Scene.objects.all()):
        broken.append("a scene does not count one take")
    paid = Counter(task["external_id"] for task in tasks)
    broken += [f"{name}: paid {times} times" for name, times in paid.items() if times != 1]
    broken += [f"{name}: made for no video of ours" for name in paid.keys() - {str(video.pk) for video in videos}]
    if KlingAccount.objects.exclude(pause_reason="").exists():
        broken.append("the account is paused")
    return broken


def _judge_video(video: ProductVideo, tasks: Tasks) -> list[str]:
    made = {task["external_id"]: task for task in tasks}.get(str(video.pk))
    if video.stage != Stage.COMPLETE or made is None:
        return [f"is {video.stage} ({video.error_message or video.attention})"]
    broken = []
    if (video.task_id, video.due_at, video.claims, video.attention) != (made["task_id"], None, 0, ""):
        broken.append(f"is not at rest: {video.task_id} {video.due_at} {video.claims} {video.attention}")
    with default_storage.open(str(video.file.name)) as file:
        if hashlib.sha256(file.read()).hexdigest() != video.sha256 or not video.thumbnail_url:
            broken.append("its file or poster is not what it should be")
    return [*broken, *_judge_story(video), *_judge_ledger(video, made)]


def _judge_story(video: ProductVideo) -> list[str]:
    events = list(video.events.order_by("pk").values_list("from_stage", "to_stage"))
    allowed = all(Stage(end) in MOVES[Stage(start)] for start, end in events if start)
    joined = all(earlier[1] == later[0] for earlier, later in pairwise(events))
    whole = events[0] == ("", Stage.QUEUED) and events[-1][1] == Stage.COMPLETE
    return [] if allowed and joined and whole else [f"its timeline has gaps: {events}"]


def _judge_ledger(video: ProductVideo, made: dict[str, Any]) -> list[str]:
    orders = Submission.objects.filter(video_id=video.pk, kind=Submission.Kind.ORDER)
    charged = [entry.units_charged for entry in orders if entry.units_charged is not None]
    if charged != [Decimal(str(made["units"]))]:
        return [f"the ledger says {charged}, Kling {made['units']}"]
    return []


def _judge_files(videos: list[ProductVideo]) -> list[str]:
    media = Path(settings.MEDIA_ROOT)
    shown = {video.file.name for video in videos} | {video.poster.name for video in videos}
    there = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    lost = [name for name in shown if name and name not in there]
    strange = [name for name in there - shown if not name.startswith(("photos/", "incoming/", "videos/", "posters/"))]
    return [f"file {name} is not there" for name in lost] + [f"file {name} is nobody's" for name in strange]
