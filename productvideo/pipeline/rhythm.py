"""When to read Kling's list next: often while something can be ready, seldom before and long after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models.functions import Coalesce

from productvideo.models import KlingAccount, ProductVideo
from productvideo.pace import Clip, Window, window_of
from productvideo.states import Stage

SELDOM = 4  # times KLING_POLL_SECONDS, while nothing can be ready; failures of the photo come within seconds
SLOWEST = timedelta(minutes=10)


def next_read(account: KlingAccount, at: datetime) -> timedelta:
    """Return how long after `at` (the database's time) the list is worth another read.

    KLING_POLL_SECONDS is the fastest; what the last renders of the same model, mode and length took may only slow it.
    """
    pace = timedelta(seconds=settings.KLING_POLL_SECONDS)
    if _is_list_needed_to_send(account):
        return pace
    waits = [_wait(at - since, window_of(clip), pace) for clip, since in _making(account)]
    return max(pace, min([*waits, SLOWEST])) if waits else pace


def _is_list_needed_to_send(account: KlingAccount) -> bool:
    """Say whether something waits for the list itself: a place is free, or an answer got lost."""
    videos = ProductVideo.objects.of_account(account)
    if videos.unanswered().exists():
        return True
    return videos.at_kling().count() < settings.KLING_MAX_PARALLEL and videos.filter(stage=Stage.QUEUED).exists()


def _making(account: KlingAccount) -> Iterator[tuple[Clip, datetime]]:
    rendering = ProductVideo.objects.of_account(account).filter(stage=Stage.RENDERING).order_by()
    rows = rendering.annotate(since=Coalesce("submitted_at", "accepted_at", "created_at"))
    for model_name, mode, duration, since in rows.values_list("model_name", "mode", "duration", "since").iterator():
        yield Clip(account.simulated, model_name, mode, duration), since


def _wait(age: timedelta, window: Window | None, pace: timedelta) -> timedelta:
    """Return how long a look at a clip of this age can wait."""
    if age < 2 * pace:
        return pace  # what fails at once
    if window and age < window.opens:
        return min(window.opens - age, SELDOM * pace)
    if window and age <= window.closes:
        return pace
    return age / 60  # nobody knows; the older, the rarer
