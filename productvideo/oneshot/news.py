"""What happens to the videos of one order, told in sentences as it happens."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from kling.connection import current_host
from productvideo.models import KlingAccount, Product, ProductVideo, VideoEvent
from productvideo.states import Stage

Say = Callable[[str], None]

SILENCE = 30.0  # seconds; nobody waits longer without a word


def videos_of(product: Product) -> list[ProductVideo]:
    """Return the first takes of a product, scene by scene, as the database has them now."""
    takes = ProductVideo.objects.filter(product=product, take=1).select_related("account")
    return list(takes.order_by("scene__position", "created_at", "pk"))


class News:
    """Remembers what was told."""

    def __init__(self, product: Product, say: Say) -> None:
        self.product = product
        self._say = say
        self.last_event = 0
        self.hints: dict[object, str] = {}
        self.told_at = time.monotonic()

    def tell(self) -> list[ProductVideo]:
        """Say what is new, and return the videos."""
        videos = videos_of(self.product)
        self._tell_moves(videos)
        for video in videos:
            self._hint(video.pk, f"{video}: {video.attention}" if video.attention else "")
        if not all(video.is_finished for video in videos):
            self._hint("account", trouble_of(videos[0].account))
            if time.monotonic() - self.told_at > SILENCE:
                self.say(f"Still waiting: {_in_words(videos)}.")
        return videos

    def say(self, sentence: str) -> None:
        self.told_at = time.monotonic()
        self._say(sentence)

    def _tell_moves(self, videos: list[ProductVideo]) -> None:
        moves = VideoEvent.objects.filter(video__in=videos, pk__gt=self.last_event).exclude(from_stage="")
        for event in moves.select_related("video").order_by("pk"):
            self.last_event = event.pk
            self.say(f"{event.video}: {_what_happened(event)}")

    def _hint(self, about: object, sentence: str) -> None:
        if sentence and sentence != self.hints.get(about):
            self.say(sentence)
        self.hints[about] = sentence


def _what_happened(event: VideoEvent) -> str:
    """The reason that Kling gave says more than that it failed."""
    reason = event.video.error_message if event.to_stage == Stage.FAILED else ""
    return f"Failed. {reason or event.why}" if event.to_stage == Stage.FAILED else event.why


def trouble_of(account: KlingAccount) -> str:
    """Say why nothing moves at Kling; "" while all is well."""
    account.refresh_from_db()
    if account.pause_reason:
        return f"Sending to Kling is paused: {account.pause_reason}"
    if account.simulated and not current_host().base_url:
        return "The practice sandbox has stopped; the videos wait until one runs again (`make run`)."
    if account.list_failures:
        return f"Kling's list cannot be read; it is asked again and again. The last try said: {account.list_error}"
    return ""


def _in_words(videos: list[ProductVideo]) -> str:
    places = Counter(str(Stage(video.stage).label) for video in videos)
    return ", ".join(f"{count} {place}" for place, count in places.items())
