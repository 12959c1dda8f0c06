"""Seeing an order through: the pipeline is driven from here, beside any workers, until its videos have ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings as site
from django.db import OperationalError, connections

from productvideo import pipeline
from productvideo.models import KlingAccount, Product, ProductVideo
from productvideo.oneshot.news import News, videos_of
from productvideo.querysets import now
from productvideo.states import AT_KLING, Stage

log = logging.getLogger(__name__)

Say = Callable[[str], None]

SLICE = 5.0  # seconds that one step may begin new work, so that news is told in between
REST = 0.5
PATIENCE = 25.0  # seconds of a pause while other videos of the order are still being made
DATABASE_PATIENCE = 60.0
OUR_RULE = "ALLOW_PRIVATE_DOWNLOADS"  # named by every download that our own rules refuse


def follow(product: Product, *, say: Say) -> str:
    """Wait until every video has ended; return "" then, else why it makes no sense to wait here any longer."""
    news, paused_at = News(product, say), None
    while True:
        drive(still_wanted=lambda: not _paused_for_long(news.product))
        videos = news.tell()
        if all(video.is_finished for video in videos):
            return ""
        if reason := refused_by_ourselves(videos):
            return reason
        account = videos[0].account
        if not is_held_up(account, videos):
            paused_at = None
        else:
            paused_at = paused_at or time.monotonic()
            if not is_anything_moving(videos) or time.monotonic() - paused_at > PATIENCE:
                return f"Sending to Kling is paused: {account.pause_reason}"
        time.sleep(REST)


def drive(still_wanted: Callable[[], bool] = lambda: True) -> None:
    """Do what is due, as a worker would. A database that is away for a moment is waited for."""
    end = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            pipeline.submit(_for_a_while())
            pipeline.check(_for_a_while())
            pipeline.collect(_for_a_while(), still_wanted)
            return
        except OperationalError as error:
            if time.monotonic() > end:
                raise
            log.warning("The database does not answer (%s); trying again.", error)
            connections.close_all()
            time.sleep(1)


def _for_a_while() -> Callable[[], bool]:
    end = time.monotonic() + SLICE
    return lambda: time.monotonic() < end


def is_held_up(account: KlingAccount, videos: list[ProductVideo]) -> bool:
    """Say whether a pause of the account keeps videos of the order from moving."""
    account.refresh_from_db()
    if not KlingAccount.objects.filter(pk=account.pk, paused_until__gt=now()).exclude(pause_reason="").exists():
        return False
    stages = {Stage(video.stage) for video in videos}
    return Stage.QUEUED in stages or (account.pause_ends_on_read and bool(stages & AT_KLING))


def is_anything_moving(videos: list[ProductVideo]) -> bool:
    return any(video.stage in (*AT_KLING, Stage.STORING) for video in videos)


def _paused_for_long(product: Product) -> bool:
    """Say whether a slow download should stop holding up the news that the account is paused."""
    long_ago = now() - timedelta(seconds=PATIENCE)
    accounts = KlingAccount.objects.filter(videos__product=product, videos__stage=Stage.QUEUED)
    return accounts.exclude(pause_reason="").filter(paused_at__lte=long_ago, paused_until__gt=now()).exists()


def refused_by_ourselves(videos: list[ProductVideo]) -> str:
    """Return why nothing that is left can ever be saved by this process; "" while there is hope."""
    if site.ALLOW_PRIVATE_DOWNLOADS:
        return ""
    left = [video for video in videos if not video.is_finished]
    if all(video.stage == Stage.STORING and OUR_RULE in video.attention for video in left):
        return left[0].attention
    return ""


def how_to_go_on(product: Product) -> str:
    """Say what is left after this process, and what goes on with it."""
    left = sum(not video.is_finished for video in videos_of(product))
    if not left:
        return "Nothing was bought." if not videos_of(product) else "All videos have ended."
    videos, verb = ("1 video", "waits") if left == 1 else (f"{left} videos", "wait")
    return (
        f"{videos} {verb} in the database, nothing is lost and nothing is paid for twice: `make run`, or"
        " `celery -A config worker` with `celery -A config beat`, goes on with them."
    )
