"""`manage.py reconcile` and films: our copies are whole, and what only Kling has is saved by `--download`."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import responses
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from factories import make_staff
from films import mp4
from kling_host import KlingHost, kling_host
from passing_time import always
from reconciling import (
    FILM,
    Run,
    a_storage_of_its_own,
    ago,
    check,
    complete,
    deleted,
    downloads,
    move,
    run,
    serve,
)

from productvideo import pipeline
from productvideo.models import Scene, Submission
from productvideo.querysets import now
from productvideo.states import Stage

__all__ = ["a_storage_of_its_own", "check", "kling_host", "run"]
pytestmark = pytest.mark.django_db


def test_a_missing_file_is_taken_off_the_page_and_fetched_again(kling_host: KlingHost, check: Run) -> None:
    film = mp4()
    video, _ = complete(kling_host, film)
    kept = complete(kling_host)[0]
    default_storage.delete(str(video.file.name))
    serve(kling_host, film)

    ended = check()

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], ended.only["verdict"]) == (0, "file_broken", "mended")
    assert "is missing" in ended.only["sentence"]
    assert (video.stage, video.status, video.url, video.file.name) == (Stage.STORING, "pending", "", "")
    assert "fetching the film from Kling again" in video.events.last().why  # type: ignore[union-attr]

    pipeline.collect(always)

    video.refresh_from_db()
    kept.refresh_from_db()
    assert (video.stage, kept.stage) == (Stage.COMPLETE, Stage.COMPLETE)
    with default_storage.open(str(video.file.name)) as file:
        assert file.read() == film
    assert Submission.objects.count() == 2
    assert kling_host.creates == []


@pytest.mark.parametrize(("damage", "options"), [(b"half", []), (bytes(400), ["--verify-files"])])
def test_a_damaged_file_is_fetched_again(kling_host: KlingHost, check: Run, damage: bytes, options: list[str]) -> None:
    video, _ = complete(kling_host)
    Path(default_storage.path(str(video.file.name))).write_bytes(damage)

    ended = check(*options)

    video.refresh_from_db()
    assert (ended.only["kind"], video.stage) == ("file_broken", Stage.STORING)


def test_bytes_are_compared_only_when_asked(kling_host: KlingHost, run: Run) -> None:
    video, _ = complete(kling_host)
    Path(default_storage.path(str(video.file.name))).write_bytes(bytes(400))

    assert run("--json").told["findings"] == []


def test_a_film_saved_again_replaces_damaged_bytes_of_the_same_length_and_name(
    kling_host: KlingHost, run: Run
) -> None:
    film = mp4()
    serve(kling_host, film)
    video, _ = complete(kling_host)
    move(video, stage=Stage.STORING, due_at=now(), source_url=FILM, file="", url="", sha256="")
    pipeline.collect(always)
    video.refresh_from_db()
    name = str(video.file.name)
    Path(default_storage.path(name)).write_bytes(bytes(len(film)))

    run("--verify-files")
    pipeline.collect(always)

    video.refresh_from_db()
    assert (video.stage, video.file.name) == (Stage.COMPLETE, name)
    assert Path(default_storage.path(name)).read_bytes() == film


@pytest.mark.parametrize("kling_keeps", ["nothing", "a task without its film"])
def test_a_file_that_is_gone_for_good_needs_a_person(kling_host: KlingHost, check: Run, kling_keeps: str) -> None:
    video, task = complete(kling_host)
    Submission.objects.update(sent_at=now() - timedelta(days=40))
    default_storage.delete(str(video.file.name))
    task |= {"created_at": ago(timedelta(days=40)), "updated_at": ago(timedelta(days=31))}
    if kling_keeps == "nothing":
        kling_host.tasks.clear()

    ended = check(left=1)

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], video.stage) == (1, "file_broken", Stage.COMPLETE)
    assert "from a backup, or retake it" in ended.only["sentence"]


def test_a_storage_that_is_not_mounted_is_not_taken_for_lost_films(kling_host: KlingHost, check: Run) -> None:
    video, _ = complete(kling_host)
    folder = Path(default_storage.path("videos"))
    folder.rename(folder.with_name("elsewhere"))

    ended = check(left=1)

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], video.stage) == (1, "no_storage", Stage.COMPLETE)


def test_the_page_shows_no_film_while_it_is_not_there(kling_host: KlingHost, run: Run, client: Client) -> None:
    video, _ = complete(kling_host)
    Scene.objects.filter(pk=video.scene_id).update(chosen=video)
    client.force_login(make_staff())
    page = reverse("admin:productvideo_product_page", args=[video.product_id])
    with_film = client.get(page).content.decode()
    default_storage.delete(str(video.file.name))

    run()

    without = client.get(page).content.decode()
    assert f"/files/videos/{video.pk}.mp4" in with_film
    assert f"/files/videos/{video.pk}.mp4" not in without
    assert "being copied to your own storage" in without


def test_a_file_that_was_mended_is_no_news(kling_host: KlingHost, run: Run) -> None:
    video, _ = complete(kling_host)
    default_storage.delete(str(video.file.name))

    run()

    video.refresh_from_db()
    assert video.told_at is not None


def test_the_film_of_a_deleted_video_is_saved_once(kling_host: KlingHost, check: Run, tmp_path: Path) -> None:
    task = deleted(kling_host)
    film = mp4()
    serve(kling_host, film)
    folder = tmp_path / "films"

    ended = check("--download", str(folder), left=1)

    path = folder / f"{task['task_id']}.mp4"
    assert (ended.status, ended.only["done"]) == (0, f"saved as {path}")
    assert [found.name for found in folder.iterdir()] == [path.name]
    assert path.read_bytes() == film
    assert downloads(kling_host) == 1


def test_a_dry_run_says_what_it_would_save_and_saves_nothing(kling_host: KlingHost, run: Run, tmp_path: Path) -> None:
    task = deleted(kling_host)
    folder = tmp_path / "films"

    ended = run("--json", "--dry-run", "--download", str(folder))

    assert ended.only["done"] == f"would be saved as {folder / task['task_id']}.mp4"
    assert not folder.exists()


def test_a_broken_film_is_not_saved_and_makes_up_for_itself_later(
    kling_host: KlingHost, run: Run, tmp_path: Path
) -> None:
    task = deleted(kling_host)
    serve(kling_host, mp4(120)[:3000])

    broken = run("--json", "--download", str(tmp_path / "films"))
    left = list((tmp_path / "films").iterdir())
    kling_host.mock.remove(responses.GET, FILM)  # type: ignore[attr-defined]
    serve(kling_host, mp4())
    whole = run("--json", "--download", str(tmp_path / "films"))

    assert (broken.status, broken.only["verdict"], left) == (1, "look", [])
    assert broken.only["done"].startswith("not saved: ")
    assert (whole.status, (tmp_path / "films" / f"{task['task_id']}.mp4").read_bytes()) == (0, mp4())


def test_half_a_file_in_its_place_is_replaced(kling_host: KlingHost, run: Run, tmp_path: Path) -> None:
    path = tmp_path / f"{deleted(kling_host)['task_id']}.mp4"
    path.write_bytes(mp4()[:500])
    serve(kling_host, mp4())

    run("--download", str(tmp_path))

    assert path.read_bytes() == mp4()


def test_a_task_id_leads_to_no_other_folder(kling_host: KlingHost, run: Run, tmp_path: Path) -> None:
    kling_host.succeed(kling_host.make_task(str(uuid.uuid4()), task_id="../../out"), FILM)
    serve(kling_host, mp4())
    folder = tmp_path / "a" / "b"

    run("--download", str(folder))

    assert [path.name for path in folder.iterdir()] == ["..%2F..%2Fout.mp4"]


def test_a_film_that_kling_keeps_no_longer_is_not_asked_for(kling_host: KlingHost, run: Run, tmp_path: Path) -> None:
    deleted(kling_host)["updated_at"] = ago(timedelta(days=31))

    ended = run("--json", "--download", str(tmp_path))

    assert (ended.status, ended.only["done"]) == (0, "Kling's copy has ended")
    assert downloads(kling_host) == 0


def test_a_folder_that_is_a_file_is_refused_before_anything_is_done(
    kling_host: KlingHost, run: Run, tmp_path: Path
) -> None:
    deleted(kling_host)
    (tmp_path / "films").write_text("not a folder")

    ended = run("--download", str(tmp_path / "films"))

    assert (ended.status, ended.out) == (2, "")
    assert "is no folder" in ended.err


def test_kling_s_signed_link_is_never_shown(kling_host: KlingHost, run: Run) -> None:
    deleted(kling_host)

    ended = run("--json")

    assert FILM not in ended.out + ended.err
