"""The cards in progress of a page that is open: one light request for all of them, which leaves the others alone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from productvideo.admin.access import product_of
from productvideo.admin.cards import Card
from productvideo.admin.site import staff_page
from productvideo.admin.waiting import outlook_of
from productvideo.models import Product, ProductVideo
from productvideo.states import Stage

MOST = 60  # cards that are asked for at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the newest take of every scene is; of interest while one of them is unfinished."""

    ready: int
    total: int

    def __str__(self) -> str:
        return _("(%(ready)d of %(total)d ready)") % {"ready": self.ready, "total": self.total}


@staff_page(needs="productvideo.view_product")
@require_safe
def show_live(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show what became of the cards in the query, "id:stage" each: a sentence, or a new card."""
    product = product_of(request, product_id)
    shown = _shown(request.GET.get("cards", ""))
    videos = list(ProductVideo.objects.kept().filter(product=product, pk__in=shown).for_cards())
    outlook = outlook_of(videos)
    cards = [Card(video=video, outlook=outlook, plays=True) for video in videos]
    moved = [card for card in cards if card.stage != shown[card.video.pk]]
    context = {
        "product": product,
        "moved": moved,
        "waiting": [card for card in cards if card not in moved],
        "gone": shown.keys() - {video.pk for video in videos},
        "news": [_news(card) for card in moved if card.video.is_finished],
        "progress": progress_of(product),
    }
    return render(request, "stillreel/product/live_answer.html", context)


def progress_of(product: Product) -> Progress:
    """Count the newest takes of the scenes that have any."""
    stages = _newest_stages(product)
    return Progress(ready=stages.count(Stage.COMPLETE), total=len(stages))


def _newest_stages(product: Product) -> list[str]:
    takes = product.videos.kept().filter(scene__dropped_at__isnull=True, scene__isnull=False)
    newest: Mapping[int | None, str] = dict(takes.order_by("take").values_list("scene", "stage"))
    return list(newest.values())


def _shown(text: str) -> dict[uuid.UUID, str]:
    """Read "id:stage,id:stage"; what cannot be read is not there."""
    shown: dict[uuid.UUID, str] = {}
    for part in text.split(",")[:MOST]:
        name, _colon, stage = part.partition(":")
        try:
            shown[uuid.UUID(name)] = stage
        except ValueError:
            continue
    return shown


def _news(card: Card) -> str:
    words = {"title": card.video.title, "take": card.video.take}
    if card.is_complete:
        return _("Take %(take)d of “%(title)s” is ready.") % words
    return _("Take %(take)d of “%(title)s” failed.") % words
