"""Putting a finished file into our storage, so that it is there for good and never half there under its name.

In a folder that is a rename and not a copy: the bytes are on the disk before they get their name, and the name is on
the disk before anybody is told. Any other storage is asked to `save`, and is trusted to show only what is whole.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

BLOCK = 1024 * 1024
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# What a folder on some network file systems answers to fsync; there is nothing more to be done then.
CANNOT_SYNC = frozenset({errno.EINVAL, errno.EBADF, errno.ENOTSUP})


def keep_file(name: str, part: Path, *, sha256: str) -> str:
    """Move a whole temporary file into storage and return the name it has there; `part` may be gone afterwards.

    Raises OSError, and then a later try finds nothing in its way.
    """
    target = local_path(name)
    if target is None:
        with part.open("rb") as file:
            return _checked(default_storage.save(name, File(file)), sha256)
    if _use_again(target, sha256):
        return name
    _make_folder(target.parent)
    _move(part, target)
    return _checked(name, sha256)


def keep_bytes(name: str, content: bytes) -> str:
    """Put a whole content into storage and return the name it has there. Raises OSError as `keep_file` does."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = local_path(name)
    if target is None:
        return _checked(default_storage.save(name, ContentFile(content)), sha256)
    if _use_again(target, sha256):
        return name
    _make_folder(target.parent)
    with _part_beside(target) as part:
        part.write_bytes(content)
        _give_name(part, target)
    return _checked(name, sha256)


def local_path(name: str) -> Path | None:
    """Return where a stored file lies, if the storage is a folder of ours."""
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


def incoming() -> Path:
    """Return the folder for what is not whole yet: of the storage itself if that is one, so that a rename will do."""
    return local_path("incoming") or Path(settings.MEDIA_ROOT) / "incoming"


def is_full(error: OSError) -> bool:
    """Say whether this is the error of a full disk or a used-up quota."""
    return error.errno in FULL


def _use_again(target: Path, sha256: str) -> bool:
    """Say whether the file is there already, as it should be, and make sure that it stays.

    The touch comes first, because the nightly sweep removes only what has not been touched for a day, and asks that
    last (pipeline/sweep.py). What a killed process has left may not have reached the disk, hence the two syncs.
    """
    try:
        os.utime(target)
        with target.open("rb") as file:
            if _sha256(file) != sha256:
                return False
            os.fsync(file.fileno())
    except (FileNotFoundError, PermissionError):  # gone, or somebody else's: it is written anew
        return False
    _sync_folder(target.parent)
    return True


def _move(part: Path, target: Path) -> None:
    try:
        _give_name(part, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with _part_beside(target) as copy:
            shutil.copyfile(part, copy)
            _give_name(copy, target)


@contextmanager
def _part_beside(target: Path) -> Iterator[Path]:
    """Name a temporary file next to where it shall be, and remove it if it never gets there."""
    part = target.with_name(f"{uuid.uuid4()}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _give_name(part: Path, target: Path) -> None:
    _finish(part)
    part.replace(target)
    _sync_folder(target.parent)


def _finish(part: Path) -> None:
    """Give a file the mode and group that Django's storage would give it, and wait until it is on the disk."""
    mode = getattr(default_storage, "file_permissions_mode", None)
    with part.open("rb") as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        with suppress(PermissionError):
            os.fchown(file.fileno(), -1, Path(default_storage.path("")).stat().st_gid)
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    mode = getattr(default_storage, "directory_permissions_mode", None)
    if mode is not None:
        folder.chmod(mode)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in CANNOT_SYNC:
            raise
    finally:
        os.close(descriptor)


def _checked(name: str, sha256: str) -> str:
    """Read back what was stored; what is not the same is not kept."""
    with default_storage.open(name, "rb") as stored:
        found = _sha256(stored)
    if found != sha256:
        default_storage.delete(name)
        raise OSError(errno.EIO, "the stored bytes are not those that came")
    return name


def _sha256(file: IO[bytes] | File[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()
