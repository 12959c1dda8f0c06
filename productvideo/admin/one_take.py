"""The page of one take: the film, what Kling was told, the timeline, the receipt."""

from __future__ import annotations

import uuid

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import kling
from productvideo.admin.access import video_of
from productvideo.admin.bin_page import time_left
from productvideo.admin.cards import card_of
from productvideo.admin.receipt import receipt_of
from productvideo.admin.share_panel import SHARE, panel_of
from productvideo.admin.site import staff_page
from productvideo.admin.spending import MODE_TITLES
from productvideo.models import ProductVideo


@staff_page(needs="productvideo.view_productvideo")
@require_safe
def show_take(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Show everything that is known of a take."""
    videos = ProductVideo.objects.for_cards().select_related(
        "product", "persona", "approved_by", "binned_by", "account", "photo"
    )
    video = video_of(request, video_id, among=videos)
    context = {
        **admin.site.each_context(request),
        "title": str(video),
        "opts": ProductVideo._meta,
        "video": video,
        "card": card_of(video),
        "model_title": kling.title_of(video.model_name),
        "mode_title": MODE_TITLES[kling.Mode(video.mode)],
        "events": video.events.all(),
        "receipt": receipt_of(video),
        "time_left": time_left(video) if video.binned_at else "",
        "share": panel_of(request, video) if request.user.has_perm(SHARE) else None,
    }
    return render(request, "stillreel/take/page.html", context)
