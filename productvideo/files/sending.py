"""Sending a stored file: single Range requests, so that players can seek, and names that explain themselves.

A storage that signs links of its own (S3) can be met in `send`, by a redirect instead of bytes.
"""

from __future__ import annotations

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
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, parse_etags
from django.utils.text import slugify

from productvideo.files.ranges import ByteRange, UnsatisfiableRangeError, wanted_range
from productvideo.models import Photo, ProductVideo

BLOCK = 256 * 1024  # bytes read at once
CACHED_FOR = 3600  # seconds; a file never changes, but the right to see it may


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file in our storage as it goes out; `etag` is strong, for the bytes of an id never change."""

    name: str
    content_type: str
    etag: str
    download_name: str


def video_file(video: ProductVideo) -> StoredFile:
    return StoredFile(
        name=video.file.name or "",
        content_type="video/mp4",
        etag=f'"{video.sha256}"',
        download_name=f"{film_name(video)}.mp4",
    )


def poster_file(video: ProductVideo) -> StoredFile:
    return StoredFile(
        name=video.poster.name or "",
        content_type="image/jpeg",
        etag=f'"{video.sha256}-poster"',
        download_name=f"{film_name(video)}.jpg",
    )


def photo_file(photo: Photo) -> StoredFile:
    return StoredFile(
        name=photo.file.name or "",
        content_type="image/jpeg",
        etag=f'"{photo.sha256}"',
        download_name=f"{_slug(photo.product.name) or 'photo'}.jpg",
    )


def film_name(video: ProductVideo) -> str:
    """Name a file so that it explains itself in a folder: persona_product_scene_take2."""
    words = [_slug(text) for text in (video.persona.name, video.product.name, video.title)]
    return "_".join([*filter(None, words), f"take{video.take}"])


def _slug(text: str) -> str:
    return slugify(text, allow_unicode=True)[:60].strip("-")


def send(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """Answer with the file, or the part of it that was asked for."""
    if _is_known(request, file):
        return _dress(HttpResponseNotModified(), file, request)
    size = _size(file)
    try:
        part = wanted_range(_range_header(request, file), size=size)
    except UnsatisfiableRangeError:
        refusal = _plain("The file has no such bytes.", status=416)
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


def _plain(text: str, *, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")
