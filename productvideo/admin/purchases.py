"""What spends on a product's page, and what is shown before: the price, what is left, the approval."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kling.connection import ConfigurationError
from productvideo import accounts, services
from productvideo.admin.access import product_of
from productvideo.admin.advice import advised
from productvideo.admin.beside import brought_up_to_date
from productvideo.admin.board import whole_page
from productvideo.admin.credit import credit_of
from productvideo.admin.month import month_of
from productvideo.admin.product_page import chosen_ids, to_page
from productvideo.admin.site import is_htmx, staff_page
from productvideo.admin.spending import (
    REFUSALS,
    News,
    chosen_model,
    news_of,
    read_practice,
    read_seen,
    read_settings,
    read_units,
    spending_from,
)
from productvideo.models import Product, ProductVideo, Scene
from productvideo.services import SeenScene


@staff_page(needs="productvideo.approve_productvideo")
@require_safe
def show_price(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show what can be bought, priced for the choice in the query, and what the chosen model makes of the prompts."""
    product = product_of(request, product_id)
    panels = advised(product, model_name=chosen_model(request.GET))
    chosen = [words for words in panels if str(words.scene.pk) in chosen_ids(request.GET)]
    spending = spending_from(
        request.GET,
        product=product,
        scenes=[words.scene for words in chosen],
        refused=[words.scene for words in chosen if words.was_refused],
    )
    context = {"product": product, "spending": spending, "advised": panels}
    return render(request, "stillreel/product/price.html", context)


@staff_page(needs="productvideo.approve_productvideo")
@require_POST
def refresh_credit(request: HttpRequest, product_id: int) -> HttpResponse:
    """Ask Kling how many units are left, if nobody has asked for a while, and show what is known then.

    The persona's month comes along: others spend of it too, while this page is open.
    """
    trouble = ""
    try:
        accounts.refresh_units(accounts.current_account())
    except (*accounts.REFUSALS, ConfigurationError) as refusal:
        trouble = str(refusal)
    product = product_of(request, product_id)
    scenes = _chosen(product, chosen_ids(request.POST))
    needed = spending_from(request.POST, product=product, scenes=scenes).quote.units
    context = {
        "product": product,
        "credit": credit_of(needed=needed, trouble=trouble),
        "month": month_of(product.persona, needed=needed),
    }
    return render(request, "stillreel/product/left.html", context)


@staff_page(needs="productvideo.approve_productvideo")
def approve_scenes(request: HttpRequest, product_id: int) -> HttpResponse:
    """Buy one take of each chosen scene, exactly as this person saw it; looking here leads to the page."""
    product = product_of(request, product_id)
    if request.method != "POST":
        return to_page(product)
    seen: list[SeenScene] = []
    try:
        seen = read_seen(request.POST.getlist("scene"))
        videos = services.approve(
            product=product,
            scenes=seen,
            settings=read_settings(request.POST),
            units=read_units(request.POST.get("units", "")),
            practice=read_practice(request.POST),
            by=request.user,  # type: ignore[arg-type]
        )
    except REFUSALS as refusal:
        return _refused(request, product, seen, refusal)
    news = _on_their_way(len(videos))
    if is_htmx(request):
        return _answer(request, product, seen=seen, videos=videos, news=News(sentences=(news,)))
    messages.success(request, news)
    return to_page(product)


def _refused(request: HttpRequest, product: Product, seen: Sequence[SeenScene], refusal: Exception) -> HttpResponse:
    videos: list[ProductVideo] = getattr(refusal, "videos", [])
    if is_htmx(request):
        return _answer(request, product, seen=seen, videos=videos, news=news_of(refusal))
    chosen = _left_to_choose(request.POST, videos)
    return whole_page(request, product, query=request.POST, chosen=chosen, news=news_of(refusal), status=409)


def _answer(
    request: HttpRequest,
    product: Product,
    *,
    seen: Sequence[SeenScene],
    videos: Sequence[ProductVideo],
    news: News,
) -> HttpResponse:
    """Answer htmx: the form anew, and beside it only what this person's page does not show yet."""
    chosen = _left_to_choose(request.POST, videos)
    scenes = _chosen(product, chosen)
    context = {
        "product": product,
        "spending": spending_from(request.POST, product=product, scenes=scenes, news=news),
        "beside": brought_up_to_date(request, product, seen=seen, videos=videos, chosen=chosen),
    }
    return render(request, "stillreel/product/approved.html", context)


def _left_to_choose(form: QueryDict, bought: Sequence[ProductVideo]) -> set[str]:
    """What a colleague, or the first of two clicks, has bought meanwhile is not offered again."""
    return chosen_ids(form) - {str(video.scene_id) for video in bought}


def _chosen(product: Product, ids: set[str]) -> list[Scene]:
    return [scene for scene in product.scenes.all() if str(scene.pk) in ids]


def _on_their_way(count: int) -> str:
    text = ngettext(
        "%d video is on its way. It arrives here by itself; you may leave this page.",
        "%d videos are on their way. They arrive here by themselves; you may leave this page.",
        count,
    )
    return text % count
