"""Saving: Kling's film is downloaded, judged by what it says of itself, stored as ours, and only then shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q

import kling
from kling.connection import open_client
from productvideo import accounts
from productvideo.downloads import Download, DownloadError, TakenOverError, download
from productvideo.films import Film, FilmError, inspect_film, poster_of
from productvideo.keeping import incoming, is_full, keep_bytes, keep_file
from productvideo.models import KlingAccount, ProductVideo
from productvideo.models.video import THUMBNAIL_URL
from productvideo.pipeline.sweep import sweep_parts
from productvideo.querysets import now
from productvideo.states import Stage

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)  # renewed at each hop and every 15 s while bytes come; silence ends after 60 s
# Seconds after the first, second … broken download: about as long as it has been broken already, so that after a
# disturbance nobody waits longer than it took.
TRY_AGAIN = (
    3,
    5,
    10,
    20,
    40,
    60,
    60,
    120,
    120,
    240,
    480,
    900,
    1800,
    3600,
)
WHEN_FULL = timedelta(seconds=60)
FULL = "Our storage is full. Free some space there; the video is tried again every minute."
LOOK_AT_THE_FOLDER = "See that the folder of MEDIA_ROOT can be written to; the video is tried again by itself."


def collect(keep_going: Callable[[], bool], still_wanted: Callable[[], bool] = lambda: True) -> int:
    """Save what Kling has finished, one film after the other.

    `still_wanted` is asked every few seconds of a download; when it says no, the film is left to its lease.
    """
    account = accounts.current_account()
    sweep_parts()
    touched = 0
    while keep_going() and (videos := _claim(account)):
        _save(videos[0], account, still_wanted)
        touched += 1
    return touched


def _claim(account: KlingAccount) -> list[ProductVideo]:
    """A link needs no credentials: films of other real accounts are saved too, practice ones only in practice."""
    ours = Q(account=account) | Q(account__simulated=False)
    return ProductVideo.objects.filter(ours, stage=Stage.STORING).claim(limit=1, lease=LEASE)


def _save(video: ProductVideo, account: KlingAccount, still_wanted: Callable[[], bool]) -> None:
    video.flag_if_deadly()

    def still_mine() -> bool:
        return still_wanted() and video.renew_lease(LEASE)

    try:
        with download(
            video.source_url,
            folder=incoming(),
            allow_private=settings.ALLOW_PRIVATE_DOWNLOADS or video.account.simulated,
            still_mine=still_mine,
        ) as found:
            film, picture = inspect_film(found.path), _picture(video, found)
            if still_mine():  # renewed, since to store it may take long
                _store(video, found, film, picture)
            else:
                video.postpone(LEASE)
    except TakenOverError:
        video.postpone(LEASE)  # which changes nothing if it was taken over; else nobody here wants it now
    except (DownloadError, FilmError) as error:
        _not_saved(video, account, str(error))
    except OSError as error:
        _storage_failed(video, error)


def _picture(video: ProductVideo, found: Download) -> bytes:
    """Return a still of the film; a poster that cannot be made holds nothing back."""
    try:
        return poster_of(found.path)
    except FilmError as error:
        log.warning("No poster for video %s: %s", video.pk, error)
        return b""


def _store(video: ProductVideo, found: Download, film: Film, picture: bytes) -> None:
    """Move the files into storage, then say in one move that they are there."""
    name = f"{video.pk}-{found.sha256[:16]}"  # the same film twice gets the same name, not a second file
    poster = keep_bytes(f"posters/{name}.jpg", picture) if picture else ""
    video.mark_complete(
        file=keep_file(f"videos/{name}.mp4", found.path, sha256=found.sha256),
        poster=poster,
        thumbnail_url=THUMBNAIL_URL.format(id=video.pk) if poster else "",
        size_bytes=found.size,
        sha256=found.sha256,
        width=film.width,
        height=film.height,
        seconds=film.seconds,
        downloads=0,
    )


def _not_saved(video: ProductVideo, account: KlingAccount, reason: str) -> None:
    """Try again for as long as Kling keeps its copy; then say that it is gone."""
    fresh = _fresh_link(video, account)
    if not fresh and video.mark_failed(
        code="kling_copy_gone",
        message=f"Kling's copy ended before it could be saved. The last try said: {reason}",
        only_if=Q(source_expires_at__lte=now(), lease_token=video.lease_token),
    ):
        return
    log.warning("Video %s is not saved yet: %s", video.pk, reason)
    columns: dict[str, Any] = {"downloads": F("downloads") + 1, "attention": f"Not saved yet. {reason}"}
    if fresh:
        columns["source_url"] = fresh
    video.postpone(_ever_more_slowly(video), **columns)


def _storage_failed(video: ProductVideo, error: OSError) -> None:
    """Wait for our own storage: that says nothing about Kling's copy, so the video cannot end here."""
    if is_full(error):
        log.error("Video %s is not saved yet: our storage is full.", video.pk)
        video.postpone(WHEN_FULL, attention=f"Not saved yet. {FULL}")
    else:
        log.error("Video %s cannot be stored", video.pk, exc_info=error)
        reason = f"Our storage failed ({error.strerror or type(error).__name__}). {LOOK_AT_THE_FOLDER}"
        columns = {"downloads": F("downloads") + 1, "attention": f"Not saved yet. {reason}"}
        video.postpone(_ever_more_slowly(video), **columns)


def _ever_more_slowly(video: ProductVideo) -> timedelta:
    return timedelta(seconds=TRY_AGAIN[min(video.downloads, len(TRY_AGAIN) - 1)])


def _fresh_link(video: ProductVideo, account: KlingAccount) -> str:
    """Ask Kling where the film is now, since links may move or end early; "" when there is no other link."""
    if video.account_id != account.pk:
        return ""
    try:
        link = open_client().get_task(video.task_id, listing=video.listing).video_url
    except kling.KlingError as error:
        log.info("No fresh link for video %s: %s", video.pk, error)
        return ""
    return link if link != video.source_url else ""
