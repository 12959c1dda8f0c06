"""`/api/products/`: a product with its photo, and three scenes for it."""

import base64
import io
from typing import Any

import pytest
from factories import jpeg, make_persona, make_scene
from rest_framework.test import APIClient

from personas.models import Persona
from productvideo.models import Photo, Product, ProductVideo

WORDS = {"name": " Espresso cup ", "description": "A small cup of stoneware."}


def photo() -> io.BytesIO:
    file = io.BytesIO(jpeg())
    file.name = "cup.jpg"
    return file


def test_a_product_comes_back_with_its_three_scenes(api: APIClient) -> None:
    persona = make_persona()

    answer = api.post("/api/products/", {**WORDS, "persona": persona.pk, "photo": photo()}, format="multipart")

    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["persona"]) == ("Espresso cup", persona.pk)
    assert body["photo_url"] == f"http://testserver/files/photos/{Photo.objects.get().pk}.jpg"
    assert [scene["position"] for scene in body["scenes"]] == [1, 2, 3]
    assert set(body["scenes"][0]) == {
        "id",
        "position",
        "title",
        "description",
        "prompt",
        "source",
        "source_detail",
        "source_cause",
        "findings",
        "version",
        "takes",
    }
    assert body["scenes_source"] == "fallback"
    assert body["scenes_detail"]
    assert [scene["source_cause"] for scene in body["scenes"]] == ["no_key"] * 3
    assert all("OPENAI_API_KEY" in scene["source_detail"] for scene in body["scenes"])
    assert body["plan"] == ""
    assert Product.objects.get().created_by is not None
    assert not ProductVideo.objects.exists()


def test_the_photo_may_be_called_image_and_come_as_base64(api: APIClient) -> None:
    answer = api.post("/api/products/", {**WORDS, "image": base64.b64encode(jpeg()).decode()})

    assert answer.status_code == 201


def test_without_a_persona_it_belongs_to_the_default_one(api: APIClient) -> None:
    first, second = (
        api.post("/api/products/", {**WORDS, "photo": photo()}, format="multipart").json() for _ in range(2)
    )

    assert first["persona"] == second["persona"] == Persona.objects.get().pk
    assert Persona.objects.get().name == "Default"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name", "description", "photo"}),
        (WORDS, {"photo"}),
        ({**WORDS, "photo": "?"}, {"photo"}),
        ({**WORDS, "image": "?"}, {"image"}),
        ({**WORDS, "photo": None}, {"photo"}),
        ({**WORDS, "photo": base64.b64encode(jpeg()).decode(), "persona": 77}, {"persona"}),
        ({**WORDS, "photo": base64.b64encode(jpeg(100, 100)).decode(), "name": ""}, {"photo", "name"}),
    ],
)
def test_a_refused_product_leaves_nothing_behind(api: APIClient, body: dict[str, Any], fields: set[str]) -> None:
    answer = api.post("/api/products/", body)

    assert answer.status_code == 400
    assert set(answer.json()) == fields
    assert not Product.objects.exists()
    assert not Persona.objects.exists()


def test_two_photos_are_one_too_many(api: APIClient) -> None:
    picture = base64.b64encode(jpeg()).decode()

    answer = api.post("/api/products/", {**WORDS, "photo": picture, "image": picture})

    assert answer.json() == {"photo": ["Send one photo, not two."]}


def test_products_are_listed_newest_first_with_as_many_queries_for_one_as_for_many(
    api: APIClient, django_assert_num_queries: Any
) -> None:
    scenes = [make_scene() for _ in range(5)]

    with django_assert_num_queries(6):  # products, photos and scenes; what was refused, by two ways, and the photos
        answer = api.get("/api/products/")

    assert [product["id"] for product in answer.json()["results"]] == [scene.product_id for scene in scenes[::-1]]


def test_one_product_can_be_asked_for(api: APIClient) -> None:
    scene = make_scene()

    answer = api.get(f"/api/products/{scene.product_id}")

    assert answer.status_code == 200
    assert answer.json()["scenes"][0]["prompt"] == scene.prompt


def test_the_photo_can_be_brought_to_the_shape_in_which_it_will_be_shown(api: APIClient) -> None:
    wish = {**WORDS, "photo": photo(), "shape": "9:16", "fill": "pad", "colour": "#102030"}

    answer = api.post("/api/products/", wish, format="multipart")

    shaped = Product.objects.get().photos.last()
    assert (answer.status_code, answer.json()["shape"]) == (201, "9:16")
    assert (shaped.width, shaped.height) == (640, 1138)
    assert answer.json()["photo_url"].endswith(f"/{shaped.pk}.jpg")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"shape": "4:3"}, "shape"),
        ({"fill": "stretch"}, "fill"),
        ({"colour": "pink"}, "colour"),
        ({"shape": ["9:16"]}, "shape"),
        ({"shape": "9:16", "fill": "crop", "photo": base64.b64encode(jpeg(400, 300)).decode()}, "photo"),
        ({"photo": base64.b64encode(jpeg(1600, 500)).decode()}, "photo"),
    ],
)
def test_a_shape_that_cannot_be_made_is_refused_field_by_field(
    api: APIClient, wrong: dict[str, Any], field: str
) -> None:
    answer = api.post("/api/products/", {**WORDS, "photo": base64.b64encode(jpeg()).decode(), **wrong})

    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Product.objects.exists()


def test_a_long_photo_is_taken_where_its_shape_is_changed(api: APIClient) -> None:
    long = base64.b64encode(jpeg(1600, 500)).decode()

    assert api.post("/api/products/", {**WORDS, "photo": long, "shape": "1:1"}).status_code == 201
