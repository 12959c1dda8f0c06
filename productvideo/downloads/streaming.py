"""Kling's file -> a temporary file of ours: streamed, bounded in size and time, never from a private network."""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from productvideo.downloads.guarded_http import GuardedAdapter, PrivateAddressError, cutting_off

MOST_BYTES = 500 * 1024 * 1024
MOST_SECONDS = 600.0
MOST_REDIRECTS = 3
CONNECT_SECONDS, SILENT_SECONDS = 10, 60
HOP_SECONDS = 80.0  # until the head of an answer is there, however it drips; less than a lease
LOOK_SECONDS = 15.0  # between looks at the lease
SLOWEST = 16 * 1024  # bytes a second, judged over a minute
BLOCK = 64 * 1024
NO_ADDRESS = "The link to the film is no web address."


class DownloadError(Exception):
    """The file could not be had whole; the text says why, without Kling's signed link."""


class TakenOverError(DownloadError):
    """Nothing is wrong with the file; somebody else fetches it, or nobody wants it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A whole file as it came: where it lies for the moment, its size in bytes, its SHA-256 in hex."""

    path: Path
    size: int
    sha256: str


@contextmanager
def download(
    url: str,
    *,
    folder: Path,
    allow_private: bool,
    still_mine: Callable[[], bool],
) -> Iterator[Download]:
    """Stream a file into `folder`, hand it over, and remove what is left of it afterwards; it may have been moved.

    `still_mine` is asked before every request and every few seconds, and ends the download when it says no. Raises
    DownloadError; OSError when our own disk fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{uuid.uuid4()}.part"
    try:
        yield _fetch(url, part, allow_private=allow_private, still_mine=still_mine)
    finally:
        part.unlink(missing_ok=True)


def _fetch(url: str, part: Path, *, allow_private: bool, still_mine: Callable[[], bool]) -> Download:
    adapter = GuardedAdapter(allow_private=allow_private)
    session = requests.Session()
    session.trust_env = False  # a proxy would connect past the guard
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    try:
        with session, cutting_off(adapter, after=MOST_SECONDS):
            response = _open(session, adapter, url, still_mine=still_mine)
            with response:
                return _stream(response, part, still_mine=still_mine)
    except PrivateAddressError as error:
        raise DownloadError(str(error)) from None
    except requests.ConnectTimeout:
        raise DownloadError("Kling's file server did not answer.") from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, ConnectionError):
        # The cause's text holds the signed link, so it stays here.
        raise DownloadError("The connection to Kling's file server broke.") from None


def _open(
    session: requests.Session, adapter: GuardedAdapter, url: str, *, still_mine: Callable[[], bool]
) -> requests.Response:
    for _ in range(MOST_REDIRECTS + 1):
        _require_scheme(url, allow_private=adapter.allow_private)
        _require_mine(still_mine)
        response = _ask(session, adapter, url)
        if not response.is_redirect:
            if response.status_code != requests.codes.ok:
                response.close()
                raise DownloadError(f"Kling's file server answered {response.status_code}.")
            return response
        response.close()
        url = urljoin(url, response.headers["Location"])
    raise DownloadError("Kling's file server redirected too often.")


def _ask(session: requests.Session, adapter: GuardedAdapter, url: str) -> requests.Response:
    try:
        with cutting_off(adapter, after=HOP_SECONDS):
            return session.get(
                url,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, SILENT_SECONDS),
                headers={"Accept-Encoding": "identity"},
            )
    except ValueError:  # this address, or the one that it redirects to, which requests reads as well
        raise DownloadError(NO_ADDRESS) from None


def _require_scheme(url: str, *, allow_private: bool) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise DownloadError(NO_ADDRESS) from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise DownloadError(NO_ADDRESS)
    if parts.scheme == "http" and not allow_private:
        raise DownloadError(
            "The link to the film is not https. If this file server is yours, set ALLOW_PRIVATE_DOWNLOADS=true."
        )


def _require_mine(still_mine: Callable[[], bool]) -> None:
    if not still_mine():
        raise TakenOverError("Another worker has taken this download over.")


def _stream(response: requests.Response, part: Path, *, still_mine: Callable[[], bool]) -> Download:
    announced = _announced_length(response)
    _require_room(announced or 0, part.parent)
    _require_mine(still_mine)  # the first byte may be another minute away
    digest = hashlib.sha256()
    size = 0
    pace = _Pace(still_mine)
    with part.open("xb") as file:
        while block := response.raw.read1(BLOCK):
            size += len(block)
            _require_size(size)
            digest.update(block)
            file.write(block)
            pace.look(size)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise DownloadError("The file is empty.")
    return Download(path=part, size=size, sha256=digest.hexdigest())


def _require_room(announced: int, folder: Path) -> None:
    """Fetch nothing that cannot be kept, so that a full disk costs no traffic at every try."""
    _require_size(announced)
    if announced > shutil.disk_usage(folder).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _require_size(size: int) -> None:
    if size > MOST_BYTES:
        raise DownloadError(f"The file is larger than {MOST_BYTES // 1024**2} MB.")


def _announced_length(response: requests.Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isdigit() and not response.headers.get("Content-Encoding") else None


class _Pace:
    """Watches a running download: is it still ours, is it fast enough, is it over in time."""

    def __init__(self, still_mine: Callable[[], bool]) -> None:
        self.still_mine = still_mine
        self.began = self.looked = self.minute = time.monotonic()
        self.size_then = 0

    def look(self, size: int) -> None:
        """Raise DownloadError when the download should end."""
        now = time.monotonic()
        if now - self.began > MOST_SECONDS:
            raise DownloadError(f"The download took longer than {MOST_SECONDS / 60:.0f} minutes.")
        if now - self.minute > 60:
            if size - self.size_then < SLOWEST * 60:
                raise DownloadError("Kling's file server is too slow.")
            self.minute, self.size_then = now, size
        if now - self.looked > LOOK_SECONDS:
            self.looked = now
            _require_mine(self.still_mine)
