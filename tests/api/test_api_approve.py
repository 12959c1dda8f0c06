"""`POST /api/products/{id}/videos/`: what was seen is bought once, or nothing is."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from factories import make_persona, make_product, make_scene, make_video
from kling_host import KlingHost, refusal
from rest_framework.test import APIClient

import kling
from productvideo.models import Product, ProductVideo


@pytest.fixture
def product(db: None) -> Product:
    product = make_product()
    for _ in range(3):
        make_scene(product)
    return product


@pytest.fixture
def address(product: Product, kling_host: KlingHost) -> str:
    return f"/api/products/{product.pk}/videos/"


def test_an_empty_body_buys_every_scene_at_the_usual_settings(api: APIClient, address: str, staff: User) -> None:
    answer = api.post(address)

    assert answer.status_code == 201
    body = answer.json()
    assert (body["units"], body["money"], body["currency"]) == (4.5, 0.63, "USD")
    assert [video["take"] for video in body["videos"]] == [1, 1, 1]
    first = body["videos"][0]
    assert (first["model_name"], first["mode"], first["duration"], first["sound"]) == (
        "kling-v2-5-turbo",
        "std",
        5,
        False,
    )
    assert (first["status"], first["stage"], first["url"], first["task_id"]) == ("pending", "queued", "", "")
    assert ProductVideo.objects.filter(approved_by=staff).count() == 3


def test_the_same_request_again_buys_nothing_and_shows_what_is_there(api: APIClient, address: str) -> None:
    bought = api.post(address).json()["videos"]

    again = api.post(address)

    assert again.status_code == 409
    assert {video["id"] for video in again.json()["videos"]} == {video["id"] for video in bought}
    assert "You approved these" in " ".join(again.json()["changes"])
    assert again.json()["detail"]
    assert ProductVideo.objects.count() == 3


def test_one_scene_can_be_named_with_settings_of_its_own(api: APIClient, address: str, product: Product) -> None:
    scene = product.scenes.last()
    assert scene
    seen = {"id": scene.pk, "version": scene.version, "takes": scene.takes}

    answer = api.post(
        address,
        {"scenes": [seen], "model": "kling-v3", "mode": "pro", "duration": "7", "sound": True, "units": "8.40"},
    )

    assert answer.status_code == 201, answer.json()
    video = ProductVideo.objects.get()
    assert (video.scene, video.model_name, video.mode, video.duration, video.sound) == (
        scene,
        "kling-v3",
        "pro",
        7,
        True,
    )
    assert answer.json()["units"] == 8.4


def test_another_take_is_bought_by_naming_the_takes_that_were_seen(
    api: APIClient, address: str, product: Product
) -> None:
    scene = product.scenes.first()
    assert scene
    api.post(address, {"scenes": [scene.pk]})

    answer = api.post(address, {"scenes": [{"id": scene.pk, "takes": 1}]})

    assert answer.status_code == 201
    assert answer.json()["videos"][0]["take"] == 2


def test_an_edited_scene_is_not_bought_as_it_was(api: APIClient, address: str, product: Product) -> None:
    scene = product.scenes.first()
    assert scene
    product.scenes.filter(pk=scene.pk).update(version=2)

    answer = api.post(address, {"scenes": [{"id": scene.pk, "version": 1}]})

    assert answer.status_code == 409
    assert f"“{scene.title}” was edited." in answer.json()["changes"]
    assert not ProductVideo.objects.exists()


def test_a_price_that_is_no_longer_so_buys_nothing(api: APIClient, address: str) -> None:
    answer = api.post(address, {"units": 4})

    assert answer.status_code == 409
    assert not ProductVideo.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"model_name": "kling-v9"}, "model_name"),
        ({"model": "kling-v1"}, "model"),
        ({"mode": "4k"}, "mode"),
        ({"mode": "best"}, "mode"),
        ({"duration": 7}, "duration"),
        ({"duration": "long"}, "duration"),
        ({"duration": None}, "duration"),
        ({"sound": True}, "sound"),
        ({"loop": True, "mode": "std"}, "loop"),
        ({"sound": True, "loop": True, "mode": "pro"}, "sound"),
        ({"model": "kling-v2-6", "sound": True, "loop": True}, "loop"),
        ({"model": "kling-v2-6", "sound": True, "mode": "std"}, "sound"),
        ({"model": "kling-video-o1", "duration": 7}, "duration"),
        ({"model": "kling-o1", "duration": 11, "loop": True}, "duration"),
        ({"model": "kling-o1", "sound": True}, "sound"),
        ({"model": "kling-3.0-turbo"}, "model"),  # with a key pair
        ({"model_name": "kling-3.0-turbo", "loop": True}, "model_name"),
        ({"sound": "loud"}, "sound"),
        ({"units": "much"}, "units"),
        ({"units": "1e999999"}, "units"),
        ({"units": -1}, "units"),
        ({"scenes": []}, "scenes"),
        ({"scenes": "all"}, "scenes"),
        ({"scenes": [987654]}, "scenes"),
        ({"scenes": [{}]}, "scenes"),
        ({"scenes": [{"id": 10**30, "version": 10**30}]}, "scenes"),
        ({"durations": 10}, "durations"),
        ({"model": "kling-v3", "model_name": "kling-v2-6"}, "model"),
    ],
)
def test_what_cannot_be_made_is_said_at_its_field(
    api: APIClient, address: str, body: dict[str, Any], field: str
) -> None:
    answer = api.post(address, body)

    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not ProductVideo.objects.exists()


def test_a_scene_named_twice_is_refused(api: APIClient, address: str, product: Product) -> None:
    scene = product.scenes.first()
    assert scene

    answer = api.post(address, {"scenes": [scene.pk, {"id": str(scene.pk)}]})

    assert answer.json() == {"scenes": ["Name each scene only once."]}


def test_a_product_without_scenes_has_nothing_to_buy(api: APIClient, kling_host: KlingHost) -> None:
    answer = api.post(f"/api/products/{make_product().pk}/videos/")

    assert answer.status_code == 400
    assert "scenes" in answer.json()


def test_a_spent_budget_is_409(api: APIClient, kling_host: KlingHost) -> None:
    scene = make_scene(make_product(make_persona(monthly_units=Decimal(1))))

    answer = api.post(f"/api/products/{scene.product_id}/videos/")

    assert answer.status_code == 409
    assert "1 of 1 units left" in answer.json()["detail"]
    assert not ProductVideo.objects.exists()


def test_an_approval_says_what_is_left_of_the_persona_s_month(api: APIClient, kling_host: KlingHost) -> None:
    product = make_product(make_persona(name="Nord", monthly_units=Decimal("4.5")))
    scenes = [make_scene(product) for _ in range(3)]

    budgets = [
        api.post(f"/api/products/{product.pk}/videos/", {"scenes": [scene.pk]}).json()["budget"] for scene in scenes
    ]

    assert budgets[0] == {"limit": 4.5, "used": 1.5, "left": 3.0, "warning": ""}
    assert (budgets[2]["used"], budgets[2]["left"]) == (4.5, 0)
    assert budgets[2]["warning"].startswith("Nord has used its 4.5 units for this month;")


def test_without_a_limit_there_is_no_budget_to_tell_of(api: APIClient, address: str) -> None:
    assert api.post(address).json()["budget"] is None


def test_keys_that_kling_refuses_are_503_and_nothing_is_bought(
    api: APIClient, address: str, kling_host: KlingHost
) -> None:
    kling_host.next_reads.append(refusal(401, 1002))

    answer = api.post(address)

    assert answer.status_code == 503
    assert "KLING_API_KEY" in answer.json()["detail"]
    assert not ProductVideo.objects.exists()


def test_half_a_key_pair_is_503(api: APIClient, address: str, settings: Any) -> None:
    settings.KLING_API_SECRET = ""

    answer = api.post(address)

    assert answer.status_code == 503
    assert "KLING_API_SECRET" in answer.json()["detail"]


def test_a_kling_that_does_not_answer_stops_no_approval(api: APIClient, address: str, kling_host: KlingHost) -> None:
    kling_host.next_reads.extend([refusal(500, 5000)] * 10)

    assert api.post(address).status_code == 201


def test_practice_videos_say_so(api: APIClient, product: Product) -> None:
    answer = api.post(f"/api/products/{product.pk}/videos/")

    assert [video["simulated"] for video in answer.json()["videos"]] == [True] * 3


def test_a_real_video_does_not_claim_to_be_practice(api: APIClient) -> None:
    video = make_video()

    assert api.get(f"/api/videos/{video.pk}/").json()["simulated"] is False


def test_a_loop_is_ordered_in_the_cheapest_mode_that_can_end_on_the_photo(api: APIClient, product: Product) -> None:
    answer = api.post(f"/api/products/{product.pk}/videos/", {"loop": True})

    assert answer.status_code == 201
    video = ProductVideo.objects.filter(product=product)[0]
    assert (video.loop, video.mode, video.units_estimated) == (True, "pro", Decimal("2.5"))
    assert answer.json()["videos"][0]["loop"] is True


@pytest.mark.parametrize("name", kling.MODELS)
def test_every_live_model_can_be_ordered_by_either_of_its_names(api: APIClient, product: Product, name: str) -> None:
    answer = api.post(f"/api/products/{product.pk}/videos/", {"model": name})

    assert answer.status_code == 201, answer.json()
    told = answer.json()["videos"][0]
    assert (told["model_name"], told["sound"]) == (name, kling.MODELS[name].always_sounds)


@pytest.mark.parametrize("sound", [None, False, True])
def test_a_model_that_always_sounds_answers_so_whatever_is_asked(
    api: APIClient, product: Product, sound: bool | None
) -> None:
    asked = {} if sound is None else {"sound": sound}

    answer = api.post(f"/api/products/{product.pk}/videos/", {"model": "kling-3.0-turbo", "units": 12} | asked)

    assert answer.status_code == 201, answer.json()
    assert {video["sound"] for video in answer.json()["videos"]} == {True}


def test_o1_makes_a_loop_in_the_lengths_that_an_end_frame_allows(api: APIClient, product: Product) -> None:
    wish = {"model": "kling-o1", "duration": 3, "loop": True}

    answer = api.post(f"/api/products/{product.pk}/videos/", wish)

    assert answer.status_code == 201, answer.json()
    assert answer.json()["units"] == 5.4


def test_a_key_pair_orders_a_new_name_by_its_legacy_twin(api: APIClient, address: str) -> None:
    answer = api.post(address, {"model": "kling-3.0"})

    assert {video["model_name"] for video in answer.json()["videos"]} == {"kling-v3"}


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("kling-v1-6", "Kling ended kling-v1-6 on 2026-09-15; use kling-v2-5-turbo instead."),
        ("kling-v4", f"the live ones are {', '.join([*kling.MODELS][:-1])} and kling-3.0-turbo."),
        ("kling-3.0-turbo", "Make an API key in Kling's console"),
    ],
)
def test_a_model_that_cannot_be_had_is_refused_with_what_to_do(
    api: APIClient, address: str, kling_host: KlingHost, model: str, sentence: str
) -> None:
    [told] = api.post(address, {"model": model}).json()["model"]

    assert sentence in told
    assert not kling_host.reads and not ProductVideo.objects.exists()
