"""Advice on the scenes of a product, and changing their words: what is taken out is told, nothing else changes."""

import json

import pytest
from django.contrib.auth.models import User
from factories import make_product, make_scene, make_video
from rest_framework.test import APIClient

from productvideo.models import Product, Scene
from productvideo.states import Stage

GOOD = (
    "The cup stays fixed on the table; its shape and label remain exactly as in the image. The camera makes a push-in,"
    " slow and steady."
)


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene(prompt=GOOD)


def address(scene: Scene) -> str:
    return f"/api/products/{scene.product_id}/scenes/{scene.pk}/"


def change(api: APIClient, scene: Scene, **words: object):
    return api.patch(address(scene), {"version": scene.version, **words}, format="json")


def findings_of(api: APIClient, product: Product) -> list[list[dict[str, object]]]:
    return [scene["findings"] for scene in api.get(f"/api/products/{product.pk}/").json()["scenes"]]


def test_each_finding_names_its_rule_what_to_do_and_the_mended_text(api: APIClient, scene: Scene) -> None:
    Scene.objects.filter(pk=scene.pk).update(prompt=f"{GOOD} The headline “Sale” fades in.")

    [[finding, *_]] = findings_of(api, scene.product)

    assert set(finding) == {"rule", "sentence", "mended", "field"}
    assert (finding["rule"], finding["field"]) == ("quoted_text", "prompt")
    assert "Sale" not in str(finding["mended"])


def test_what_kling_refused_before_is_among_the_findings(api: APIClient, scene: Scene) -> None:
    make_video(scene, stage=Stage.FAILED, due_at=None, error_code="kling_1301")

    [[finding]] = findings_of(api, scene.product)

    assert (finding["rule"], finding["mended"]) == ("refused_before", None)


def test_a_scene_can_be_changed_and_is_its_writer_s_then(api: APIClient, scene: Scene, staff: User) -> None:
    answer = change(api, scene, prompt=f" {GOOD}  ")

    assert answer.status_code == 200
    body = answer.json()
    assert (body["prompt"], body["title"], body["version"]) == (f" {GOOD}  ", scene.title, 2)
    assert (body["source"], body["source_detail"], body["changes"], body["findings"]) == ("person", "", [], [])
    scene.refresh_from_db()
    assert scene.edited_by == staff


def test_what_is_taken_out_of_a_prompt_is_told(api: APIClient, scene: Scene) -> None:
    prompt = f"{GOOD} Like <<<image_1>>>.\u202e\x00\ud800"
    body = json.dumps({"version": 1, "prompt": prompt})

    answer = api.patch(address(scene), body, content_type="application/json")

    body = answer.json()
    assert body["prompt"] == f"{GOOD} Like image_1."
    assert len(body["changes"]) == 2


def test_a_prompt_of_which_nothing_is_left_is_refused(api: APIClient, scene: Scene) -> None:
    answer = change(api, scene, prompt="<<<>>>\u200b\u202e")

    assert answer.status_code == 400
    assert "Nothing is left of this prompt" in answer.json()["prompt"][0]
    assert Scene.objects.get().prompt == GOOD


def test_a_scene_that_was_changed_meanwhile_is_not_overwritten(api: APIClient, scene: Scene) -> None:
    Scene.objects.filter(pk=scene.pk).update(version=2, title="Theirs")

    answer = change(api, scene, title="Mine")

    assert answer.status_code == 409
    assert Scene.objects.get().title == "Theirs"


@pytest.mark.parametrize("body", [{}, {"version": "x"}, {"version": 0}, {"version": 1, "prompt": 7}])
def test_a_malformed_change_is_refused(api: APIClient, scene: Scene, body: dict[str, object]) -> None:
    assert api.patch(address(scene), body, format="json").status_code == 400


def test_a_scene_of_another_product_is_not_found(api: APIClient, scene: Scene) -> None:
    other = make_product()

    answer = api.patch(f"/api/products/{other.pk}/scenes/{scene.pk}/", {"version": 1, "title": "Mine"}, format="json")

    assert answer.status_code == 404


def test_the_plan_of_a_product_may_be_named_and_is_told(api: APIClient, picture: str) -> None:
    words = {"name": "Cup", "description": "A cup.", "photo": picture}

    answer = api.post("/api/products/", {**words, "plan": "craft"})
    refused = api.post("/api/products/", {**words, "plan": "opera"})

    assert (answer.status_code, answer.json()["plan"]) == (201, "craft")
    assert (refused.status_code, list(refused.json())) == (400, ["plan"])
    assert Product.objects.count() == 1
