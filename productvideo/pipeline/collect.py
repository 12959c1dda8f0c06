"""Saving: Kling's film is downloaded, judged by what it says of itself, stored as ours, and only then shown."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F, Q

import kling
from kling.connection import open_client
from productvideo import accounts
from productvideo.downloads import Download, DownloadError, download
from productvideo.films import Film, FilmError, inspect_film, poster_of
from productvideo.models import KlingAccount, ProductVideo
from productvideo.models.video import THUMBNAIL_URL
from productvideo.pipeline.stored import trouble_with
from productvideo.querysets import now
from productvideo.states import Stage

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)  # renewed every 15 s while bytes come; a silent server is given up after 60 s
LEFT_BEHIND = 3600.0  # seconds
TRY_AGAIN = (3, 10, 30, 120, 600, 1800, 3600)  # seconds after the first, second … broken download


def collect(keep_going: Callable[[], bool], still_wanted: Callable[[], bool] = lambda: True) -> int:
    """Save what Kling has finished, one film after the other.

    `still_wanted` is asked every few seconds of a download; when it says no, the film is left to its lease.
    """
    account = accounts.current_account()
    _sweep_parts()
    touched = 0
    while keep_going() and (videos := _claim(account)):
        _save(videos[0], account, still_wanted)
        touched += 1
    return touched


def _sweep_parts() -> None:
    """Remove what killed workers left of downloads; no download lasts as long as this waits."""
    for part in _incoming().glob("*.part"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > LEFT_BEHIND:
                part.unlink()


def _incoming() -> Path:
    return Path(settings.MEDIA_ROOT) / "incoming"


def _claim(account: KlingAccount) -> list[ProductVideo]:
    """A link needs no credentials: films of other real accounts are saved too, practice ones only in practice."""
    ours = Q(account=account) | Q(account__simulated=False)
    return ProductVideo.objects.filter(ours, stage=Stage.STORING).claim(limit=1, lease=LEASE)


def _save(video: ProductVideo, account: KlingAccount, still_wanted: Callable[[], bool]) -> None:
    video.flag_if_deadly()
    try:
        with download(
            video.source_url,
            folder=_incoming(),
            allow_private=settings.ALLOW_PRIVATE_DOWNLOADS or video.account.simulated,
            still_mine=lambda: still_wanted() and video.renew_lease(LEASE),
        ) as found:
            film = inspect_film(found.path)
            _store(video, found, film)
    except (DownloadError, FilmError) as error:
        _not_saved(video, account, str(error))
    except OSError as error:
        log.exception("Video %s cannot be stored", video.pk)
        _not_saved(video, account, f"Our storage failed ({error.strerror or type(error).__name__}).")


def _store(video: ProductVideo, found: Download, film: Film) -> None:
    """Move the file into storage, then say in one move that it is there."""
    name = f"videos/{video.pk}-{found.sha256[:16]}.mp4"  # the same film twice gets the same name, not a second file
    if trouble_with(name, size=found.size, sha256=found.sha256):
        default_storage.delete(name)  # what its name promises is not in it
        with found.path.open("rb") as file:
            name = default_storage.save(name, File(file))
    poster = _store_poster(video, found)
    video.mark_complete(
        file=name,
        poster=poster,
        thumbnail_url=THUMBNAIL_URL.format(id=video.pk) if poster else "",
        size_bytes=found.size,
        sha256=found.sha256,
        width=film.width,
        height=film.height,
        seconds=film.seconds,
        downloads=0,
    )


def _store_poster(video: ProductVideo, found: Download) -> str:
    """Store a still of the film; a poster that cannot be made holds nothing back."""
    try:
        picture = poster_of(found.path)
    except FilmError as error:
        log.warning("No poster for video %s: %s", video.pk, error)
        return ""
    name = f"posters/{video.pk}-{found.sha256[:16]}.jpg"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(picture))


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
    seconds = TRY_AGAIN[min(video.downloads, len(TRY_AGAIN) - 1)]
    columns: dict[str, Any] = {"downloads": F("downloads") + 1, "attention": f"Not saved yet. {reason}"}
    if fresh:
        columns["source_url"] = fresh
    video.postpone(timedelta(seconds=seconds), **columns)


def _fresh_link(video: ProductVideo, account: KlingAccount) -> str:
    """Ask Kling where the film is now, since links may move or end early; "" when there is no other link."""
    if video.account_id != account.pk:
        return ""
    try:
        link = open_client().get_task(video.task_id).video_url
    except kling.KlingError as error:
        log.info("No fresh link for video %s: %s", video.pk, error)
        return ""
    return link if link != video.source_url else ""
