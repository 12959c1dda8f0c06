"""The page of the library: a fixed number of questions to the database, however many videos there are."""

from __future__ import annotations

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from productvideo.admin.library.filters import filters_of, query_without
from productvideo.admin.library.tiles import tiles_of
from productvideo.admin.library.wish import read_wish, videos_for
from productvideo.admin.site import staff_page
from productvideo.models import ProductVideo

PER_PAGE = 48


@staff_page(needs="productvideo.view_productvideo")
@require_safe
def show_library(request: HttpRequest) -> HttpResponse:
    """Show a page of posters."""
    wish = read_wish(request.GET)
    videos = videos_for(wish, ProductVideo.objects.kept().visible_to(request.user))
    pages = Paginator(videos.values_list("pk", flat=True), PER_PAGE)
    page = pages.get_page(wish.page)
    context = {
        **admin.site.each_context(request),
        "title": _("Library"),
        "page": page,
        "numbers": pages.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "tiles": tiles_of(page.object_list),
        "filters": filters_of(wish, request.GET, request.user),
        "query": query_without(request.GET),
    }
    return render(request, "stillreel/library/page.html", context)
