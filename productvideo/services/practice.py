"""Practice videos: removing them all, and making one of them for real."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from productvideo import accounts
from productvideo.models import ProductVideo
from productvideo.querysets import ProductVideoQuerySet
from productvideo.services.changes import SeenScene
from productvideo.services.refusals import RefusalError
from productvideo.services.spending import approve, delete_video


def practice_videos() -> ProductVideoQuerySet:
    """Return every video that was made, or is being made, by the sandbox."""
    return ProductVideo.objects.filter(account__simulated=True)


def remove_practice_videos() -> int:
    """End and remove every practice video with its files, whatever the mode; return how many there were.

    The scenes keep their count of takes, and the ledger its lines; nothing real is touched.
    """
    accounts.close_practice_videos()
    removed = 0
    for video in practice_videos().finished().defer("source_url").iterator(chunk_size=100):
        removed += _remove(video)
    return removed


def _remove(video: ProductVideo) -> bool:
    try:
        delete_video(video=video)
    except RefusalError:
        return False  # somebody else removed it meanwhile
    return True


def make_for_real(
    *, video: ProductVideo, seen: SeenScene, units: Decimal | None = None, by: User | None = None
) -> ProductVideo:
    """Buy what a practice video showed, with its words and settings, from the real Kling; raises like `approve`."""
    if not video.account.simulated:
        raise RefusalError(_("This video is real already; make another take of its scene instead."))
    if video.scene_id != seen.scene_id:
        raise RefusalError(_("The scene of this video was removed; approve another scene instead."))
    return approve(
        product=video.product,
        scenes=[seen],
        settings=video.settings,
        units=units,
        practice=False,
        again=video,
        by=by,
    )[0]
