"""The takes beside a scene: the cards of a page, and the ones that arrive on a page which is open already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string

from productvideo.admin.cards import Card, cards_of
from productvideo.models import ProductVideo
from productvideo.services import SeenScene


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """New cards of one scene, newest first, and how many takes the person has seen with them."""

    scene_id: int
    version: int
    takes: int
    cards: list[Card]

    @property
    def seen(self) -> str:
        return f"{self.scene_id}:{self.version}:{self.takes}"


def arrivals(request: HttpRequest, videos: Iterable[ProductVideo], *, seen: Sequence[SeenScene]) -> str:
    """Return out-of-band HTML that puts new takes on top of their scenes' lists, for the answer to an htmx request.

    `seen` is what the person had seen before. Each scene's box comes back unticked and, like its retake button,
    naming the new takes as seen; its version stays the one that this person's page shows. Cards that are on the
    page already are left alone (stillreel.js), so that no running film starts again.
    """
    by_scene: dict[int, list[ProductVideo]] = {}
    for video in _as_shown(videos):
        if video.scene_id:
            by_scene.setdefault(video.scene_id, []).append(video)
    found = [
        Arrival(
            scene_id=before.scene_id,
            version=before.version,
            takes=max([before.takes, *(video.take for video in by_scene[before.scene_id])]),
            cards=cards_of(by_scene[before.scene_id]),
        )
        for before in seen
        if before.scene_id in by_scene
    ]
    return render_to_string("stillreel/product/arrivals.html", {"arrivals": found}, request=request)


def _as_shown(videos: Iterable[ProductVideo]) -> Iterable[ProductVideo]:
    shown = ProductVideo.objects.kept().filter(pk__in=[video.pk for video in videos]).for_cards()
    return shown.order_by("-take", "-created_at")
