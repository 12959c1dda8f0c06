"""When to read Kling's list next: often while something can be ready, seldom before and long after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models.functions import Coalesce

from kling import callbacks
from productvideo.models import KlingAccount, ProductVideo
from productvideo.models.dealings import CALLED_JUST_NOW
from productvideo.pace import Clip, Window, window_of
from productvideo.states import Stage

SELDOM = 4  # times KLING_POLL_SECONDS, while nothing can be ready; failures of the photo come within seconds
SLOWEST = timedelta(minutes=10)
CALM = timedelta(seconds=60)  # at least, between two reads, while callbacks bring the read that matters forward
LATELY = timedelta(hours=1)  # so long one callback shows that they arrive


def next_read(account: KlingAccount, at: datetime) -> timedelta:
    """Return how long after `at` (the database's time) the list is worth another read.

    KLING_POLL_SECONDS is the fastest; what the last renders of the same model, mode and length took may only slow it,
    and so do callbacks that arrive.
    """
    pace = timedelta(seconds=settings.KLING_POLL_SECONDS)
    if _is_list_needed_to_send(account):
        return pace
    waits = [_wait(at - since, window_of(clip), pace) for clip, since in _making(account)]
    usual = max(pace, min([*waits, SLOWEST])) if waits else pace
    return max(usual, CALM) if waits and _is_told(account, at) else usual


def _is_list_needed_to_send(account: KlingAccount) -> bool:
    """Say whether something waits for the list itself: a place is free, or an answer got lost."""
    videos = ProductVideo.objects.of_account(account)
    if videos.unanswered().exists():
        return True
    return videos.at_kling().count() < settings.KLING_MAX_PARALLEL and videos.filter(stage=Stage.QUEUED).exists()


def _is_told(account: KlingAccount, at: datetime) -> bool:
    """Say whether Kling tells by itself when something ends: it has lately, and nothing has ended in silence since.

    The callbacks within a second count as one, so a list that was read within it may lack what the others told of.
    """
    if not callbacks.are_used():
        return False
    called_at = KlingAccount.objects.values_list("called_back_at", flat=True).get(pk=account.pk)
    if called_at is None or not called_at + CALLED_JUST_NOW < at < called_at + LATELY:
        return False
    return not _has_ended(account, since=called_at + CALM)


def _has_ended(account: KlingAccount, *, since: datetime) -> bool:
    """Say whether Kling was seen to end something after `since`, which a callback would have told before."""
    videos = ProductVideo.objects.of_account(account).exclude(task_id="").order_by()
    if videos.filter(stage=Stage.STORING, rendered_at__gt=since).exists():
        return True
    finished = videos.annotate(ended_at=Coalesce("rendered_at", "finished_at"))
    return finished.filter(finished_at__gt=since, ended_at__gt=since).exists()


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
