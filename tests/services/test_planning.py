"""Planning costs nothing, loses nothing that was typed, and overwrites nobody."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from factories import jpeg, make_account, make_persona, make_product, make_scene, make_video

from productvideo import accounts, services
from productvideo.models import KlingAccount, Photo, Product
from productvideo.photos import PhotoError, clean_photo
from productvideo.querysets import now

pytestmark = pytest.mark.django_db


def test_a_product_keeps_its_cleaned_photo_under_the_name_of_its_content() -> None:
    product = services.create_product(
        persona=make_persona(), name="  Cup  ", description=" Small. ", photo_file=jpeg(), photo_name="cup.jpg"
    )

    photo = product.photos.get()
    assert (product.name, product.description) == ("Cup", "Small.")
    assert photo.file.name == f"photos/{photo.sha256}.jpg"
    assert default_storage.exists(str(photo.file.name))


def test_the_same_picture_is_kept_once() -> None:
    persona = make_persona()
    for name in ("One", "Two"):
        services.create_product(persona=persona, name=name, description="x", photo_file=jpeg(700, 500))

    assert len(set(Photo.objects.values_list("file", flat=True))) == 1


@pytest.mark.parametrize(
    ("name", "description", "field"),
    [
        ("", "x", "name"),
        ("   ", "x", "name"),
        ("x" * 201, "x", "name"),
        ("x", " \n ", "description"),
        ("x", "x" * 5001, "description"),
        ("a\x00b", "x", "name"),
    ],
)
def test_words_that_cannot_be_taken_are_refused_field_by_field(name: str, description: str, field: str) -> None:
    with pytest.raises(services.InvalidInputError) as refused:
        services.create_product(persona=make_persona(), name=name, description=description, photo_file=jpeg())

    assert list(refused.value.errors) == [field]
    assert Product.objects.count() == 0


def test_on_a_full_disk_a_photo_is_refused_in_words_and_nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", no_space)

    with pytest.raises(PhotoError, match="Our storage is full; free some space there and upload the photo again"):
        services.create_product(persona=make_persona(), name="x", description="x", photo_file=jpeg(431, 431))

    assert Product.objects.count() == 0


def test_half_a_photo_that_a_crash_has_left_is_replaced() -> None:
    clean = clean_photo(jpeg(432, 432))
    path = Path(default_storage.path(f"photos/{clean.name}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(clean.content[:100])

    services.create_product(persona=make_persona(), name="x", description="x", photo_file=clean)

    assert path.read_bytes() == clean.content


def test_a_refused_photo_stores_nothing() -> None:
    with pytest.raises(PhotoError):
        services.create_product(persona=make_persona(), name="x", description="x", photo_file=b"<svg/>")

    assert Product.objects.count() == 0


def test_without_a_key_the_default_scenes_come_with_the_reason() -> None:
    product = services.create_product(persona=make_persona(), name="Cup", description="x", photo_file=jpeg())

    scenes = services.plan_scenes(product=product)

    product.refresh_from_db()
    assert [scene.position for scene in scenes] == [1, 2, 3]
    assert len({scene.prompt for scene in scenes}) == 3
    assert product.scenes_source == "fallback"
    assert "key" in product.scenes_detail.lower()
    assert {scene.source for scene in scenes} == {"fallback"}


def test_an_edit_raises_the_version_and_says_that_a_person_wrote_it() -> None:
    scene = make_scene(make_product())

    services.save_scene(scene=scene, version=1, title="New", description="d", prompt="The camera pans.")

    scene.refresh_from_db()
    assert (scene.title, scene.version, scene.source) == ("New", 2, "person")


def test_an_edit_of_an_old_version_overwrites_nothing() -> None:
    scene = make_scene(make_product())
    services.save_scene(scene=scene, version=1, title="Theirs", description="", prompt="p")

    with pytest.raises(services.StoryboardChangedError, match="Theirs"):
        services.save_scene(scene=scene, version=1, title="Mine", description="", prompt="p")

    scene.refresh_from_db()
    assert scene.title == "Theirs"


def test_saving_what_is_there_already_changes_nothing() -> None:
    scene = make_scene(make_product())

    services.save_scene(scene=scene, version=1, title=scene.title, description=scene.description, prompt=scene.prompt)

    scene.refresh_from_db()
    assert (scene.version, scene.source) == (1, "fallback")


@pytest.mark.parametrize("words", [{"title": " "}, {"prompt": ""}, {"title": "x" * 201}, {"prompt": "x" * 2501}])
def test_a_scene_without_words_or_with_too_many_is_refused(words: dict[str, str]) -> None:
    scene = make_scene(make_product())

    with pytest.raises(services.InvalidInputError):
        services.save_scene(scene=scene, version=1, **{"title": "t", "description": "", "prompt": "p"} | words)


def test_a_product_that_was_never_filmed_can_be_deleted_with_its_scenes() -> None:
    product = make_product()
    make_scene(product)

    product.delete()

    assert Product.objects.count() == 0


def test_videos_that_nobody_looks_at_are_noticed() -> None:
    account = make_account(list_due_at=now())
    video = make_video(account=account)
    assert not accounts.is_left_alone(account)

    KlingAccount.objects.update(list_due_at=now() - timedelta(minutes=2))

    assert accounts.is_left_alone(account)
    video.mark_failed(code="x", message="over")
    assert not accounts.is_left_alone(account)
