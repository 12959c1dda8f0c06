"""Many at once: photos come in, a worker writes their scenes, and all are approved for one stated price."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from productvideo import heartbeats, services
from productvideo.admin.many_board import PER_PAGE, all_ids, items_of, offer_of, seen_ids, shown_products
from productvideo.admin.product_page import chosen_ids
from productvideo.admin.site import is_htmx, staff_page
from productvideo.admin.spending import (
    REFUSALS,
    News,
    news_of,
    read_practice,
    read_seen,
    read_settings,
    read_units,
)
from productvideo.models import Product, Scene
from productvideo.models.storyboard import ProductQuerySet

MAY_APPROVE = "productvideo.approve_productvideo"


@staff_page(needs="productvideo.view_product")
@require_safe
def show_many(request: HttpRequest, dropped_with: uuid.UUID | None = None) -> HttpResponse:
    """Show the products that were dropped together, all ticked; or all that nobody has approved, none ticked."""
    return _page(request, dropped_with, query=request.GET)


@staff_page(needs="productvideo.approve_productvideo")
@require_POST
def show_price(request: HttpRequest, dropped_with: uuid.UUID | None = None) -> HttpResponse:
    """Show the price of what is ticked, and of each product alone; htmx sends the form, which is long."""
    products = shown_products(_products_in(request, request.POST))
    offer = offer_of(products, query=request.POST, ticked=chosen_ids(request.POST), news=None)
    items = items_of(products, offer=offer, ticked=())
    context = {"spending": offer, "items": items, "oob": True, **_rights(request, dropped_with)}
    return render(request, "stillreel/many/price.html", context)


@staff_page(needs="productvideo.view_product")
@require_safe
def show_progress(request: HttpRequest, dropped_with: uuid.UUID | None = None) -> HttpResponse:
    """Say how many products have their scenes, and bring the cards of those that this page still shows without."""
    waiting = [pk for pk in request.GET.getlist("waiting")[:PER_PAGE] if pk.isascii() and pk.isdigit()]
    visible = Product.objects.visible_to(request.user)
    still = visible.filter(pk__in=waiting).waiting_for_scenes()
    arrived = shown_products(visible.filter(pk__in=waiting).exclude(pk__in=still.values("pk")))
    # What arrives is ticked where everything was, and priced by the settings that this page shows.
    ticked = all_ids(arrived) if dropped_with else set()
    offer = offer_of(arrived, query=request.GET, ticked=ticked, news=None)
    context = {
        "items": items_of(arrived, offer=offer, ticked=ticked),
        **_progress(still),
        **_rights(request, dropped_with),
    }
    response = render(request, "stillreel/many/progress_answer.html", context)
    if arrived:
        response.headers["HX-Trigger-After-Settle"] = json.dumps({"arrived": True})
    return response


@staff_page(needs="productvideo.approve_productvideo")
def approve_many(request: HttpRequest, dropped_with: uuid.UUID | None = None) -> HttpResponse:
    """Buy what is ticked, or all of one product, exactly as this person saw it: everything or nothing."""
    if request.method != "POST":
        _require_there(request, dropped_with)
        return HttpResponseRedirect(_address(dropped_with))
    if "look" in request.POST:  # only at the price, without a script
        return _page(request, dropped_with, query=request.POST, ticked=chosen_ids(request.POST))
    form, alone = request.POST, request.POST.get("only", "")
    try:
        seen = read_seen(form.get(f"seen-{alone}", "").split(",") if alone else form.getlist("scene"))
        _require_visible(request, seen_ids(seen))
        videos = services.approve_many(
            scenes=seen,
            settings=read_settings(form),
            units=read_units(form.get(f"units-{alone}" if alone else "units", "")),
            practice=read_practice(form),
            by=request.user,  # type: ignore[arg-type]
        )
    except REFUSALS as refusal:
        news = news_of(refusal)
        if news.is_trouble:
            return _page(request, dropped_with, query=form, ticked=chosen_ids(form), news=news, status=409)
        messages.info(request, " ".join(news.sentences))
        return HttpResponseRedirect(_address(dropped_with))
    text = ngettext("%d video is on its way.", "%d videos are on their way.", len(videos)) % len(videos)
    messages.success(request, text)
    return HttpResponseRedirect(_address(dropped_with))


@staff_page(needs="productvideo.change_product")
@require_POST
def describe(request: HttpRequest, product_id: int) -> HttpResponse:
    """Say what a dropped product is, and have its scenes written again if nobody has touched them."""
    product = get_object_or_404(Product.objects.visible_to(request.user), pk=product_id)
    if not request.user.has_perm("productvideo.change_product"):
        raise PermissionDenied
    try:
        services.describe(product=product, description=request.POST.get(f"description-{product.pk}", ""))
    except services.InvalidInputError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved; its scenes are written again, if nobody has changed them."))
    return HttpResponseRedirect(f"{_address(product.dropped_with)}#product-{product.pk}")


def _page(
    request: HttpRequest,
    dropped_with: uuid.UUID | None,
    *,
    query: QueryDict,
    ticked: set[str] | None = None,
    news: News | None = None,
    status: int = 200,
) -> HttpResponse:
    products, paginator = _products(request, dropped_with), None
    if dropped_with is None:
        paginator = Paginator(products, PER_PAGE).get_page(request.GET.get("page"))
        shown = shown_products(products.filter(pk__in=[product.pk for product in paginator.object_list]))
    else:
        shown = shown_products(products)
        if not shown:
            raise Http404
    if ticked is None:
        ticked = all_ids(shown) if dropped_with else set()
    offer = offer_of(shown, query=query, ticked=ticked, news=news)
    context = {
        **admin.site.each_context(request),
        "title": _("New products") if dropped_with else _("To approve"),
        "spending": offer,
        "items": items_of(shown, offer=offer, ticked=ticked),
        "pages": paginator,
        **_progress(Product.objects.filter(pk__in=[product.pk for product in shown]).waiting_for_scenes()),
        **_rights(request, dropped_with),
    }
    return render(request, "stillreel/many/page.html", context, status=status)


def _products(request: HttpRequest, dropped_with: uuid.UUID | None) -> ProductQuerySet:
    visible = Product.objects.visible_to(request.user)
    if dropped_with:
        return visible.filter(dropped_with=dropped_with).order_by("pk")
    return visible.never_approved().order_by("-created_at", "-pk")


def _products_in(request: HttpRequest, form: QueryDict) -> ProductQuerySet:
    """Return the products that a page shows, as its form names them."""
    shown = [pk for pk in form.getlist("shown")[:PER_PAGE] if pk.isascii() and pk.isdigit()]
    return Product.objects.visible_to(request.user).filter(pk__in=shown)


def _require_there(request: HttpRequest, dropped_with: uuid.UUID | None) -> None:
    """What was dropped for other personas only is not there."""
    visible = Product.objects.visible_to(request.user)
    if dropped_with and not visible.filter(dropped_with=dropped_with).exists():
        raise Http404


def _require_visible(request: HttpRequest, scenes: set[int]) -> None:
    """Nobody buys for a persona that they do not see; it is as if it were not there."""
    visible = Product.objects.visible_to(request.user)
    if Scene.with_dropped.filter(pk__in=scenes).exclude(product__in=visible.values("pk")).exists():
        raise Http404


def _progress(still: ProductQuerySet) -> dict[str, Any]:
    waiting = still.count()
    return {
        "waiting": waiting,
        "no_worker": bool(waiting) and not heartbeats.pulses()[heartbeats.WORKER].is_alive,
    }


def _rights(request: HttpRequest, dropped_with: uuid.UUID | None) -> dict[str, Any]:
    return {
        "dropped_with": dropped_with,
        "may_approve": request.user.has_perm(MAY_APPROVE),
        "may_change": request.user.has_perm("productvideo.change_product"),
        "is_htmx": is_htmx(request),
        "addresses": {name: _address(dropped_with, name) for name in ("page", "price", "progress", "approve")},
    }


def _address(dropped_with: uuid.UUID | None, name: str = "page") -> str:
    names = {
        "page": "to_approve",
        "price": "to_approve_price",
        "progress": "to_approve_progress",
        "approve": "to_approve_buy",
    }
    if dropped_with is None:
        return reverse(f"admin:productvideo_{names[name]}")
    return reverse(f"admin:productvideo_dropped_{names[name]}", args=[dropped_with])
