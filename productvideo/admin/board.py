"""What the page of a product shows of its storyboard: scenes with their words, and their takes beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from productvideo import services
from productvideo.admin.cards import Card, cards_of
from productvideo.admin.panels import NewScene, Words, words_of
from productvideo.admin.photo_panel import photo_panel
from productvideo.admin.shots import plans_of
from productvideo.admin.spending import News, chosen_model, spending_from
from productvideo.admin.usage import usage_of
from productvideo.admin.waiting import outlook_of
from productvideo.models import Product, ProductVideo, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A scene and its takes, newest first; takes of scenes that were dropped have no words beside them."""

    words: Words | None
    cards: list[Card]
    dropped: Scene | None = None

    @property
    def scene_id(self) -> int | None:
        scene = self.words.scene if self.words else self.dropped
        return scene.pk if scene else None


def whole_page(
    request: HttpRequest,
    product: Product,
    *,
    query: QueryDict,
    chosen: set[str] | None = None,
    news: News | None = None,
    edited: Words | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the product's page; `query` carries the settings, `chosen` the ids of the scenes to make takes of."""
    context = {
        **admin.site.each_context(request),
        "title": product.name,
        "opts": Product._meta,
        "panel": photo_panel(product),
        **board_context(product, query=query, chosen=chosen, news=news, edited=edited),
    }
    return render(request, "stillreel/product/page.html", context, status=status)


def board_context(
    product: Product,
    *,
    query: QueryDict,
    chosen: set[str] | None = None,
    news: News | None = None,
    edited: Words | None = None,
) -> dict[str, Any]:
    """Return what the storyboard's template needs."""
    rows = scene_rows(product, chosen=chosen, edited=edited, model_name=chosen_model(query))
    chosen_words = [row.words for row in rows if row.words and row.words.chosen]
    return {
        "product": product,
        "rows": rows,
        "has_scenes": any(row.words for row in rows),
        "notice": notice_of(row.words.scene.source for row in rows if row.words),
        "new_scene": NewScene(),
        "has_room": sum(1 for row in rows if row.words) < services.MOST_SCENES,
        "is_being_written": services.is_being_written(product),
        "plans": plans_of(product),
        "usage": usage_of(product),
        "has_practice_takes": any(card.video.account.simulated for row in rows for card in row.cards),
        "spending": spending_from(
            query,
            product=product,
            scenes=[words.scene for words in chosen_words],
            news=news,
            refused=[words.scene for words in chosen_words if words.was_refused],
        ),
    }


def scene_rows(
    product: Product, *, chosen: set[str] | None = None, edited: Words | None = None, model_name: str = ""
) -> list[Row]:
    """Return a row per scene, and one for takes whose scene is gone; without a choice, scenes without takes are."""
    takes: dict[int | None, list[ProductVideo]] = {}
    videos = list(takes_of(product))
    outlook = outlook_of(videos)
    for video in videos:
        takes.setdefault(video.scene_id, []).append(video)
    rows = []
    scenes = list(product.scenes.select_related("product__persona", "edited_by"))
    findings = services.findings_among(scenes, model_name=model_name)
    for scene in scenes:
        picked = scene.takes == 0 if chosen is None else str(scene.pk) in chosen
        shown = words_of(scene, chosen=picked, findings=findings[scene.pk])
        panel = edited if edited and edited.scene.pk == scene.pk else shown
        rows.append(Row(words=panel, cards=cards_of(takes.pop(scene.pk, []), outlook=outlook)))
    dropped = Scene.with_dropped.select_related("product").in_bulk([pk for pk in takes if pk]) if takes else {}
    return [
        *rows,
        *(
            Row(words=None, dropped=dropped.get(pk or 0), cards=cards_of(left, outlook=outlook))
            for pk, left in takes.items()
        ),
    ]


def notice_of(sources: Iterable[str]) -> str:
    """Say that there are default scenes, unless people have made all of them their own."""
    written_by = set(sources)
    if Scene.Source.FALLBACK not in written_by:
        return ""
    if written_by == {Scene.Source.FALLBACK}:
        return _("These are default scenes.")
    return _("Some of these are default scenes.")


def takes_of(product: Product) -> Iterable[ProductVideo]:
    return ProductVideo.objects.kept().filter(product=product).for_cards().order_by("-take", "-created_at")
