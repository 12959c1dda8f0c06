"""Changing where a product's films will be shown, from its page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from productvideo import services
from productvideo.admin.access import product_of
from productvideo.admin.framing_form import FramingForm
from productvideo.admin.product_page import to_page
from productvideo.admin.site import staff_page
from productvideo.models import Photo, Product
from productvideo.photos import PhotoError


@staff_page(needs="productvideo.change_product")
@require_POST
def change_shape(request: HttpRequest, product_id: int) -> HttpResponse:
    """Bring the photo to another shape, for all that has not been started."""
    product = product_of(request, product_id)
    form = FramingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That shape cannot be made; choose it again."))
        return to_page(product)
    try:
        framed = services.frame_product(product=product, seen=_seen(request, product), framing=form.framing)
    except (services.StoryboardChangedError, PhotoError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _told(framed.left_behind))
    return to_page(product)


@staff_page(needs="productvideo.change_product")
@require_POST
def follow_photo(request: HttpRequest, product_id: int) -> HttpResponse:
    """Let scenes that start from an earlier photo start from the one in use."""
    product = product_of(request, product_id)
    left = services.follow_photo(product=product)
    messages.success(request, _told(left))
    return to_page(product)


def _seen(request: HttpRequest, product: Product) -> Photo:
    number = request.POST.get("seen", "")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    return get_object_or_404(product.photos, pk=pk)


def _told(left: int) -> str:
    shown = _("New takes start from this photo; videos that are there stay as they are.")
    kept = ngettext(
        "%d scene has a take in progress and starts from the earlier photo for now.",
        "%d scenes have a take in progress and start from the earlier photo for now.",
        left,
    )
    return f"{shown} {kept % left}" if left else shown
