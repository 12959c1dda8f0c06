"""A file that is kept is whole under its name and on the disk, or it is not there at all."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from productvideo.keeping import incoming, is_full, keep_bytes, keep_file

CONTENT = b"film" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "videos/one.mp4"
Keep = Callable[[], str]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


def keep_a_part() -> str:
    incoming().mkdir(parents=True, exist_ok=True)
    part = incoming() / "1.part"
    part.write_bytes(CONTENT)
    try:
        return keep_file(NAME, part, sha256=SHA256)
    finally:
        part.unlink(missing_ok=True)


def keep_the_bytes() -> str:
    return keep_bytes(NAME, CONTENT)


@pytest.fixture(params=[keep_a_part, keep_the_bytes])
def keep(request: pytest.FixtureRequest) -> Keep:
    function: Keep = request.param
    return function


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_kept_file_is_whole_under_its_name_and_nothing_else_is_left(keep: Keep, media: Path) -> None:
    assert keep() == NAME

    assert files(media) == {NAME: CONTENT}


def test_the_bytes_are_on_the_disk_before_the_name_and_both_before_anybody_is_told(
    keep: Keep, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_bytes("videos/other.mp4", b"so that the folders are there")
    done = []
    fsync, replace = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        done.append(f"synced {Path(f'/proc/self/fd/{descriptor}').readlink().suffix or 'folder'}")
        fsync(descriptor)

    def note_replace(source: Path, target: Path) -> None:
        done.append("named")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_replace)

    keep()

    assert done == ["synced .part", "named", "synced folder"]


@pytest.mark.parametrize("mode", [0o644, 0o640, None])
def test_the_file_has_the_mode_that_the_storage_would_give_it(keep: Keep, settings: Any, mode: int | None) -> None:
    settings.FILE_UPLOAD_PERMISSIONS = mode
    usual = default_storage.save("videos/usual.mp4", ContentFile(b"x"))

    keep()

    assert Path(default_storage.path(NAME)).stat().st_mode == Path(default_storage.path(usual)).stat().st_mode


def test_new_folders_have_the_mode_that_the_storage_would_give_them(keep: Keep, settings: Any, media: Path) -> None:
    settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750

    keep()

    assert (media / "videos").stat().st_mode & 0o777 == 0o750


def test_a_part_on_another_file_system_is_copied_beside_and_then_named(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, tried = os.replace, []

    def cross(source: Path, target: Path) -> None:
        tried.append(Path(source).parent.name)
        if tried[-1] == "incoming":
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        replace(source, target)

    monkeypatch.setattr(os, "replace", cross)

    keep_a_part()

    assert tried == ["incoming", "videos"]
    assert files(media) == {NAME: CONTENT}


@pytest.mark.parametrize("step", ["fsync", "replace", "fchmod"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_step_that_fails_leaves_nothing_and_the_next_try_is_not_in_its_way(
    keep: Keep, media: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    keep_bytes("videos/other.mp4", b"so that the folders are there")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as broken:
        broken.setattr(os, step, fail)
        with pytest.raises(OSError, match=os.strerror(code)) as failed:
            keep()

    assert is_full(failed.value) is (code != errno.EIO)
    assert list(files(media)) == ["videos/other.mp4"]
    assert keep() == NAME
    assert files(media)[NAME] == CONTENT


def test_a_file_that_is_there_as_it_should_be_is_used_again_and_counts_as_young(keep: Keep) -> None:
    keep()
    path = Path(default_storage.path(NAME))
    os.utime(path, (0, 0))
    before = path.stat()

    keep()

    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime > before.st_mtime


@pytest.mark.parametrize("wrong", [CONTENT[:-1], CONTENT[:-1] + b"x", b""])
def test_a_file_that_is_not_as_it_should_be_is_replaced(keep: Keep, media: Path, wrong: bytes) -> None:
    keep()
    Path(default_storage.path(NAME)).write_bytes(wrong)

    assert keep() == NAME

    assert files(media) == {NAME: CONTENT}


def test_what_reads_back_as_something_else_is_not_kept(
    keep: Keep, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def damage(source: Path, target: Path) -> None:
        replace(source, target)
        Path(target).write_bytes(CONTENT[:-1])

    monkeypatch.setattr(os, "replace", damage)

    with pytest.raises(OSError, match="not those that came"):
        keep()

    assert files(media) == {}


def test_a_storage_that_is_no_folder_is_asked_to_save(keep: Keep, settings: Any) -> None:
    settings.STORAGES = {"default": {"BACKEND": "elsewhere.ElsewhereStorage"}}

    name = keep()

    with default_storage.open(name) as stored:
        assert stored.read() == CONTENT


def test_what_such_a_storage_gives_back_is_compared_too(keep: Keep, settings: Any) -> None:
    settings.STORAGES = {"default": {"BACKEND": "elsewhere.CuttingStorage"}}

    with pytest.raises(OSError, match="not those that came"):
        keep()

    assert default_storage.listdir("videos") == ([], [])
