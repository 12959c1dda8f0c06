"""The page of one product: its photo, its scenes with their words, what to buy, and the takes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from productvideo import services
from productvideo.admin.board import whole_page
from productvideo.admin.site import staff_page
from productvideo.admin.spending import (
    REFUSALS,
    read_seen,
    read_settings,
    read_units,
    sentences,
    spending_from,
)
from productvideo.models import Product


@staff_page
@require_safe
def show_product(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show the whole page; the query may carry a choice of scenes and settings."""
    product = find_product(product_id)
    chosen = _chosen(request.GET) if "scene" in request.GET or "model" in request.GET else None
    return whole_page(request, product, query=request.GET, chosen=chosen)


@staff_page
@require_safe
def show_price(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show what can be bought, priced for the choice in the query."""
    spending = spending_from(request.GET, clips=len(_chosen(request.GET)))
    context = {"product": find_product(product_id), "spending": spending}
    return render(request, "stillreel/product/spending.html", context)


@staff_page
def approve_scenes(request: HttpRequest, product_id: int) -> HttpResponse:
    """Buy one take of each chosen scene, exactly as this person saw it; looking here leads to the page."""
    product = find_product(product_id)
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
        return whole_page(request, product, query=request.POST, chosen=chosen, problems=told, status=409)
    messages.success(request, _on_their_way(len(videos)))
    return to_page(product)


def to_page(product: Product) -> HttpResponseRedirect:
    """Send the browser to a product's page."""
    return HttpResponseRedirect(reverse("admin:productvideo_product_page", args=[product.pk]))


def find_product(product_id: int) -> Product:
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
