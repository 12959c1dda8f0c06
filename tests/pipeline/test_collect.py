"""Saving: a film is shown only when it is whole and ours, and tried for as long as Kling keeps its copy."""

import errno
import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
from django.core.files.storage import default_storage
from factories import make_video
from films import mp4
from kling_host import KlingHost
from passing_time import always, let_time_pass

from productvideo import pipeline
from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
FILM = "http://127.0.0.1:9/film.mp4"


@pytest.fixture(autouse=True)
def films_come_from_this_machine(settings: Any) -> None:
    settings.ALLOW_PRIVATE_DOWNLOADS = True


def storing(host: KlingHost, account: KlingAccount, **columns: Any) -> ProductVideo:
    video = make_video(account=account)
    task = host.make_task(str(video.pk))
    host.succeed(task, FILM)
    link = {"source_url": FILM, "source_expires_at": now() + timedelta(days=30)}
    return make_video(video.scene, account, stage=Stage.STORING, task_id=task["task_id"], **link | columns)


def serve(host: KlingHost, body: bytes, **options: Any) -> None:
    host.mock.add(responses.GET, FILM, body=body, **options)  # type: ignore[attr-defined]


def files_of(video: ProductVideo) -> list[str]:
    """Return what lies in storage under the video's name, and what lies there unfinished."""
    media = Path(default_storage.path(""))
    return [path.name for path in (*media.rglob(f"{video.pk}*"), *media.rglob("*.part"))]


def test_a_whole_film_is_stored_and_shown(kling_host: KlingHost, account: KlingAccount) -> None:
    video = storing(kling_host, account)
    film = mp4(49)
    serve(kling_host, film)

    pipeline.collect(always)

    video.refresh_from_db()
    assert (video.stage, video.status, video.due_at) == (Stage.COMPLETE, "complete", None)
    assert video.url == f"/files/videos/{video.pk}.mp4"
    assert video.thumbnail_url == f"/files/posters/{video.pk}.jpg"
    assert (video.width, video.height, video.size_bytes) == (160, 120, len(film))
    assert abs(float(video.seconds or 0) - 49 / 24) < 0.01
    with default_storage.open(str(video.file.name)) as file:
        assert file.read() == film
    with default_storage.open(str(video.poster.name)) as file:
        assert file.read(3) == b"\xff\xd8\xff"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (mp4(120)[: len(mp4(120)) // 2], "damaged"),
        (b"<html>sorry</html>", "not a readable MP4"),
        (b"", "empty"),
        (mp4()[:200], "no"),
    ],
)
def test_what_is_no_whole_film_is_never_shown_and_tried_again(
    kling_host: KlingHost, account: KlingAccount, body: bytes, reason: str
) -> None:
    video = storing(kling_host, account)
    serve(kling_host, body)

    pipeline.collect(always)

    video.refresh_from_db()
    assert (video.stage, video.url, video.downloads) == (Stage.STORING, "", 1)
    assert reason in video.attention
    folder = Path(default_storage.path("incoming"))
    assert list(folder.iterdir()) == []


def test_the_next_whole_download_makes_up_for_a_broken_one(kling_host: KlingHost, account: KlingAccount) -> None:
    video = storing(kling_host, account)
    serve(kling_host, b"half")
    pipeline.collect(always)
    kling_host.mock.remove(responses.GET, FILM)  # type: ignore[attr-defined]
    serve(kling_host, mp4())

    let_time_pass(5)
    pipeline.collect(always)

    video.refresh_from_db()
    assert (video.stage, video.attention) == (Stage.COMPLETE, "")


def test_a_link_that_moved_is_asked_for_again(kling_host: KlingHost, account: KlingAccount) -> None:
    video = storing(kling_host, account, source_url="http://127.0.0.1:9/old.mp4")
    kling_host.mock.add(responses.GET, "http://127.0.0.1:9/old.mp4", status=403)  # type: ignore[attr-defined]
    serve(kling_host, mp4())

    pipeline.collect(always)
    let_time_pass(5)
    pipeline.collect(always)

    video.refresh_from_db()
    assert video.stage == Stage.COMPLETE


def test_a_copy_that_kling_no_longer_keeps_ends_the_video_with_the_true_reason(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = storing(kling_host, account, source_expires_at=now() - timedelta(seconds=1))
    serve(kling_host, b"gone", status=403)

    pipeline.collect(always)

    video.refresh_from_db()
    assert (video.stage, video.error_code) == (Stage.FAILED, "kling_copy_gone")
    assert "403" in video.error_message


def test_a_private_address_is_refused_and_the_setting_is_named(
    kling_host: KlingHost, account: KlingAccount, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_DOWNLOADS = False
    video = storing(kling_host, account)

    pipeline.collect(always)

    video.refresh_from_db()
    assert video.stage == Stage.STORING
    assert "ALLOW_PRIVATE_DOWNLOADS" in video.attention


def test_a_poster_that_cannot_be_made_holds_nothing_back(kling_host: KlingHost, account: KlingAccount) -> None:
    video = storing(kling_host, account)
    film = mp4()
    pictures = film.index(b"mdat") + 8
    serve(kling_host, film[:pictures] + bytes(len(film) - pictures))

    pipeline.collect(always)

    video.refresh_from_db()
    assert (video.stage, video.thumbnail_url) == (Stage.COMPLETE, "")
    assert video.url


def test_the_same_file_left_by_a_crash_is_used_and_not_stored_twice(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = storing(kling_host, account)
    serve(kling_host, mp4())
    pipeline.collect(always)
    before = sorted(Path(default_storage.path("videos")).iterdir())
    ProductVideo.objects.filter(pk=video.pk).update(stage=Stage.STORING, due_at=now(), file="", url="", sha256="")

    pipeline.collect(always)

    video.refresh_from_db()
    assert video.stage == Stage.COMPLETE
    assert sorted(Path(default_storage.path("videos")).iterdir()) == before


@pytest.mark.parametrize("wrong", [b"", b"half", None])
def test_a_wrong_file_under_its_name_is_replaced(
    kling_host: KlingHost, account: KlingAccount, wrong: bytes | None
) -> None:
    video = storing(kling_host, account)
    film = mp4()
    path = Path(default_storage.path(f"videos/{video.pk}-{hashlib.sha256(film).hexdigest()[:16]}.mp4"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(len(film)) if wrong is None else wrong)
    serve(kling_host, film)

    pipeline.collect(always)

    video.refresh_from_db()
    assert (video.stage, video.file.name) == (Stage.COMPLETE, f"videos/{path.name}")
    assert path.read_bytes() == film


# Our own storage fails.


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def break_writing(broken: pytest.MonkeyPatch) -> None:
    """Let the first write to a part end as on a full disk; Linux has a device for that."""
    usual = Path.open

    def into_a_full_disk(path: Path, mode: str = "r", *arguments: Any) -> Any:
        if mode != "xb":
            return usual(path, mode, *arguments)
        usual(path, mode).close()
        return usual(Path("/dev/full"), "wb", 0)

    broken.setattr(Path, "open", into_a_full_disk)


def break_syncing(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(os, "fsync", no_space)


def break_naming(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(os, "replace", no_space)


def break_naming_the_film(broken: pytest.MonkeyPatch) -> None:
    usual = os.replace
    broken.setattr(os, "replace", lambda part, name: (no_space if str(name).endswith(".mp4") else usual)(part, name))


@pytest.mark.parametrize("breaking", [break_writing, break_syncing, break_naming, break_naming_the_film])
def test_on_a_full_disk_a_film_waits_and_is_saved_when_there_is_room(
    kling_host: KlingHost,
    account: KlingAccount,
    monkeypatch: pytest.MonkeyPatch,
    breaking: Callable[[pytest.MonkeyPatch], None],
) -> None:
    video = storing(kling_host, account)
    serve(kling_host, mp4())

    with monkeypatch.context() as broken:
        breaking(broken)
        pipeline.collect(always)
    video.refresh_from_db()
    waiting = (video.stage, video.downloads, video.claims, video.attention)
    left = [name for name in files_of(video) if not name.endswith(".jpg")]
    pipeline.collect(always)
    let_time_pass(61)
    pipeline.collect(always)

    assert waiting == (
        Stage.STORING,
        0,
        0,
        "Not saved yet. Our storage is full. Free some space there; the video is tried again every minute.",
    )
    assert left == []
    video.refresh_from_db()
    assert (video.stage, video.attention) == (Stage.COMPLETE, "")


def test_on_a_full_disk_the_polling_goes_on(
    kling_host: KlingHost, account: KlingAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    storing(kling_host, account)
    other = make_video(account=account, stage=Stage.RENDERING, task_id="1")
    kling_host.succeed(kling_host.make_task(str(other.pk), task_id="1"), FILM)
    serve(kling_host, mp4())
    break_syncing(monkeypatch)

    pipeline.collect(always)
    pipeline.check(always)

    other.refresh_from_db()
    assert other.stage == Stage.STORING


def test_a_storage_that_fails_otherwise_is_named_and_tried_ever_more_slowly(
    kling_host: KlingHost, account: KlingAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    video = storing(kling_host, account)
    serve(kling_host, mp4())
    monkeypatch.setattr(os, "replace", forbid)

    pipeline.collect(always)

    video.refresh_from_db()
    assert (video.stage, video.downloads) == (Stage.STORING, 1)
    assert "Permission denied" in video.attention
    assert "MEDIA_ROOT" in video.attention


def test_a_storage_that_fails_says_nothing_about_klings_copy(
    kling_host: KlingHost, account: KlingAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = storing(kling_host, account, source_expires_at=now() - timedelta(days=1))
    serve(kling_host, mp4())
    break_syncing(monkeypatch)

    pipeline.collect(always)

    video.refresh_from_db()
    assert video.stage == Stage.STORING


def test_a_copy_that_seems_to_have_ended_is_asked_for_once_more(kling_host: KlingHost, account: KlingAccount) -> None:
    gone = "http://127.0.0.1:9/old.mp4"
    video = storing(kling_host, account, source_url=gone, source_expires_at=now() - timedelta(days=1))
    kling_host.mock.add(responses.GET, gone, status=403)  # type: ignore[attr-defined]
    serve(kling_host, mp4())

    pipeline.collect(always)
    let_time_pass(5)
    pipeline.collect(always)

    video.refresh_from_db()
    assert video.stage == Stage.COMPLETE


def test_a_download_that_is_no_longer_wanted_is_left_to_its_lease(
    kling_host: KlingHost, account: KlingAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("productvideo.downloads.streaming.LOOK_SECONDS", 0)
    video = storing(kling_host, account)
    serve(kling_host, mp4())

    pipeline.collect(always, still_wanted=lambda: False)

    video.refresh_from_db()
    assert (video.stage, video.attention, video.downloads, video.claims) == (Stage.STORING, "", 0, 0)
    assert not ProductVideo.objects.filter(pk=video.pk).due().exists()


def test_a_film_that_nobody_wants_any_more_once_it_is_here_is_not_stored(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = storing(kling_host, account)
    serve(kling_host, mp4())
    answers = [True, True, False]  # before the request, before the first byte, before it is stored

    pipeline.collect(always, still_wanted=lambda: answers.pop(0))

    video.refresh_from_db()
    assert (video.stage, video.attention, answers) == (Stage.STORING, "", [])
    assert files_of(video) == []


def test_a_lost_lease_shows_nothing(kling_host: KlingHost, account: KlingAccount) -> None:
    video = storing(kling_host, account)
    [mine] = ProductVideo.objects.filter(pk=video.pk).claim(limit=1, lease=timedelta(seconds=60))
    let_time_pass(61)
    [theirs] = ProductVideo.objects.filter(pk=video.pk).claim(limit=1, lease=timedelta(seconds=60))

    stored = {"file": "videos/x.mp4", "sha256": "0" * 64, "size_bytes": 1}

    assert not mine.mark_complete(**stored)
    assert theirs.mark_complete(**stored)
