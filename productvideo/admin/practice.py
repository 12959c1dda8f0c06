"""Removing all practice videos of one's personas: how many there are, and that it cannot be undone."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from productvideo import services
from productvideo.admin.site import staff_page
from productvideo.admin.words import person


@staff_page(needs="productvideo.delete_productvideo")
def remove_practice(request: HttpRequest) -> HttpResponse:
    """Say how many practice videos there are; on confirming, remove them all."""
    videos = services.practice_videos().visible_to(request.user)
    if request.method == "POST":
        messages.success(request, _removed(services.remove_practice_videos(among=videos, by=person(request))))
        return HttpResponseRedirect(reverse("home"))
    context = {
        **admin.site.each_context(request),
        "title": _("Remove all practice videos"),
        "count": videos.count(),
        "unfinished": videos.unfinished().count(),
    }
    return render(request, "stillreel/practice/remove.html", context)


def _removed(count: int) -> str:
    if not count:
        return _("There were no practice videos to remove.")
    text = ngettext("%d practice video was removed.", "%d practice videos were removed.", count)
    return text % count
