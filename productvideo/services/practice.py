"""Practice videos: which there are, and removing them all."""

from __future__ import annotations

from django.contrib.auth.models import User

from productvideo import accounts
from productvideo.models import ProductVideo
from productvideo.querysets import ProductVideoQuerySet
from productvideo.services.refusals import RefusalError
from productvideo.services.spending import delete_video


def practice_videos() -> ProductVideoQuerySet:
    """Return every video that was made, or is being made, by the sandbox."""
    return ProductVideo.objects.filter(account__simulated=True)


def remove_practice_videos(*, among: ProductVideoQuerySet | None = None, by: User | None = None) -> int:
    """End and remove every practice video (of those given), whatever the mode; return how many there were.

    The scenes keep their count of takes, and the ledger its lines; nothing real is touched.
    """
    videos = practice_videos() if among is None else among
    accounts.close_practice_videos(videos)
    return sum(_remove(video, by=by) for video in list(videos.finished().defer("source_url")))


def _remove(video: ProductVideo, *, by: User | None) -> bool:
    try:
        delete_video(video=video, by=by)
    except RefusalError:
        return False  # somebody else removed it meanwhile
    return True
