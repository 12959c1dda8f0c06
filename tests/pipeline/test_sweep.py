"""The sweep removes what nobody owns and nothing else, whatever happens meanwhile."""

import importlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from celery.schedules import crontab
from django.conf import settings as site
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from factories import jpeg, make_complete_video, make_persona, make_photo, make_product, make_video
from passing_time import always

from config.celery import app
from productvideo import pipeline, services
from productvideo.models import Photo, ProductVideo
from productvideo.photos import clean_photo
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
HASH = "0123456789abcdef" * 4
ID = "01234567-89ab-cdef-0123-456789abcdef"
sweeping = importlib.import_module("productvideo.pipeline.sweep")  # the package has a function of that name


class Killed(BaseException):
    """What a kill is to the code that it ends."""


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    make_product()
    make_photo(make_product())
    return tmp_path


def leave(name: str, content: bytes = b"x", *, hours: float = 25) -> Path:
    """Put a file into storage, as old as said."""
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    then = timezone.now().timestamp() - hours * 3600
    os.utime(path, (then, then))
    return path


def unowned() -> list[str]:
    """Return a name of every kind that we make."""
    return [
        f"videos/{uuid4()}-{HASH[:16]}.mp4",
        f"videos/{uuid4()}-{HASH[:16]}_aB3dE6g.mp4",
        f"videos/{uuid4()}.part",
        f"posters/{uuid4()}-{HASH[:16]}.jpg",
        f"posters/{uuid4()}-{HASH[:16]}_aB3dE6g.jpg",
        f"posters/{uuid4()}.part",
        f"photos/{HASH}.jpg",
        f"photos/{HASH}_aB3dE6g.jpg",
        f"photos/{uuid4()}.part",
        f"incoming/{uuid4()}.part",
    ]


def test_old_files_that_no_row_names_go() -> None:
    names = unowned()
    paths = [leave(name) for name in names]

    assert sorted(pipeline.sweep()) == sorted(names)

    assert not any(path.exists() for path in paths)


def test_a_dry_run_names_them_and_removes_nothing() -> None:
    names = unowned()
    paths = [leave(name) for name in names]

    assert sorted(pipeline.sweep(dry_run=True)) == sorted(names)

    assert all(path.exists() for path in paths)


def test_young_files_stay() -> None:
    paths = [leave(name, hours=23) for name in unowned()]

    assert pipeline.sweep() == []

    assert all(path.exists() for path in paths)


@pytest.mark.parametrize(
    "name",
    [
        f"{ID}-{HASH[:16]}.mp4",
        f"other/{ID}-{HASH[:16]}.mp4",
        f"videos/archive/{ID}-{HASH[:16]}.mp4",
        f"videos/{ID}.mp4",
        f"videos/{ID}-{HASH[:15]}.mp4",
        f"videos/{ID}-{HASH[:16]}.jpg",
        f"videos/{ID}-{HASH[:16]}.mp4.bak",
        f"videos/{ID}-{HASH[:16]}_abc.mp4",
        f"videos/{ID}-{HASH[:16].upper()}.mp4",
        f"posters/{ID}-{HASH[:16]}.mp4",
        f"photos/{HASH[:63]}.jpg",
        f"photos/{HASH}.png",
        f"photos/{HASH}.jpg\n",
        "videos/.gitkeep",
        "videos/the one we like.mp4",
        "incoming/notes.txt",
        "incoming/x.part",
    ],
)
def test_what_is_not_named_as_we_name_files_is_not_ours(name: str) -> None:
    path = leave(name)

    assert pipeline.sweep() == []

    assert path.exists()


def test_a_link_into_somebody_elses_folder_is_left_alone(
    media: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    theirs = tmp_path_factory.mktemp("theirs") / "film.mp4"
    theirs.write_bytes(b"x")
    os.utime(theirs, (0, 0))
    (media / "videos").mkdir()
    link = media / "videos" / f"{uuid4()}-{HASH[:16]}.mp4"
    link.symlink_to(theirs)

    assert pipeline.sweep() == []

    assert link.exists()


def test_files_that_rows_name_stay_however_old() -> None:
    complete = make_complete_video()
    names = {"file": f"videos/{complete.pk}-{HASH[:16]}.mp4", "poster": f"posters/{complete.pk}-{HASH[:16]}.jpg"}
    ProductVideo.objects.filter(pk=complete.pk).update(**names)
    [photo] = Photo.objects.filter(videos=complete)
    paths = [leave(name, hours=10_000) for name in [*names.values(), str(photo.file.name)]]

    assert pipeline.sweep() == []

    assert all(path.exists() for path in paths)


def test_a_file_that_a_row_of_another_number_names_stays() -> None:
    complete = make_complete_video()
    ProductVideo.objects.filter(pk=complete.pk).update(
        file=f"videos/{uuid4()}-{HASH[:16]}.mp4", poster=f"photos/{HASH}.jpg"
    )
    complete.refresh_from_db()
    paths = [leave(str(file.name)) for file in (complete.file, complete.poster)]

    assert pipeline.sweep() == []

    assert all(path.exists() for path in paths)


@pytest.mark.parametrize(
    ("stage", "stays"),
    [
        (Stage.QUEUED, True),
        (Stage.SUBMITTING, True),
        (Stage.RENDERING, True),
        (Stage.STORING, True),
        (Stage.FAILED, False),
    ],
)
def test_the_files_of_a_video_in_the_making_stay_though_it_names_none_yet(stage: Stage, stays: bool) -> None:
    video = make_video(stage=stage, task_id="1", due_at=now() if stays else None)
    paths = [leave(f"videos/{video.pk}-{HASH[:16]}.mp4"), leave(f"posters/{video.pk}-{HASH[:16]}.jpg")]

    pipeline.sweep()

    assert [path.exists() for path in paths] == [stays, stays]


def test_what_a_superseded_download_left_of_a_finished_video_goes() -> None:
    video = make_complete_video()
    kept = leave(f"videos/{video.pk}-{HASH[:16]}.mp4")
    ProductVideo.objects.filter(pk=video.pk).update(file=f"videos/{kept.name}")
    other = leave(f"videos/{video.pk}-{HASH[16:32]}_aB3dE6g.mp4")

    assert pipeline.sweep() == [f"videos/{other.name}"]

    assert kept.exists()


def test_many_files_are_asked_about_in_pieces(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    video = make_complete_video()
    owned = leave(f"videos/{video.pk}-{HASH[:16]}.mp4")
    ProductVideo.objects.filter(pk=video.pk).update(file=f"videos/{owned.name}")
    names = [f"videos/{uuid4()}-{HASH[:16]}.mp4" for _ in range(6)]
    for name in names:
        leave(name)

    with django_assert_max_num_queries(1 + 4 * 4):  # is there anything; four pieces of at most four questions
        found = pipeline.sweep(dry_run=True)

    assert sorted(found) == sorted(names)


def test_an_empty_database_is_more_likely_the_wrong_one() -> None:
    Photo.objects.all().delete()
    path = leave(f"photos/{HASH}.jpg")

    assert pipeline.sweep() == []

    assert path.exists()


def test_there_need_not_be_any_folder(media: Path) -> None:
    for path in sorted(media.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()

    assert pipeline.sweep() == []


def test_a_file_that_goes_meanwhile_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    path = leave(f"photos/{HASH}.jpg")
    before(monkeypatch, "rename", path.unlink)

    assert pipeline.sweep() == []


# Somebody wants a file while it is being swept.


def before(monkeypatch: pytest.MonkeyPatch, step: str, deed: Callable[[], object]) -> None:
    """Do something right before the first rename, question of age, or removal of the sweep."""
    real = getattr(os, step)

    def first_the_deed(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(os, step, real)
        deed()
        return real(*arguments, **options)

    monkeypatch.setattr(os, step, first_the_deed)


def after(monkeypatch: pytest.MonkeyPatch, step: str, deed: Callable[[], object]) -> None:
    real = getattr(os, step)

    def then_the_deed(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(os, step, real)
        real(*arguments, **options)
        deed()

    monkeypatch.setattr(os, step, then_the_deed)


MOMENTS = [(before, "rename"), (after, "rename"), (before, "unlink"), (after, "unlink")]


@pytest.mark.parametrize(("when", "step"), MOMENTS)
def test_a_photo_that_is_uploaded_again_while_it_is_swept_is_there_afterwards(
    monkeypatch: pytest.MonkeyPatch, when: Callable[..., None], step: str
) -> None:
    clean = clean_photo(jpeg(600, 400, "navy"))
    path = leave(f"photos/{clean.name}", clean.content)

    def upload() -> None:
        services.create_product(persona=make_persona(), name="Cup", description="x", photo_file=clean)

    when(monkeypatch, step, upload)
    pipeline.sweep()

    assert Photo.objects.filter(file=f"photos/{clean.name}").count() == 1
    assert path.read_bytes() == clean.content
    assert list(path.parent.glob("*.unowned")) == []


@pytest.mark.parametrize(("when", "step"), MOMENTS)
def test_a_photo_that_is_kept_while_it_is_swept_waits_for_its_row(
    monkeypatch: pytest.MonkeyPatch, when: Callable[..., None], step: str
) -> None:
    clean = clean_photo(jpeg(600, 400, "navy"))
    path = leave(f"photos/{clean.name}", clean.content)

    when(monkeypatch, step, lambda: services.keep_photo(clean))
    pipeline.sweep()
    pipeline.sweep()

    assert path.read_bytes() == clean.content


@pytest.mark.parametrize(("when", "step"), MOMENTS[:2])
def test_the_file_of_a_video_that_is_adopted_while_it_is_swept_is_put_back(
    monkeypatch: pytest.MonkeyPatch, when: Callable[..., None], step: str
) -> None:
    video = make_video(stage=Stage.FAILED, due_at=None)
    path = leave(f"videos/{video.pk}-{HASH[:16]}.mp4", b"film")

    when(monkeypatch, step, lambda: video.mark_rendering("1", why="Kling has it."))
    assert pipeline.sweep() == []

    assert path.read_bytes() == b"film"


@pytest.mark.parametrize("owned", [True, False])
def test_what_a_killed_sweep_began_the_next_one_ends(monkeypatch: pytest.MonkeyPatch, owned: bool) -> None:
    path = leave(f"photos/{HASH}.jpg", b"photo")

    def die() -> None:
        raise Killed

    after(monkeypatch, "rename", die)
    with pytest.raises(Killed):
        pipeline.sweep()
    [photo] = Photo.objects.all()
    if owned:
        Photo.objects.filter(pk=photo.pk).update(file=f"photos/{HASH}.jpg")
    pipeline.sweep()

    assert [file.name for file in path.parent.glob(f"{HASH}*")] == ([path.name] if owned else [])


# A storage that is no folder.


def test_a_storage_that_is_no_folder_is_swept_too(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGES = {"default": {"BACKEND": "elsewhere.ElsewhereStorage"}}
    monkeypatch.setattr(sweeping, "OLD", timedelta(seconds=-60))
    kept = make_photo(make_product())
    other = default_storage.save(f"photos/{HASH}.jpg", ContentFile(b"x"))
    film = default_storage.save(f"videos/{uuid4()}-{HASH[:16]}.mp4", ContentFile(b"x"))

    assert sorted(pipeline.sweep()) == sorted([other, film])

    assert default_storage.exists(str(kept.file.name))
    assert not default_storage.exists(other)


def test_there_too_young_files_stay(settings: Any) -> None:
    settings.STORAGES = {"default": {"BACKEND": "elsewhere.ElsewhereStorage"}}
    other = default_storage.save(f"photos/{HASH}.jpg", ContentFile(b"x"))

    assert pipeline.sweep() == []

    assert default_storage.exists(other)


# Parts, and who does all this.


def test_what_killed_workers_left_is_swept_after_an_hour() -> None:
    old, young = leave("incoming/old.part", hours=1.1), leave("incoming/young.part", hours=0.9)

    pipeline.collect(always)

    assert (old.exists(), young.exists()) == (False, True)


def test_beat_has_it_done_every_night() -> None:
    entry = site.CELERY_BEAT_SCHEDULE["sweep"]
    path = leave(f"photos/{HASH}.jpg")
    app.loader.import_default_modules()

    app.tasks[entry["task"]]()

    assert entry["schedule"] == crontab(hour="3", minute="17")
    assert not path.exists()
