"""The page of one product: its photo, its scenes with their words, what to buy, and the takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from productvideo import services
from productvideo.admin import badges
from productvideo.admin.cards import Card
from productvideo.admin.site import is_htmx, staff_page
from productvideo.admin.spending import (
    REFUSALS,
    read_seen,
    read_settings,
    read_units,
    sentences,
    spending_from,
)
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


@staff_page
@require_safe
def show_product(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show the whole page; the query may carry a choice of scenes and settings."""
    product = _product(product_id)
    chosen = _chosen(request.GET) if "scene" in request.GET or "model" in request.GET else None
    return _whole_page(request, product, query=request.GET, chosen=chosen)


@staff_page
@require_safe
def show_price(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show what can be bought, priced for the choice in the query."""
    spending = spending_from(request.GET, clips=len(_chosen(request.GET)))
    return _piece(request, "stillreel/product/spending.html", product=_product(product_id), spending=spending)


@staff_page
def save_words(request: HttpRequest, product_id: int, scene_id: int) -> HttpResponse:
    """Save a scene's words; of two people who change the same words, the second one sees both texts."""
    scene = get_object_or_404(Scene.objects.select_related("product"), pk=scene_id, product_id=product_id)
    if request.method != "POST":
        return to_page(scene.product)
    words, status = _save(scene, request.POST)
    if is_htmx(request):
        return _piece(request, "stillreel/product/words.html", product=scene.product, words=words)
    if status == 200:
        messages.success(request, _("Saved."))
        return to_page(scene.product)
    return _whole_page(request, scene.product, query=QueryDict(), edited=words, status=status)


@staff_page
def approve_scenes(request: HttpRequest, product_id: int) -> HttpResponse:
    """Buy one take of each chosen scene, exactly as this person saw it; looking here leads to the page."""
    product = _product(product_id)
    if request.method != "POST":
        return to_page(product)
    try:
        videos = services.approve(
            product=product,
            scenes=read_seen(request.POST.getlist("scene")),
            settings=read_settings(request.POST),
            units=read_units(request.POST.get("units", "")),
            by=request.user,  # type: ignore[arg-type]
        )
    except REFUSALS as refusal:
        # What a colleague, or the first of two clicks, has bought meanwhile is not offered again.
        chosen = _chosen(request.POST) - {str(video.scene_id) for video in getattr(refusal, "videos", ())}
        told = sentences(refusal)
        return _whole_page(request, product, query=request.POST, chosen=chosen, problems=told, status=409)
    messages.success(request, _on_their_way(len(videos)))
    return to_page(product)


@staff_page
@require_POST
def write_scenes(request: HttpRequest, product_id: int) -> HttpResponse:
    """Write the scenes of a product that has none, since writing them was interrupted."""
    product = _product(product_id)
    if not product.scenes.exists():
        services.plan_scenes(product=product)
    return to_page(product)


def to_page(product: Product) -> HttpResponseRedirect:
    """Send the browser to a product's page."""
    return HttpResponseRedirect(reverse("admin:productvideo_product_page", args=[product.pk]))


def _product(product_id: int) -> Product:
    return get_object_or_404(Product.objects.select_related("persona"), pk=product_id)


def _chosen(query: QueryDict) -> set[str]:
    """Return the ids of the chosen scenes; what else the texts say is judged when money is spent."""
    return {text.partition(":")[0] for text in query.getlist("scene")}


def _on_their_way(count: int) -> str:
    text = ngettext(
        "%d video is on its way. It arrives here by itself; you may leave this page.",
        "%d videos are on their way. They arrive here by themselves; you may leave this page.",
        count,
    )
    return text % count


# Saving words.


def _save(scene: Scene, form: QueryDict) -> tuple[Words, int]:
    """Return the panel after trying to save, and the HTTP status that this deserves."""
    text = Text(**{field: form.get(field, "") for field in ("title", "description", "prompt")})
    version = _number(form, "version")
    panel = _panel(scene, takes=_number(form, "takes"), chosen="scene" in form)
    try:
        saved = services.save_scene(scene=scene, version=version, **asdict(text))
    except services.InvalidInputError as error:
        return replace(panel, scene=_as_seen(scene, version), text=text, errors=error.errors), 400
    except services.StoryboardChangedError:
        return replace(panel, text=text, conflict=True), 409
    return replace(panel, scene=saved, text=_text(saved), saved=True), 200


def _as_seen(scene: Scene, version: int) -> Scene:
    # A refusal for its words alone must not make this person's page claim a version that it never showed.
    scene.version = version
    return scene


def _number(form: QueryDict, field: str) -> int:
    text = form.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _panel(scene: Scene, *, takes: int, chosen: bool) -> Words:
    return Words(scene=scene, text=_text(scene), takes=takes, chosen=chosen)


def _text(scene: Scene) -> Text:
    return Text(title=scene.title, description=scene.description, prompt=scene.prompt)


# Putting the page together.


def _whole_page(
    request: HttpRequest,
    product: Product,
    *,
    query: QueryDict,
    chosen: set[str] | None = None,
    problems: Sequence[str] = (),
    edited: Words | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = _rows(product, chosen=chosen, edited=edited)
    clips = sum(1 for row in rows if row.words and row.words.chosen)
    context = {
        **admin.site.each_context(request),
        "title": product.name,
        "opts": Product._meta,
        "product": product,
        "photo": product.photos.last(),
        "rows": rows,
        "spending": spending_from(query, clips=clips, problems=problems),
    }
    return render(request, "stillreel/product/page.html", context, status=status)


def _rows(product: Product, *, chosen: set[str] | None, edited: Words | None) -> list[Row]:
    """Return a row per scene, and one for takes whose scene is gone; without a choice, scenes without takes are."""
    takes: dict[int | None, list[ProductVideo]] = {}
    for video in _takes(product):
        takes.setdefault(video.scene_id, []).append(video)
    rows = []
    for scene in product.scenes.all():
        picked = scene.takes == 0 if chosen is None else str(scene.pk) in chosen
        panel = edited if edited and edited.scene.pk == scene.pk else _panel(scene, takes=scene.takes, chosen=picked)
        rows.append(Row(words=panel, cards=_cards(takes.pop(scene.pk, []))))
    return [*rows, *(Row(words=None, cards=_cards(left)) for left in takes.values())]


def _takes(product: Product) -> Iterable[ProductVideo]:
    return product.videos.select_related("account", "photo").defer("source_url").order_by("-take", "-created_at")


def _cards(videos: Sequence[ProductVideo]) -> list[Card]:
    """Return the cards of one scene; of its films only the newest starts by itself."""
    newest = next((video for video in videos if video.url), None)
    return [Card(video=video, plays=video is newest) for video in videos]


def _piece(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, context)
