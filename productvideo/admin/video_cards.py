"""One video on its product's page: the card that asks for itself, and what its buttons do."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from productvideo import services
from productvideo.admin.cards import Card
from productvideo.admin.product_page import to_page
from productvideo.admin.site import staff_page
from productvideo.admin.spending import REFUSALS, read_seen, read_units, sentences
from productvideo.models import ProductVideo


@staff_page
@require_safe
def show_card(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Show a card as it is now; a film that has just arrived plays. A deleted video's card is empty, and gone."""
    video = ProductVideo.objects.for_cards().filter(pk=video_id).first()
    if video is None:
        return HttpResponse()
    return render(request, "stillreel/product/card.html", {"card": Card(video=video, plays=True)})


@staff_page
@require_POST
def retake_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Buy another take of the video's scene, as this person saw it."""
    video = _video(video_id)
    try:
        seen = read_seen(request.POST.getlist("seen"))
        units = read_units(request.POST.get("units", ""))
        services.retake(video=video, seen=seen[0], units=units, by=request.user)  # type: ignore[arg-type]
    except REFUSALS as refusal:
        messages.error(request, " ".join(sentences(refusal)))
    else:
        messages.success(request, _("Another take of “%(scene)s” is on its way.") % {"scene": video.title})
    return to_page(video.product)


@staff_page
@require_POST
def cancel_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Stop a video that was not sent yet."""
    video = _video(video_id)
    try:
        services.cancel(video=video, by=request.user)  # type: ignore[arg-type]
    except services.RefusalError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Cancelled before it was sent; nothing was charged."))
    return to_page(video.product)


@staff_page
@require_POST
def delete_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Remove a finished video and its files."""
    video = _video(video_id)
    try:
        services.delete_video(video=video)
    except services.RefusalError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Deleted. The ledger still says what it cost."))
    return to_page(video.product)


def _video(video_id: uuid.UUID) -> ProductVideo:
    return get_object_or_404(ProductVideo.objects.select_related("product__persona", "account"), pk=video_id)
