"""Sweeping: files in our storage that nobody owns go, and nothing else.

A file may be wanted again while it is being swept: the same photo is uploaded, the same film is fetched once more. So
it is not removed under its name. It is renamed first, which only one can do; then its age and its owners are asked
again; then it goes, or gets its name back. Whoever uses a stored file again touches it first (`keeping`): was that
before the renaming, the file is young and gets its name back; was it after, there was nothing to touch and the file
is written anew. Neither leaves a row without its file, however long either of the two is held up. What is not stored
in a folder cannot be renamed like that: it is saved anew at every use, and both questions come right before the end.
"""

from __future__ import annotations

import itertools
import logging
import os
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils import timezone

from productvideo.keeping import incoming, local_path
from productvideo.models import Photo, ProductVideo

log = logging.getLogger(__name__)

# By the clock of the file system, not the database's: a day is more than the two ever differ by.
OLD = timedelta(hours=24)
PART_IS_OLD = 3600.0  # seconds; no download lasts as long
AT_ONCE = 500  # names in one question to the database
ASIDE = ".unowned"

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_AGAIN = r"(?:_[A-Za-z0-9]{7})?"  # what Django adds to a name that is taken
_PART = rf"{_UUID}\.part"
OURS = {
    "videos": re.compile(rf"(?P<video>{_UUID})-[0-9a-f]{{16}}{_AGAIN}\.mp4|{_PART}"),
    "posters": re.compile(rf"(?P<video>{_UUID})-[0-9a-f]{{16}}{_AGAIN}\.jpg|{_PART}"),
    "photos": re.compile(rf"[0-9a-f]{{64}}{_AGAIN}\.jpg|{_PART}"),
    "incoming": re.compile(_PART),
}


def sweep(*, dry_run: bool = False) -> list[str]:
    """Remove files that no row names, older than a day and named as we name files; return which.

    A `dry_run` returns what would be removed. Any number of sweeps may run at once, and be killed at any moment.
    """
    if not (ProductVideo.objects.exists() or Photo.objects.exists()):
        log.warning("Nothing is swept: the database is empty, so these files are more likely another one's.")
        return []
    swept = []
    for folder in OURS:
        if not dry_run:
            _finish_what_a_killed_sweep_began(folder)
        for names in _in_pieces(_old_files(folder)):
            unowned = _unowned(names)
            swept += unowned if dry_run else _remove(unowned)
    return swept


def sweep_parts() -> None:
    """Remove what killed workers left of downloads."""
    for part in incoming().glob("*.part"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > PART_IS_OLD:
                part.unlink()


# What lies there.


def _old_files(folder: str) -> Iterator[str]:
    for file in _listing(folder):
        name = f"{folder}/{file}"
        if OURS[folder].fullmatch(file) and _is_old(name):
            yield name


def _listing(folder: str) -> Iterator[str]:
    path = local_path(folder)
    with suppress(FileNotFoundError):
        if path is None:
            yield from default_storage.listdir(folder)[1]
        else:
            with os.scandir(path) as entries:
                yield from (entry.name for entry in entries if entry.is_file(follow_symlinks=False))


def _is_old(name: str) -> bool:
    try:
        return default_storage.get_modified_time(name) < timezone.now() - OLD
    except FileNotFoundError:
        return False


def _in_pieces(names: Iterable[str]) -> Iterator[list[str]]:
    names = iter(names)
    while piece := list(itertools.islice(names, AT_ONCE)):
        yield piece


# Who owns it.


def _unowned(names: list[str]) -> list[str]:
    """Return the names that no row has; the files of a video that is still being made are its own, named or not."""
    owned, being_made = set(), set()
    # By primary key first: that settles nearly all, and spares them the search through all rows.
    ids = {pk for name in names if (pk := _video_of(name))}
    for video in ProductVideo.objects.filter(pk__in=ids).only("stage", "file", "poster"):
        owned |= {video.file.name, video.poster.name}
        if not video.is_finished:
            being_made.add(video.pk)
    left = [name for name in names if name not in owned and _video_of(name) not in being_made]
    named = _named_by_rows(left) if left else set()
    return [name for name in left if name not in named]


def _video_of(name: str) -> uuid.UUID | None:
    folder, file = name.split("/")
    found = OURS[folder].fullmatch(file)
    video = found.groupdict().get("video") if found else None
    return uuid.UUID(video) if video else None


def _named_by_rows(names: list[str]) -> set[str]:
    columns = [
        ProductVideo.objects.filter(file__in=names).values_list("file", flat=True),
        ProductVideo.objects.filter(poster__in=names).values_list("poster", flat=True),
        Photo.objects.filter(file__in=names).values_list("file", flat=True),
    ]
    return {str(name) for column in columns for name in column}


# Its end.


def _remove(names: list[str]) -> list[str]:
    """Remove files that nobody owned a moment ago; return those that nobody wanted until their end."""
    if names and local_path(names[0]) is None:
        return [name for name in names if _remove_elsewhere(name)]
    return _remove_or_put_back([name for name in names if _set_aside(name)])


def _set_aside(name: str) -> bool:
    path = Path(default_storage.path(name))
    with suppress(FileNotFoundError):  # somebody else was quicker
        path.rename(_aside(path))
        return True
    return False


def _aside(path: Path) -> Path:
    return path.with_name(path.name + ASIDE)


def _remove_or_put_back(names: list[str]) -> list[str]:
    """Decide about files that were set aside; nothing that is done to their names from now on is lost."""
    unowned = set(_unowned(names))
    return [name for name in names if _end(name, is_owned=name not in unowned)]


def _end(name: str, *, is_owned: bool) -> bool:
    path = Path(default_storage.path(name))
    with suppress(FileNotFoundError):
        if not is_owned and _is_old(name + ASIDE):
            _aside(path).unlink()
            return True
        if path.exists():  # it was written anew
            _aside(path).unlink()
        else:
            _aside(path).rename(path)
    return False


def _remove_elsewhere(name: str) -> bool:
    with suppress(FileNotFoundError):
        if _unowned([name]) and _is_old(name):
            default_storage.delete(name)
            return True
    return False


def _finish_what_a_killed_sweep_began(folder: str) -> None:
    if local_path(folder) is None:
        return
    originals = [file.removesuffix(ASIDE) for file in _listing(folder) if file.endswith(ASIDE)]
    for names in _in_pieces(f"{folder}/{file}" for file in originals if OURS[folder].fullmatch(file)):
        _remove_or_put_back(names)
