"""The bin: what is put there is out of sight, and can be taken out again for 30 days; then it goes with its files.

A video that is still being made can be put there too: it is paid for, so it is collected and counted all the same, and
its 30 days begin when it has ended.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.functions import Greatest

from productvideo import audit
from productvideo.models import ProductVideo
from productvideo.querysets import ProductVideoQuerySet, now

KEPT_FOR = timedelta(days=30)
AT_ONCE = 100  # videos

log = logging.getLogger(__name__)


def put(videos: Iterable[ProductVideo], *, by: User | None) -> list[ProductVideo]:
    """Put videos into the bin; return those that were not there yet."""
    return [video for video in videos if _change(video, binned=True, by=by)]


def take_out(videos: Iterable[ProductVideo], *, by: User | None) -> list[ProductVideo]:
    """Take videos out of the bin; return those that were in it."""
    return [video for video in videos if _change(video, binned=False, by=by)]


def empty() -> int:
    """Delete for good what has lain in the bin for 30 days; return how many videos."""
    deleted = 0
    while old := list(_old().select_related("persona", "product", "account")[:AT_ONCE]):
        deleted += sum(delete(video, by=None, who=audit.NIGHTLY, only_if=_old()) for video in old)
    return deleted


def delete(
    video: ProductVideo,
    *,
    by: User | None,
    who: str = audit.COMMAND_LINE,
    only_if: ProductVideoQuerySet | None = None,
) -> bool:
    """Delete a finished video for good; its files go once that is certain, and the ledger keeps what it cost.

    The row is locked while it is looked at, so that what somebody takes out of the bin just now is not deleted.
    """
    with transaction.atomic():
        rows = ProductVideo.objects.finished() if only_if is None else only_if
        there = rows.select_for_update().filter(pk=video.pk).first()
        if there is None:
            return False
        names = [file.name for file in (there.file, there.poster) if file]
        audit.record_videos(audit.Kind.DELETE, [video], by=by, who=who)
        video.delete()
        transaction.on_commit(lambda: _delete_files(names))
    return True


def _change(video: ProductVideo, *, binned: bool, by: User | None) -> bool:
    with transaction.atomic():
        as_seen = ProductVideo.objects.filter(pk=video.pk, binned_at__isnull=binned)
        if not as_seen.update(binned_at=now() if binned else None, binned_by=by if binned else None):
            return False
        audit.record_videos(audit.Kind.BIN if binned else audit.Kind.UNBIN, [video], by=by)
    video.refresh_from_db(fields=["binned_at", "binned_by"])
    return True


def _old() -> ProductVideoQuerySet:
    return (
        ProductVideo.objects.finished()
        .binned()
        .annotate(in_bin_since=Greatest("binned_at", "finished_at"))
        .filter(in_bin_since__lt=now() - KEPT_FOR)
    )


def _delete_files(names: Sequence[str | None]) -> None:
    """The video is gone by now, so a storage in trouble is no error: the nightly sweep takes what stays."""
    for name in filter(None, names):
        try:
            default_storage.delete(name)
        except OSError:
            log.exception("%s stays until the sweep", name)
