"""Practice videos on the pages: removing them all, and making one of them for real."""

from __future__ import annotations

import uuid

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from productvideo import services
from productvideo.admin.product_page import to_page
from productvideo.admin.site import staff_page
from productvideo.admin.spending import REFUSALS, read_seen, read_units, sentences
from productvideo.models import ProductVideo


@staff_page
def remove_practice(request: HttpRequest) -> HttpResponse:
    """Say how many practice videos there are; on confirming, remove them all."""
    if request.method == "POST":
        messages.success(request, _removed(services.remove_practice_videos()))
        return HttpResponseRedirect(reverse("home"))
    videos = services.practice_videos()
    context = {
        **admin.site.each_context(request),
        "title": _("Remove all practice videos"),
        "count": videos.count(),
        "unfinished": videos.unfinished().count(),
    }
    return render(request, "stillreel/practice/remove.html", context)


@staff_page
@require_POST
def make_for_real(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Buy from the real Kling what a practice video showed."""
    video = get_object_or_404(ProductVideo.objects.select_related("product__persona", "account"), pk=video_id)
    try:
        seen = read_seen(request.POST.getlist("seen"))
        units = read_units(request.POST.get("units", ""))
        services.make_for_real(video=video, seen=seen[0], units=units, by=request.user)  # type: ignore[arg-type]
    except REFUSALS as refusal:
        messages.error(request, " ".join(sentences(refusal)))
    else:
        messages.success(request, _("“%(scene)s” is being made for real.") % {"scene": video.title})
    return to_page(video.product)


def _removed(count: int) -> str:
    if not count:
        return _("There were no practice videos to remove.")
    text = ngettext("%d practice video was removed.", "%d practice videos were removed.", count)
    return text % count
