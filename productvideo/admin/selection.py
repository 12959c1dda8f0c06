"""The videos that were ticked on a page, and the way back to that page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from productvideo.models import ProductVideo
from productvideo.querysets import ProductVideoQuerySet

MOST = 200  # at once


def selected(request: HttpRequest, *, among: ProductVideoQuerySet | None = None) -> list[ProductVideo]:
    """Return the ticked videos that this person may see, in the order in which the page shows them."""
    ids = list(dict.fromkeys(read_ids(request.POST.getlist("video"))))[:MOST]
    videos = ProductVideo.objects.all() if among is None else among
    found = videos.visible_to(request.user).select_related("persona", "product", "account").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def read_ids(texts: Iterable[str]) -> Iterable[uuid.UUID]:
    """Read ids; what is none is left out."""
    for text in texts:
        try:
            yield uuid.UUID(text)
        except ValueError:
            continue


def back_to(request: HttpRequest, default: str) -> HttpResponseRedirect:
    """Lead to the page that the form was on, if it says so and that is one of ours."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None, require_https=request.is_secure())
    return HttpResponseRedirect(address if is_ours and address.startswith("/") else reverse(default))
