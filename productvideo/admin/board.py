"""What the page of a product shows of its storyboard: scenes with their words, and their takes beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from productvideo.admin import badges
from productvideo.admin.cards import Card, cards_of
from productvideo.admin.photo_panel import photo_panel
from productvideo.admin.spending import News, spending_from
from productvideo.admin.waiting import outlook_of
from productvideo.models import Product, ProductVideo, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What stands in the fields of a scene."""

    title: str
    description: str
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A scene's panel: its fields, what this person has seen, and what came of saving."""

    scene: Scene
    text: Text
    takes: int  # as this page showed them when it was loaded: an approval must not claim to have seen more
    chosen: bool
    errors: dict[str, str] | None = None
    conflict: bool = False
    saved: bool = False

    @property
    def seen(self) -> str:
        return f"{self.scene.pk}:{self.scene.version}:{self.takes}"

    @property
    def source_badge(self) -> str:
        return badges.SOURCES[self.scene.source]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A scene and its takes, newest first; `words` is None for the takes of scenes that were removed."""

    words: Words | None
    cards: list[Card]


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
    rows = scene_rows(product, chosen=chosen, edited=edited)
    scenes = [row.words.scene for row in rows if row.words and row.words.chosen]
    return {
        "product": product,
        "rows": rows,
        "spending": spending_from(query, product=product, scenes=scenes, news=news),
        "has_practice_takes": any(card.video.account.simulated for row in rows for card in row.cards),
    }


def scene_rows(product: Product, *, chosen: set[str] | None = None, edited: Words | None = None) -> list[Row]:
    """Return a row per scene, and one for takes whose scene is gone; without a choice, scenes without takes are."""
    takes: dict[int | None, list[ProductVideo]] = {}
    videos = list(takes_of(product))
    outlook = outlook_of(videos)
    for video in videos:
        takes.setdefault(video.scene_id, []).append(video)
    rows = []
    for scene in product.scenes.all():
        picked = scene.takes == 0 if chosen is None else str(scene.pk) in chosen
        panel = edited if edited and edited.scene.pk == scene.pk else words_of(scene, chosen=picked)
        rows.append(Row(words=panel, cards=cards_of(takes.pop(scene.pk, []), outlook=outlook)))
    return [*rows, *(Row(words=None, cards=cards_of(left, outlook=outlook)) for left in takes.values())]


def words_of(scene: Scene, *, chosen: bool, takes: int | None = None) -> Words:
    """Return a scene's panel as it is stored."""
    return Words(scene=scene, text=text_of(scene), takes=scene.takes if takes is None else takes, chosen=chosen)


def text_of(scene: Scene) -> Text:
    return Text(title=scene.title, description=scene.description, prompt=scene.prompt)


def takes_of(product: Product) -> Iterable[ProductVideo]:
    return ProductVideo.objects.filter(product=product).for_cards().order_by("-take", "-created_at")
