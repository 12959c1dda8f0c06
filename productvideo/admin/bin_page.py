"""The bin: what is in it and for how long, taking it out again, and deleting it for good."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from productvideo import services
from productvideo.admin.library.tiles import Tile, for_tiles
from productvideo.admin.selection import back_to, selected
from productvideo.admin.site import is_htmx, staff_page
from productvideo.admin.video_cards import card_again
from productvideo.ages import age_of
from productvideo.bin import KEPT_FOR
from productvideo.models import ProductVideo

PER_PAGE = 48
BIN = "admin:productvideo_bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned(Tile):
    """A tile that says how long it stays."""

    @property
    def left(self) -> str:
        return time_left(self.video)


@staff_page(needs="productvideo.view_productvideo")
@require_safe
def show_bin(request: HttpRequest) -> HttpResponse:
    """Show what is in the bin, what came last first."""
    videos = for_tiles(ProductVideo.objects.binned().visible_to(request.user)).select_related("binned_by")
    page = Paginator(videos.order_by("-binned_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": _("Bin"),
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "tiles": [Binned(video=video) for video in page.object_list],
        "query": "",
    }
    return render(request, "stillreel/bin/page.html", context)


@staff_page(needs="productvideo.change_productvideo")
@require_POST
def take_out(request: HttpRequest) -> HttpResponse:
    """Take videos out of the bin; on a product's page the card comes back."""
    videos = selected(request)
    out = services.take_out_of_bin(videos=videos, by=request.user)  # type: ignore[arg-type]
    if is_htmx(request) and len(videos) == 1:
        return card_again(request, videos[0])
    if out:
        told = ngettext("%d video is out of the bin again.", "%d videos are out of the bin again.", len(out))
        messages.success(request, told % len(out))
    else:
        messages.info(request, _("Nothing was taken out: it is not in the bin any more."))
    return back_to(request, BIN)


@staff_page(needs="productvideo.delete_productvideo")
@require_POST
def delete_for_good(request: HttpRequest) -> HttpResponse:
    """Ask first, since nothing brings a film back after this; then delete what is finished and still in the bin."""
    videos = selected(request, among=ProductVideo.objects.binned())
    finished = [video for video in videos if video.is_finished]
    if request.POST.get("sure") == "yes":
        gone = services.delete_from_bin(videos=finished, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _gone(len(gone)))
        return back_to(request, BIN)
    context = {
        **admin.site.each_context(request),
        "title": _("Delete for good"),
        "finished": finished,
        "unfinished": len(videos) - len(finished),
    }
    return render(request, "stillreel/bin/delete.html", context)


def time_left(video: ProductVideo) -> str:
    """Say when a video in the bin will be gone."""
    if not video.is_finished or video.binned_at is None:
        return _("Still being made; its 30 days begin when it has ended.")
    since = max(video.binned_at, video.finished_at or video.binned_at)
    days = (KEPT_FOR - age_of(since)).days
    if days < 1:
        return _("Gone within a day.")
    return ngettext("Gone in %d day.", "Gone in %d days.", days) % days


def _gone(count: int) -> str:
    told = ngettext("%d video is deleted for good.", "%d videos are deleted for good.", count) % count
    return f"{told} {_('The ledger still says what it cost.')}"
