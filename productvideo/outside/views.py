"""A shared link: player, title and download, for whoever has the link, for as long as it works."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from productvideo import services
from productvideo.files.sending import poster_file, send, video_file
from productvideo.models import ProductVideo, Share

View = Callable[..., HttpResponseBase]


def shared(view: View) -> View:
    """Give a view the share of the token in its address; an ended, revoked or guessed one looks all the same."""

    @require_safe
    @functools.wraps(view)
    def found(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        share = services.open_share(token)
        if share is None:
            return _dress(render(request, "stillreel/shared/ended.html", status=404))
        return _dress(view(request, share, **kwargs))

    return found


@shared
def show(request: HttpRequest, share: Share) -> HttpResponse:
    """The page with the films of a link."""
    videos = list(services.videos_of_share(share))
    if request.method == "GET":
        services.count_view(share)
    title = share.product.name if share.product else videos[0].title if videos else ""
    response = render(request, "stillreel/shared/page.html", {"share": share, "videos": videos, "title": title})
    response["Cache-Control"] = "private, no-store"  # a revoked link is not to be shown from a cache
    return response


@shared
def film(request: HttpRequest, share: Share, video_id: uuid.UUID) -> HttpResponseBase:
    """The bytes of one of its films."""
    video = _one_of(share, video_id)
    if request.GET.get("download") == "1" and request.method == "GET" and "Range" not in request.headers:
        services.count_download(share)
    return send(request, video_file(video))


@shared
def poster(request: HttpRequest, share: Share, video_id: uuid.UUID) -> HttpResponseBase:
    return send(request, poster_file(_one_of(share, video_id)))


urlpatterns = [
    path("<str:token>/", show, name="shared"),
    path("<str:token>/<uuid:video_id>.mp4", film, name="shared-film"),
    path("<str:token>/<uuid:video_id>.jpg", poster, name="shared-poster"),
]


def _one_of(share: Share, video_id: uuid.UUID) -> ProductVideo:
    videos = services.videos_of_share(share).select_related("persona", "product")
    return get_object_or_404(videos, pk=video_id)


def _dress(response: HttpResponseBase) -> HttpResponseBase:
    """No search engine, and no site that is linked to, learns of the address."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
