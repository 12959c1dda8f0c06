"""What a create may ask for, in which order it is checked, and with which words it is refused (§3.1, §3.7, §11)."""

import socket
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from sandbox_caller import IMAGE2VIDEO, PHOTO, Caller, Clock, draw_photo, encoded, refusal

BASE64 = "File is not in a valid base64 format"


def test_a_create_answers_as_kling_does(kling: Caller, clock: Clock) -> None:
    answer = kling.create(external_task_id="job-1")

    told = answer.json()
    task_id = told["data"]["task_id"]
    assert answer.status_code == 200
    assert (told["code"], told["message"]) == (0, "SUCCEED")
    assert str(uuid.UUID(told["request_id"])) == told["request_id"]
    assert told["data"] == {
        "task_id": task_id,
        "task_status": "submitted",
        "task_info": {"external_task_id": "job-1"},
        "created_at": int(clock.now * 1000),
        "updated_at": int(clock.now * 1000),
    }
    assert len(task_id) == 18
    assert (int(task_id) >> 22) + 1_568_028_518_782 == told["data"]["created_at"]


@pytest.mark.parametrize("path", [IMAGE2VIDEO, f"{IMAGE2VIDEO}/"])
def test_paths_work_with_and_without_a_last_slash(kling: Caller, path: str) -> None:
    body = {"model_name": "kling-v3", "image": PHOTO, "prompt": "Push in."}

    assert kling.call("POST", path, json=body).status_code == 200
    assert len(kling.call("GET", path).json()["data"]) == 1


def test_without_an_external_id_the_info_is_empty(kling: Caller) -> None:
    assert kling.create(external_task_id="").json()["data"]["task_info"] == {}
    assert kling.create().json()["data"]["task_info"] == {}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_name": "kling-v3-0"}, "model_name value 'kling-v3-0' is invalid"),
        ({"model_name": "kling-v3-omni"}, "model_name value 'kling-v3-omni' is invalid"),
        ({"model_name": 3}, "model_name value '3' is invalid"),
        ({"mode": "standard"}, "mode value 'standard' is invalid"),
        ({"mode": "4k"}, "mode value '4k' is invalid"),
        ({"duration": "7"}, "duration value '7' is invalid"),
        ({"duration": "60"}, "duration value '60' is invalid"),
        ({"duration": 5.5}, "duration value '5.5' is invalid"),
        ({"duration": True}, "duration value 'true' is invalid"),
        ({"sound": "loud"}, "sound value 'loud' is invalid"),
        ({"sound": "on"}, "kling-v2-5-turbo is not supported with sound"),
        ({"model_name": "kling-v2-6", "sound": "on"}, "sound is only supported in pro mode with kling-v2-6"),
        ({"image": None}, "image can not be null"),
        ({"image": ""}, "image can not be null"),
        ({"image": None, "image_tail": PHOTO}, "image can not be null"),
        ({"image": f"data:image/jpeg;base64,{PHOTO}"}, BASE64),
        ({"image": "not base64!"}, BASE64),
        ({"image": "ünïcode"}, BASE64),
        ({"image_tail": "not base64!", "mode": "pro"}, BASE64),
        ({"image_tail": PHOTO}, "image_tail is only supported in pro mode with kling-v2-5-turbo"),
        (
            {"model_name": "kling-v2-6", "mode": "pro", "sound": "on", "image_tail": PHOTO},
            "kling-v2-6 is not supported with image_tail and sound",
        ),
        ({"prompt": None}, "prompt can not be null"),
        ({"prompt": "  "}, "prompt can not be null"),
        ({"prompt": "x" * 2501}, "prompt length can not exceed 2500"),
        ({"negative_prompt": "x" * 2501}, "negative_prompt length can not exceed 2500"),
        ({"external_task_id": 7}, "external_task_id value '7' is invalid"),
        ({"watermark_info": "yes"}, "watermark_info value 'yes' is invalid"),
        (
            {"camera_control": {"type": "down_back"}},
            "camera_control is only supported in std mode with 5s duration and kling-v1",
        ),
        ({"static_mask": PHOTO}, "kling-v2-5-turbo is not supported with motion brush"),
        ({"multi_shot": "true", "shot_type": "intelligence"}, "kling-v2-5-turbo is not supported with multi_shot"),
        ({"multi_shot": "perhaps"}, "multi_shot value 'perhaps' is invalid"),
        ({"element_list": [{"element_id": 1}]}, "kling-v2-5-turbo is not supported with element_list"),
        ({"voice_list": [{"voice_id": "1"}]}, "kling-v2-5-turbo is not supported with voice_list"),
        ({"voice_list": "x"}, "voice_list value 'x' is invalid"),
        (
            {"model_name": "kling-v2-6", "mode": "pro", "voice_list": [{"voice_id": "1"}]},
            "voice_list is only supported with sound on",
        ),
        ({"model_name": "kling-v3", "element_list": [{}]}, "element_list value '[{}]' is invalid"),
        (
            {"model_name": "kling-v3", "element_list": [{"element_id": 1}], "voice_list": [{"voice_id": "1"}]},
            "element_list and voice_list can not be used together",
        ),
        (
            {"model_name": "kling-v3", "multi_shot": True, "shot_type": "intelligence", "prompt": ""},
            "prompt can not be null",
        ),
    ],
)
def test_wrong_values_are_refused_with_1201(kling: Caller, changes: dict[str, Any], message: str) -> None:
    assert refusal(kling.create(**changes)) == (400, 1201, message)
    assert kling.books()["made"] == 0


@pytest.mark.parametrize(
    ("changes", "units"),
    [
        ({}, "1.5"),
        ({"mode": "std", "duration": "10"}, "3"),
        ({"mode": "pro", "duration": 10}, "5"),
        ({"duration": 5.0}, "1.5"),
        ({"mode": "pro", "image_tail": PHOTO}, "2.5"),
        ({"model_name": "kling-v2-6", "mode": "pro", "sound": "on"}, "5"),
        ({"model_name": "kling-v2-6", "mode": "pro", "sound": "on", "voice_list": [{"voice_id": "1"}]}, "6"),
        ({"model_name": "kling-v3", "duration": "3"}, "1.8"),
        ({"model_name": "kling-v3", "mode": "4k", "duration": "15"}, "45"),
        ({"model_name": "kling-v3", "sound": "on", "duration": "15"}, "13.5"),
        ({"model_name": "kling-v3", "element_list": [{"element_id": 1}]}, "3"),
        ({"model_name": "kling-v3", "multi_shot": True, "shot_type": "intelligence"}, "3"),
        ({"prompt": "x" * 2500, "cfg_scale": 0.5, "aspect_ratio": "1:1", "callback_url": ""}, "1.5"),
    ],
)
def test_what_a_model_can_do_is_made_and_priced(
    kling: Caller, clock: Clock, changes: dict[str, Any], units: str
) -> None:
    task_id = kling.made(**changes)
    clock.forward(41)

    assert kling.task(task_id)["final_unit_deduction"] == units


def test_shots_are_read_and_must_add_up(kling: Caller) -> None:
    def shots(*seconds: object) -> dict[str, Any]:
        listed = [{"index": at, "prompt": "Pan left.", "duration": each} for at, each in enumerate(seconds, start=1)]
        return {"model_name": "kling-v3", "multi_shot": True, "shot_type": "customize", "multi_prompt": listed}

    for right in (shots("2", "3"), shots(2, 3.0)):
        assert kling.create(prompt=None, **right).status_code == 200
    for wrong in (
        shots("2", "2"),
        shots(),
        shots("0", "5"),
        shots(*"1111111"),
        shots(2.5, 2.5),
        {**shots("5"), "shot_type": "own"},
    ):
        assert refusal(kling.create(**wrong))[:2] == (400, 1201)


@pytest.mark.parametrize(
    "model", ["kling-v1", "kling-v1-5", "kling-v1-6", "kling-v2-master", "kling-v2-1-master", None]
)
def test_ended_models_are_refused_and_so_is_naming_none(kling: Caller, model: str | None) -> None:
    name = model or "kling-v1"

    assert refusal(kling.create(model_name=model)) == (
        400,
        1201,
        f"The model '{name}' has been discontinued and is no longer available.",
    )


def test_parameters_come_before_the_ended_model_and_that_before_a_repeat(kling: Caller) -> None:
    kling.create(external_task_id="twice")

    assert refusal(kling.create(model_name="kling-v1", image=None))[2] == "image can not be null"
    assert "discontinued" in refusal(kling.create(model_name="kling-v1", external_task_id="twice"))[2]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_1200(kling: Caller, content: bytes) -> None:
    assert refusal(kling.call("POST", IMAGE2VIDEO, data=content))[:2] == (400, 1200)


def test_half_a_character_is_a_question_mark_and_a_whole_one_stays(kling: Caller) -> None:
    cut = kling.create(external_task_id="job-\ud83d", prompt="A cup \ud83d").json()["data"]
    whole = kling.create(external_task_id="job-\U0001f600").json()["data"]

    assert [each["task_info"]["external_task_id"] for each in (cut, whole)] == ["job-?", "job-\U0001f600"]
    assert kling.task("job-%3F")["task_id"] == cut["task_id"]
    assert refusal(kling.create(mode="\ud83d")) == (400, 1201, "mode value '?' is invalid")


def test_a_body_in_chunks_is_read_too(kling: Caller) -> None:
    pieces = [b'{"model_name": "kling-v3", "prompt": "Push in.", "image": "', PHOTO.encode(), b'"}']

    assert kling.call("POST", IMAGE2VIDEO, data=iter(pieces)).status_code == 200


def test_who_asks_before_a_body_whether_to_send_it_is_told_at_once(kling: Caller) -> None:
    address = urlsplit(kling.base_url)
    head = (f"POST {IMAGE2VIDEO} HTTP/1.1", f"Host: {address.netloc}", "Content-Length: 9", "Expect: 100-continue")

    with socket.create_connection((address.hostname, address.port), timeout=10) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode())

        assert line.recv(100).startswith(b"HTTP/1.1 100 Continue")


def test_a_body_over_70_mb_is_refused_in_words(kling: Caller) -> None:
    answer = kling.call("POST", IMAGE2VIDEO, data=b" " * (70 * 1024 * 1024 + 1))

    assert refusal(answer)[:2] == (413, 1200)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("PUT", IMAGE2VIDEO, 1202),
        ("DELETE", f"{IMAGE2VIDEO}/1", 1202),
        ("POST", "/account/costs", 1202),
        ("POST", "/v1/videos/lip-sync", 1203),
        ("POST", "/v1/videos/video-extend", 1203),
        ("GET", "/v1/tasks/1", 1203),
        ("GET", "/v1/videos/1", 1203),
        ("GET", "/", 0),
    ],
)
def test_unknown_routes_and_methods_are_404(kling: Caller, method: str, path: str, code: int) -> None:
    answer = kling.call(method, path, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json().get("code", 0)) == (404 if code else 200, code)


def test_there_is_no_list_of_models_not_even_without_credentials(kling: Caller) -> None:
    assert requests.get(f"{kling.base_url}/v1/models", timeout=20).status_code == 404


@pytest.mark.parametrize(
    "photo",
    [
        draw_photo(299, 400),
        draw_photo(300, 751),
        draw_photo(400, 400, "WEBP"),
        draw_photo()[:2000],
        b"words, no picture",
        draw_photo() + b"\0" * 10 * 1024 * 1024,
    ],
    ids=["small", "steep", "webp", "cut short", "text", "over 10 MB"],
)
def test_bad_pictures_fail_later_and_cost_nothing(kling: Caller, clock: Clock, photo: bytes) -> None:
    answer = kling.create(image=encoded(photo))
    clock.forward(2)

    task = kling.task(answer.json()["data"]["task_id"])
    assert answer.status_code == 200
    assert (task["task_status"], task["task_status_msg"]) == ("failed", "Image pixel is invalid")
    assert (task["final_unit_deduction"], task["task_result"]) == ("0", {})


@pytest.mark.parametrize("photo", [draw_photo(300, 750), draw_photo(750, 300, "PNG")])
def test_pictures_just_inside_the_rules_are_made(kling: Caller, clock: Clock, photo: bytes) -> None:
    task_id = kling.made(image=encoded(photo))
    clock.forward(41)

    assert kling.task(task_id)["task_status"] == "succeed"


def test_a_picture_by_address_is_not_fetched_and_becomes_a_film_that_says_so(kling: Caller, clock: Clock) -> None:
    task_id = kling.made(image="https://example.com/cup.jpg")
    clock.forward(41)

    assert kling.fetch(kling.url(task_id)).status_code == 200
