"""`POST /api/ai/generate-scenes`: ideas, checked field by field, stored nowhere."""

import base64
import io
import json
from typing import Any

import pytest
from factories import jpeg, make_persona
from rest_framework.test import APIClient

from productvideo.models import Photo, Product, Scene
from productvideo.scenes import plans

ADDRESS = "/api/ai/generate-scenes"
WORDS = {"product_name": "Espresso cup", "product_description": "A small cup of stoneware."}


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "/"])
def test_three_scenes_come_back_with_and_without_the_last_slash(api: APIClient, address: str) -> None:
    answer = api.post(address, WORDS)

    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"scenes", "source", "detail", "cause", "plan", "usage"}
    told = {"title", "description", "prompt", "source", "source_detail", "source_cause", "findings"}
    assert [set(scene) for scene in body["scenes"]] == [told] * 3
    assert (body["source"], body["cause"]) == ("fallback", "no_key")
    assert "OPENAI_API_KEY" in body["detail"]
    assert body["usage"] == {"calls": 0, "input_tokens": 0, "output_tokens": 0}


def test_each_scene_says_why_it_is_a_default_one(api: APIClient) -> None:
    scenes = api.post(ADDRESS, WORDS).json()["scenes"]

    assert [(scene["source"], scene["source_cause"]) for scene in scenes] == [("fallback", "no_key")] * 3
    assert all("set it in .env" in scene["source_detail"] for scene in scenes)


def test_a_default_scene_gives_no_reason_for_advice(api: APIClient) -> None:
    assert [scene["findings"] for scene in api.post(ADDRESS, WORDS).json()["scenes"]] == [[], [], []]


def test_a_plan_may_be_named(api: APIClient) -> None:
    by_product, chosen = api.post(ADDRESS, WORDS).json(), api.post(ADDRESS, {**WORDS, "plan": "tech"}).json()

    assert chosen["plan"] == "tech" != by_product["plan"]
    assert len(chosen["scenes"]) == 3


def test_a_plan_that_there_is_not_is_refused_with_those_that_there_are(api: APIClient) -> None:
    answer = api.post(ADDRESS, {**WORDS, "plan": "opera"})

    assert answer.status_code == 400
    assert list(answer.json()) == ["plan"]
    assert all(plan.code in answer.json()["plan"][0] for plan in plans())


def test_nothing_is_stored(api: APIClient) -> None:
    api.post(ADDRESS, {**WORDS, "persona": make_persona().pk, "image": base64.b64encode(jpeg()).decode()})

    assert not Product.objects.exists()
    assert not Scene.objects.exists()
    assert not Photo.objects.exists()


@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,", "DATA:image/png;BASE64,"])
def test_a_picture_may_come_as_base64(api: APIClient, prefix: str) -> None:
    encoded = base64.encodebytes(jpeg()).decode()  # in lines, as mail programs write it

    answer = api.post(ADDRESS, {**WORDS, "image": prefix + encoded})

    assert answer.status_code == 200


def test_a_picture_may_come_as_a_file(api: APIClient) -> None:
    answer = api.post(ADDRESS, {**WORDS, "image": io.BytesIO(jpeg())}, format="multipart")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"product_name": None}, "product_name"),
        ({"product_name": "  \n "}, "product_name"),
        ({"product_name": 7}, "product_name"),
        ({"product_name": ["a"]}, "product_name"),
        ({"product_name": "n" * 201}, "product_name"),
        ({"product_name": "a\x00b"}, "product_name"),
        ({"product_name": "\ud800"}, "product_name"),
        ({"product_description": True}, "product_description"),
        ({"product_description": {"a": 1}}, "product_description"),
        ({"product_description": "d" * 5001}, "product_description"),
        ({"persona": 999}, "persona"),
        ({"persona": "Default"}, "persona"),
        ({"persona": True}, "persona"),
        ({"persona": 10**40}, "persona"),
        ({"persona": [1]}, "persona"),
        ({"image": "not base64!"}, "image"),
        ({"image": ""}, "image"),
        ({"image": 5}, "image"),
        ({"image": "data:image/png,%89PNG"}, "image"),
        ({"image": "bm8gcGljdHVyZQ=="}, "image"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(api: APIClient, change: dict[str, Any], field: str) -> None:
    answer = api.post(ADDRESS, json.dumps({**WORDS, **change}), content_type="application/json")

    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert all(isinstance(sentence, str) for sentence in answer.json()[field])


def test_everything_wrong_is_said_at_once(api: APIClient) -> None:
    answer = api.post(ADDRESS, {"image": "?"})

    assert set(answer.json()) == {"product_name", "product_description", "image"}


def test_words_are_measured_after_trimming(api: APIClient) -> None:
    answer = api.post(ADDRESS, {"product_name": f"  {'n' * 200} ", "product_description": f"\n{'d' * 5000}\t"})

    assert answer.status_code == 200


@pytest.mark.parametrize("body", ["{", "[" * 100_000, '{"product_name": NaN}', "\xff", "[]", "null", '"text"', ""])
def test_a_body_that_is_no_object_is_refused(api: APIClient, body: str) -> None:
    answer = api.post(ADDRESS, body.encode("latin-1"), content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()


def test_a_body_beyond_every_photo_is_refused_before_it_is_read(api: APIClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

    answer = api.post(ADDRESS, {**WORDS, "image": "A" * 1024 * 1024})

    assert answer.status_code == 413
    assert "at most 1 are taken" in answer.json()["detail"]
