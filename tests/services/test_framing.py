"""Where a product is shown: its photo in another shape, for what has not been started yet."""

import io

import pytest
from factories import jpeg, make_complete_video, make_persona, make_video
from PIL import Image

from productvideo import services
from productvideo.models import Product
from productvideo.photos import Fill, Framing, PhotoError

pytestmark = pytest.mark.django_db


def make(framing: Framing | None = None, **words: object) -> Product:
    said = {"persona": make_persona(), "name": "Cup", "description": "x", "photo_file": jpeg(800, 600)}
    product = services.create_product(**said | words, framing=framing or Framing())
    services.plan_scenes(product=product)
    return product


def test_a_product_keeps_its_photo_and_the_shaped_one_that_its_scenes_start_from() -> None:
    product = make(Framing(shape="9:16"))

    original, shaped = product.photos.all()
    assert product.shape == "9:16"
    assert (original.width, original.height, shaped.width, shaped.height) == (800, 600, 800, 1422)
    assert {scene.photo for scene in product.scenes.all()} == {shaped}


def test_a_photo_that_has_the_shape_already_is_kept_once() -> None:
    product = make(Framing(shape="1:1"), photo_file=jpeg(700, 700))

    assert (product.shape, product.photos.count()) == ("1:1", 1)


def test_a_photo_that_cannot_be_shaped_stores_nothing() -> None:
    with pytest.raises(PhotoError):
        make(Framing(shape="9:16", fill=Fill.CROP), photo_file=jpeg(400, 300))

    assert not Product.objects.exists()


def test_a_photo_too_long_to_be_filmed_as_it_is_can_be_padded() -> None:
    with pytest.raises(PhotoError, match=r"1:2\.5"):
        make(photo_file=jpeg(1500, 400))

    assert make(Framing(shape="1:1"), photo_file=jpeg(1500, 400)).photos.last().height == 1500


def test_a_see_through_photo_is_laid_on_the_colour_of_the_padding() -> None:
    upload = io.BytesIO()
    Image.new("RGBA", (600, 400), (0, 0, 0, 0)).save(upload, "PNG")

    product = make(Framing(shape="1:1", colour="#204060"), photo_file=upload.getvalue())

    with product.photos.last().file.open("rb") as file, Image.open(file) as picture:
        low, high = zip(*picture.getextrema(), strict=True)
    assert low == high == pytest.approx((32, 64, 96), abs=3)


def test_another_shape_makes_another_photo_from_the_first_one() -> None:
    product = make(Framing(shape="9:16"))

    framed = services.frame_product(product=product, seen=product.photos.last(), framing=Framing(shape="1:1"))

    assert product.shape == "1:1"
    assert product.photos.last() == framed.photo
    assert (framed.photo.width, framed.photo.height, framed.left_behind) == (800, 800, 0)
    assert {scene.photo for scene in product.scenes.all()} == {framed.photo}


def test_who_saw_the_earlier_photo_cannot_approve_the_scenes_with_another() -> None:
    product = make()
    seen = services.SeenScene.of(product.scenes.first())

    services.frame_product(product=product, seen=product.photos.last(), framing=Framing(shape="1:1"))

    assert product.scenes.first().version == seen.version + 1


def test_going_back_uses_the_first_photo_again() -> None:
    product = make()
    first = product.photos.get()
    square = services.frame_product(product=product, seen=first, framing=Framing(shape="1:1")).photo

    back = services.frame_product(product=product, seen=square, framing=Framing()).photo

    assert back == first == product.photos.last()
    assert product.photos.count() == 2


def test_the_shape_that_is_there_already_changes_no_scene() -> None:
    product = make(Framing(shape="1:1"))

    services.frame_product(product=product, seen=product.photos.last(), framing=Framing(shape="1:1"))

    assert {scene.version for scene in product.scenes.all()} == {1}


def test_videos_and_scenes_with_a_take_in_progress_keep_their_photo() -> None:
    product = make()
    first = product.photos.get()
    busy, done, idle = product.scenes.all()
    make_video(busy)
    film = make_complete_video(done)

    framed = services.frame_product(product=product, seen=first, framing=Framing(shape="1:1"))

    busy, done, idle = product.scenes.all()
    film.refresh_from_db()
    assert (busy.photo, done.photo, idle.photo) == (first, framed.photo, framed.photo)
    assert (film.photo, framed.left_behind) == (first, 1)


def test_a_scene_whose_take_has_ended_can_follow_later() -> None:
    product = make()
    video = make_video(product.scenes.first())
    framed = services.frame_product(product=product, seen=product.photos.last(), framing=Framing(shape="1:1"))
    video.mark_failed(code="cancelled", message="Cancelled.")

    again = services.frame_product(product=product, seen=framed.photo, framing=Framing(shape="1:1"))

    assert (again.photo, again.left_behind) == (framed.photo, 0)
    assert {scene.photo for scene in product.scenes.all()} == {framed.photo}


def test_of_two_people_who_change_it_the_second_overwrites_nothing() -> None:
    product = make()
    seen = product.photos.get()
    services.frame_product(product=product, seen=seen, framing=Framing(shape="1:1"))

    with pytest.raises(services.StoryboardChangedError, match="meanwhile"):
        services.frame_product(product=product, seen=seen, framing=Framing(shape="16:9"))

    product.refresh_from_db()
    assert (product.shape, product.photos.last().width) == ("1:1", 800)
