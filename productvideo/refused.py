"""What Kling's content rules have refused, kept on the ledger, so that it is known when it is asked for again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from productvideo.models import ProductVideo, Submission
from productvideo.wording import fingerprint

CONTENT_RULES = 1301  # Kling's code for an order that its content rules do not permit
ERROR_CODES = (f"kling_{CONTENT_RULES}", "policy")  # refused at once, or by the safety check while it was made


def mark_of(prompt: str, photo_sha256: str) -> str:
    """Return what a prompt with its photo shares with those that differ in case, spaces and punctuation only."""
    return hashlib.sha256(f"{fingerprint(prompt)} {photo_sha256}".encode()).hexdigest()


def remember(videos: Collection[UUID]) -> None:
    """Write on the ledger which words with which photo Kling has refused; it stays when the videos are deleted."""
    told = ProductVideo.objects.filter(pk__in=videos).values_list("pk", "prompt", "photo__sha256")
    for pk, prompt, sha256 in told:
        orders = Submission.objects.filter(kind=Submission.Kind.ORDER, video_id=pk)
        orders.update(refused_mark=mark_of(prompt, sha256))


def refused_among(marks: Collection[str], *, photos: Collection[int], practice: bool) -> set[str]:
    """Return those marks that Kling has refused; what the practice sandbox refuses counts in practice only.

    `photos` are the ids of the photos that the marks are of: videos from before there were marks are compared too.
    """
    if not marks:
        return set()
    lines = Submission.objects.filter(refused_mark__in=marks)
    failed: QuerySet[ProductVideo] = ProductVideo.objects.filter(photo__in=photos, error_code__in=ERROR_CODES)
    if not practice:
        lines, failed = lines.filter(simulated=False), failed.filter(account__simulated=False)
    known = {mark_of(prompt, sha256) for prompt, sha256 in failed.values_list("prompt", "photo__sha256")}
    return (known & set(marks)) | set(lines.values_list("refused_mark", flat=True))
