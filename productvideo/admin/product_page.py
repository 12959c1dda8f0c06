"""The page of one product: its photo, its scenes with their words, what to buy, and the takes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_safe

from productvideo.admin.access import product_of
from productvideo.admin.board import whole_page
from productvideo.admin.site import staff_page
from productvideo.models import Product


@staff_page(needs="productvideo.view_product")
@require_safe
def show_product(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show the whole page; the query may carry a choice of scenes and settings."""
    product = product_of(request, product_id)
    chosen = chosen_ids(request.GET) if "scene" in request.GET or "model" in request.GET else None
    return whole_page(request, product, query=request.GET, chosen=chosen)


def to_page(product: Product) -> HttpResponseRedirect:
    """Send the browser to a product's page."""
    return HttpResponseRedirect(reverse("admin:productvideo_product_page", args=[product.pk]))


def chosen_ids(query: QueryDict) -> set[str]:
    """Return the ids of the chosen scenes; what else the texts say is judged when money is spent."""
    return {text.partition(":")[0] for text in query.getlist("scene")}
