"""The addresses of stored files: films, posters and photos, for whoever may see them."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from personas.models import seen_by
from productvideo.files.sending import StoredFile, photo_file, poster_file, send, video_file
from productvideo.models import Photo, ProductVideo
from productvideo.states import Stage


@require_safe
def serve_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponseBase:
    """Send a finished film."""
    return _for_staff(request, lambda user: video_file(_complete_video(video_id, user)))


@require_safe
def serve_poster(request: HttpRequest, video_id: uuid.UUID) -> HttpResponseBase:
    """Send a film's first picture."""
    return _for_staff(request, lambda user: poster_file(_complete_video(video_id, user)))


@require_safe
def serve_photo(request: HttpRequest, photo_id: int) -> HttpResponseBase:
    """Send a product's photo."""
    return _for_staff(request, lambda user: photo_file(_photo(photo_id, user)))


urlpatterns = [
    path("videos/<uuid:video_id>.mp4", serve_video, name="video-file"),
    path("posters/<uuid:video_id>.jpg", serve_poster, name="poster-file"),
    path("photos/<int:photo_id>.jpg", serve_photo, name="photo-file"),
]


# Who asks.


def _for_staff(request: HttpRequest, find: Callable[[User], StoredFile]) -> HttpResponseBase:
    """Send what is found for this person; who is not active staff is refused the same whether it exists or not."""
    try:
        user = _who(request)
    except AuthenticationFailed:
        user = None
    if user is None:
        return _words("Sign in, or send a token.", status=401, headers={"WWW-Authenticate": "Token"})
    if not (user.is_active and user.is_staff):
        return _words("Only staff may see this.", status=403)
    return send(request, find(user))


def _who(request: HttpRequest) -> User | None:
    if isinstance(request.user, User):
        return request.user
    signed_in = TokenAuthentication().authenticate(Request(request))
    return signed_in[0] if signed_in else None


def _words(text: str, *, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)


# What is asked for.


def _complete_video(video_id: uuid.UUID, user: User) -> ProductVideo:
    videos = ProductVideo.objects.visible_to(user).select_related("persona", "product")
    return get_object_or_404(videos, pk=video_id, stage=Stage.COMPLETE)


def _photo(photo_id: int, user: User) -> Photo:
    photos = Photo.objects.filter(seen_by(user, "product__persona__members")).select_related("product")
    return get_object_or_404(photos, pk=photo_id)
