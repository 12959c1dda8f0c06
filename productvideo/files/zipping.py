"""Several films in one zip file, which is made while it is sent: nothing is packed, and nothing is kept in memory.

Films do not shrink, so they are stored as they are; so the size of the whole is known before the first byte, and a
browser can say how long it will take.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from zipstream import ZIP_STORED, ZipStream

from productvideo.files.sending import BLOCK, film_name
from productvideo.models import ProductVideo
from productvideo.states import Stage

LEFT_OUT = "not in here.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A file of ours, and its name in the zip file."""

    stored: str
    name: str
    size: int


def send_zip(videos: Sequence[ProductVideo]) -> StreamingHttpResponse:
    """Answer with a zip file of the films of these videos."""
    content = zip_of(videos)
    response = StreamingHttpResponse(content, content_type="application/zip")
    response["Content-Length"] = str(len(content))
    response["Content-Encoding"] = "identity"  # else GZipMiddleware packs it, and the length is wrong
    response["Content-Disposition"] = content_disposition_header(True, _("stillreel videos.zip")) or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response


def zip_of(videos: Sequence[ProductVideo]) -> ZipStream:
    """Return the zip file; what has no film is left out, and named in a text file inside."""
    films, left_out = _films(videos)
    content = ZipStream(compress_type=ZIP_STORED, sized=True)
    for film in films:
        content.add(_blocks(film.stored), film.name, size=film.size)
    if left_out:
        content.add("\n".join([*left_out, ""]), LEFT_OUT)
    return content


def _films(videos: Sequence[ProductVideo]) -> tuple[list[Film], list[str]]:
    films: list[Film] = []
    left_out: list[str] = []
    taken = {LEFT_OUT.casefold()}
    for video in videos:
        size = _size(video)
        if size is None:
            left_out.append(f"{video.product} · {video}: {_why(video)}")
        else:
            films.append(Film(stored=video.file.name or "", name=_own_name(film_name(video), taken), size=size))
    return films, left_out


def _size(video: ProductVideo) -> int | None:
    """Return how long a video's file is in our storage; None where there is none."""
    if video.stage != Stage.COMPLETE or not video.file.name:
        return None
    try:
        return default_storage.size(video.file.name)
    except FileNotFoundError:
        return None


def _why(video: ProductVideo) -> str:
    if video.stage == Stage.FAILED:
        return _("it failed, there is no film")
    if video.stage != Stage.COMPLETE:
        return _("it is still being made")
    return _("its file is not in the storage")


def _own_name(name: str, taken: set[str]) -> str:
    """Return a file name that no other film has, also where A and a are the same."""
    number, own = 1, f"{name}.mp4"
    while own.casefold() in taken:
        number += 1
        own = f"{name} ({number}).mp4"
    taken.add(own.casefold())
    return own


def _blocks(name: str) -> Iterator[bytes]:
    """Read a file in blocks; it is open only while somebody takes them."""
    with default_storage.open(name, "rb") as stored:
        while block := stored.read(BLOCK):
            yield block
