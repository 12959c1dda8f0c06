"""Handing out stored files: who may have them, and single Range requests so that players can seek.

A storage that signs links of its own (S3) can be met in `_serve`, by a redirect instead of bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, parse_etags
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from productvideo.files.ranges import ByteRange, UnsatisfiableRangeError, wanted_range
from productvideo.models import Photo, ProductVideo
from productvideo.states import Stage

BLOCK = 256 * 1024  # bytes read at once
CACHED_FOR = 3600  # seconds; a file never changes, but the right to see it may


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file in our storage as it goes out; `etag` is strong, for the bytes of an id never change."""

    name: str
    content_type: str
    etag: str
    download_name: str


@require_safe
def serve_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponseBase:
    """Send a finished film."""
    return _refuse(request) or _serve(request, _video_file(_complete_video(video_id)))


@require_safe
def serve_poster(request: HttpRequest, video_id: uuid.UUID) -> HttpResponseBase:
    """Send a film's first picture."""
    return _refuse(request) or _serve(request, _poster_file(_complete_video(video_id)))


@require_safe
def serve_photo(request: HttpRequest, photo_id: int) -> HttpResponseBase:
    """Send a product's photo."""
    return _refuse(request) or _serve(request, _photo_file(photo_id))


urlpatterns = [
    path("videos/<uuid:video_id>.mp4", serve_video, name="video-file"),
    path("posters/<uuid:video_id>.jpg", serve_poster, name="poster-file"),
    path("photos/<int:photo_id>.jpg", serve_photo, name="photo-file"),
]


# Who asks.


def _refuse(request: HttpRequest) -> HttpResponse | None:
    """Return the refusal for who is not active staff, the same whether the file exists or not; else None."""
    user = request.user
    if not user.is_authenticated:
        try:
            signed_in = TokenAuthentication().authenticate(Request(request))
        except AuthenticationFailed:
            signed_in = None
        if signed_in is None:
            return _words("Sign in, or send a token.", status=401, headers={"WWW-Authenticate": "Token"})
        user = signed_in[0]
    if user.is_active and user.is_staff:
        return None
    return _words("Only staff may see this.", status=403)


def _words(text: str, *, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)


# What is asked for.


def _complete_video(video_id: uuid.UUID) -> ProductVideo:
    videos = ProductVideo.objects.select_related("persona", "product")
    return get_object_or_404(videos, pk=video_id, stage=Stage.COMPLETE)


def _video_file(video: ProductVideo) -> StoredFile:
    return StoredFile(
        name=video.file.name or "",
        content_type="video/mp4",
        etag=f'"{video.sha256}"',
        download_name=f"{_words_of(video)}.mp4",
    )


def _poster_file(video: ProductVideo) -> StoredFile:
    return StoredFile(
        name=video.poster.name or "",
        content_type="image/jpeg",
        etag=f'"{video.sha256}-poster"',
        download_name=f"{_words_of(video)}.jpg",
    )


def _photo_file(photo_id: int) -> StoredFile:
    photo = get_object_or_404(Photo.objects.select_related("product"), pk=photo_id)
    return StoredFile(
        name=photo.file.name or "",
        content_type="image/jpeg",
        etag=f'"{photo.sha256}"',
        download_name=f"{_slug(photo.product.name) or 'photo'}.jpg",
    )


def _words_of(video: ProductVideo) -> str:
    """Name a file so that it explains itself in a folder: persona_product_scene_take2."""
    words = [_slug(text) for text in (video.persona.name, video.product.name, video.title)]
    return "_".join([*filter(None, words), f"take{video.take}"])


def _slug(text: str) -> str:
    return slugify(text, allow_unicode=True)[:60].strip("-")


# How it is sent.


def _serve(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    if _is_known(request, file):
        return _dress(HttpResponseNotModified(), file, request)
    size = _size(file)
    try:
        part = wanted_range(_range_header(request, file), size=size)
    except UnsatisfiableRangeError:
        refusal = _words("The file has no such bytes.", status=416)
        refusal["Content-Range"] = f"bytes */{size}"
        return _dress(refusal, file, request)
    return _dress(_answer(request, file, part, size=size), file, request)


def _is_known(request: HttpRequest, file: StoredFile) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or file.etag in [tag.removeprefix("W/") for tag in known]


def _size(file: StoredFile) -> int:
    try:
        return default_storage.size(file.name) if file.name else _missing()
    except FileNotFoundError:
        return _missing()


def _missing() -> int:
    raise Http404("This file is not in the storage.")


def _range_header(request: HttpRequest, file: StoredFile) -> str:
    """Return the Range header where it counts: on GET, and where If-Range names the file as it is."""
    if request.method != "GET" or request.headers.get("If-Range", file.etag) != file.etag:
        return ""
    return request.headers.get("Range", "")


def _answer(request: HttpRequest, file: StoredFile, part: ByteRange | None, *, size: int) -> HttpResponseBase:
    whole = part or ByteRange(start=0, length=size)
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=file.content_type)
    else:
        response = StreamingHttpResponse(_blocks(file.name, whole), content_type=file.content_type)
    response["Content-Length"] = str(whole.length)
    # Otherwise GZipMiddleware would pack the film: no gain, and byte ranges of something else.
    response["Content-Encoding"] = "identity"
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.start}-{part.last}/{size}"
    return response


def _blocks(name: str, part: ByteRange) -> Iterator[bytes]:
    """Read a part of a file in blocks; the file is open only while somebody takes them."""
    with default_storage.open(name, "rb") as stored:
        stored.seek(part.start)
        left = part.length
        while left and (block := stored.read(min(BLOCK, left))):
            left -= len(block)
            yield block


def _dress(response: HttpResponseBase, file: StoredFile, request: HttpRequest) -> HttpResponseBase:
    response["ETag"] = file.etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, max-age={CACHED_FOR}"
    patch_vary_headers(response, ("Cookie", "Authorization"))
    as_attachment = request.GET.get("download") == "1"
    response["Content-Disposition"] = content_disposition_header(as_attachment, file.download_name) or ""
    return response
