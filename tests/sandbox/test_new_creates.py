"""Creates of the new API: which bodies each path and model takes, and what it says to the others (§3N.1)."""

import uuid
from typing import Any

import pytest
from sandbox_caller import (
    FIRST_FRAME,
    NEW_I2V,
    NEW_T2V,
    PHOTO,
    PROMPT,
    TEXT2VIDEO,
    Caller,
    Clock,
    draw_photo,
    encoded,
    new_body,
    refusal,
)

TURBO_25, V26, V30, TURBO_30 = (
    f"/image-to-video/{name}" for name in ("kling-2.5-turbo", "kling-2.6", "kling-3.0", "kling-3.0-turbo")
)
LAST_FRAME = {"type": "last_frame", "url": PHOTO}
ELEMENT = {"type": "element", "element_id": "7", "id": "cup"}
VOICE = {"type": "voice", "voice_id": "9", "id": "she"}
BASE64 = "File is not in a valid base64 format"


def contents(*entries: Any) -> dict[str, Any]:
    return {"contents": [PROMPT, FIRST_FRAME, *entries]}


def asked(kling: Caller, path: str, **body: Any) -> tuple[int, int, str]:
    return refusal(kling.new_call("POST", path, json=new_body(path, **body)))


def test_a_create_answers_as_the_new_api_does(kling: Caller, clock: Clock) -> None:
    body = new_body(V30, options={"external_task_id": "job-1"})

    told = kling.new_call("POST", V30, json=body).json()

    task_id = told["data"]["id"]
    created = int(clock.now * 1000)
    assert (told["code"], told["message"]) == (0, "SUCCEED")
    assert str(uuid.UUID(told["request_id"])) == told["request_id"]
    assert told["data"] == {
        "id": task_id,
        "status": "submitted",
        "create_time": created,
        "update_time": created,
        "external_id": "job-1",
    }
    assert (len(task_id), (int(task_id) >> 22) + 1_568_028_518_782) == (18, created)


def test_without_an_external_id_there_is_no_such_key(kling: Caller) -> None:
    told = kling.new_call("POST", f"{NEW_T2V}/", json=new_body(NEW_T2V, options={"external_task_id": ""})).json()

    assert set(told["data"]) == {"id", "status", "create_time", "update_time"}


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (V26, {"contents": None}, "contents can not be null"),
        (V26, {"contents": []}, "contents can not be null"),
        (V26, {"contents": "cup"}, "contents value 'cup' is invalid"),
        (V26, {"contents": ["cup"]}, "contents value 'cup' is invalid"),
        (V26, {"contents": [PROMPT]}, "first_frame can not be null"),
        (V26, {"contents": [PROMPT, {"type": "first_frame"}]}, "first_frame can not be null"),
        (V26, {"contents": [PROMPT, LAST_FRAME]}, "first_frame can not be null"),
        (V26, contents(PROMPT), "only one prompt is supported in contents"),
        (V26, contents(FIRST_FRAME), "only one first_frame is supported in contents"),
        (V26, contents({"type": "picture"}), "contents.type value 'picture' is invalid"),
        (V26, contents({"type": "refer_image", "url": PHOTO}), "contents.type value 'refer_image' is invalid"),
        (V26, contents({"text": "no type"}), "contents.type value '' is invalid"),
        (
            V26,
            {"contents": [{"type": "prompt", "text": "x" * 2501}, FIRST_FRAME]},
            "prompt length can not exceed 2500",
        ),
        (
            V30,
            {"contents": [{"type": "prompt", "text": "x" * 3073}, FIRST_FRAME]},
            "prompt length can not exceed 3072",
        ),
        (
            TURBO_30,
            {"contents": [{"type": "prompt", "text": "x" * 2501}, FIRST_FRAME]},
            "prompt length can not exceed 2500",
        ),
        (V26, {"contents": [PROMPT, {**FIRST_FRAME, "url": f"data:image/jpeg;base64,{PHOTO}"}]}, BASE64),
        (V26, {"contents": [PROMPT, {**FIRST_FRAME, "url": "cup.jpg"}]}, BASE64),
        (V26, {"settings": {"resolution": "9000p"}}, "settings.resolution value '9000p' is invalid"),
        (V26, {"settings": {"resolution": "4k"}}, "settings.resolution value '4k' is invalid"),
        (V26, {"settings": {"resolution": "std"}}, "settings.resolution value 'std' is invalid"),
        (V26, {"settings": {"duration": 7}}, "settings.duration value '7' is invalid"),
        (V26, {"settings": {"duration": "5"}}, "settings.duration value '5' is invalid"),
        (V30, {"settings": {"duration": 16}}, "settings.duration value '16' is invalid"),
        (V30, {"settings": {"duration": True}}, "settings.duration value 'true' is invalid"),
        (V26, {"settings": {"audio": "on"}}, "settings.audio value 'on' is invalid"),
        (V26, {"settings": {"audio": "original"}}, "settings.audio value 'original' is invalid"),
        (V26, {"settings": {"audio": "native"}}, "settings.audio native is only supported in 1080p with kling-2.6"),
        (V30, {"settings": {"multi_shot": "perhaps"}}, "settings.multi_shot value 'perhaps' is invalid"),
        (V26, {"settings": "1080p"}, "settings value '1080p' is invalid"),
        (V26, {"options": []}, "options value '[]' is invalid"),
        (V26, {"options": {"external_task_id": 7}}, "external_task_id value '7' is invalid"),
        (V26, {"options": {"callback_url": 7}}, "callback_url value '7' is invalid"),
        (V26, {"options": {"watermark_info": "yes"}}, "watermark_info value 'yes' is invalid"),
        (V26, contents(LAST_FRAME), "last_frame is only supported in 1080p with kling-2.6"),
        (TURBO_25, contents(LAST_FRAME), "last_frame is only supported in 1080p with kling-2.5-turbo"),
        (TURBO_30, contents(LAST_FRAME), "kling-3.0-turbo is not supported with last_frame"),
        (V26, contents(ELEMENT), "kling-2.6 is not supported with element"),
        (V30, contents(*[ELEMENT] * 4), "element cannot exceed 3 in total"),
        (V30, contents({"type": "element"}), "element_id can not be null"),
        (V30, contents(VOICE), "kling-3.0 is not supported with voice"),
        (V26, contents(VOICE), "voice is only supported with settings.audio native"),
        (
            V26,
            {**contents(*[VOICE] * 3), "settings": {"resolution": "1080p", "audio": "native"}},
            "voice cannot exceed 2 in total",
        ),
        (NEW_T2V, {"prompt": None}, "prompt can not be null"),
        (NEW_T2V, {"prompt": " "}, "prompt can not be null"),
        (NEW_T2V, {"prompt": "x" * 3073}, "prompt length can not exceed 3072"),
        ("/text-to-video/kling-2.6", {"prompt": "x" * 2501}, "prompt length can not exceed 2500"),
        (NEW_T2V, {"settings": {"aspect_ratio": "4:3"}}, "settings.aspect_ratio value '4:3' is invalid"),
        (NEW_T2V, {"prompt": "shot 1, 2, a cup; shot 2, 2, a spoon;"}, "the seconds of the shots do not add up to"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_1201(kling: Caller, path: str, body: dict[str, Any], message: str) -> None:
    status, code, told = asked(kling, path, **body)

    assert (status, code) == (400, 1201)
    assert told.startswith(message)
    assert kling.books()["made"] == 0


@pytest.mark.parametrize(
    ("path", "body", "units"),
    [
        (TURBO_25, {}, "1.5"),
        (TURBO_25, {"settings": {"audio": "native", "multi_shot": 5, "mode": "4k", "aspect_ratio": "odd"}}, "1.5"),
        (TURBO_25, {**contents(LAST_FRAME), "settings": {"resolution": "1080p", "duration": 10}}, "5"),
        (V26, {"settings": {"resolution": "1080p", "audio": "native"}}, "5"),
        (V26, {**contents(VOICE, VOICE), "settings": {"resolution": "1080p", "audio": "native"}}, "6"),
        (V30, {"settings": {"duration": 3}}, "1.8"),
        (V30, {"settings": {"resolution": "4k", "duration": 15, "audio": "native"}}, "45"),
        (V30, {**contents(ELEMENT, ELEMENT, ELEMENT, LAST_FRAME), "settings": {"multi_shot": False}}, "3"),
        (TURBO_30, {"settings": {"duration": 3}}, "2.4"),
        (TURBO_30, {"settings": {"resolution": "1080p", "audio": "off"}}, "5"),
        (V26, {"contents": [FIRST_FRAME]}, "1.5"),
        (V26, {"settings": None, "options": None, "aspect_ratio": "1:1"}, "1.5"),
        (NEW_T2V, {"prompt": "x" * 3072, "settings": {"aspect_ratio": "9:16"}}, "3"),
        (NEW_T2V, {"prompt": "shot 1, 2, a cup; shot 2, 3, a spoon;"}, "3"),
        (NEW_T2V, {"prompt": "shot 1, 2, a cup;", "settings": {"multi_shot": False}}, "3"),
        ("/text-to-video/kling-3.0-turbo", {"prompt": "x" * 3072}, "4"),
        ("/text-to-video/kling-2.6", {"prompt": "shot 1, 2, a cup;"}, "1.5"),
    ],
)
def test_what_a_model_can_do_is_made_and_billed(
    kling: Caller, clock: Clock, path: str, body: dict[str, Any], units: str
) -> None:
    task_id = kling.new_made(path, **body)
    clock.forward(41)

    task = kling.new_task(task_id)
    assert task["status"] == "succeeded"
    assert task["billing"] == [{"charge_type": "unit", "amount": units, "package_type": "video"}]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("POST", "/image-to-video/kling-v3", 1203),
        ("POST", "/image-to-video/kling-3.0-omni", 1203),
        ("POST", "/image-to-video/kling-v1", 1203),
        ("POST", "/omni-video/kling-3.0", 1203),
        ("GET", "/image-to-video/kling-9", 1203),
        ("GET", "/image-to-video/kling-3.0", 1202),
        ("POST", "/motion-control/kling-3.0-turbo", 1203),
        ("POST", "/image-to-video", 1203),
        ("DELETE", "/tasks", 1202),
        ("GET", "/tasks/1", 1203),
    ],
)
def test_paths_and_methods_that_are_not_there_are_404(kling: Caller, method: str, path: str, code: int) -> None:
    answer = kling.new_call(method, path, data=b"no json")

    assert refusal(answer)[:2] == (404, code)


def test_a_body_that_is_no_json_object_is_1200(kling: Caller) -> None:
    assert refusal(kling.new_call("POST", V30, data=b"[1]"))[:2] == (400, 1200)


def test_an_external_id_is_taken_for_every_path_of_the_account(kling: Caller, clock: Clock) -> None:
    kling.new_made(
        V30, contents=[{"type": "prompt", "text": "[fail]"}, FIRST_FRAME], options={"external_task_id": "a"}
    )
    kling.made(external_task_id="b")
    clock.forward(10)

    taken = (400, 1201, "External_task_id a already exists")
    assert refusal(kling.create(external_task_id="a")) == taken
    assert asked(kling, NEW_T2V, options={"external_task_id": "a"}) == taken
    assert refusal(
        kling.call("POST", TEXT2VIDEO, json={"model_name": "kling-v3", "prompt": "x"} | {"external_task_id": "b"})
    )[2] == ("External_task_id b already exists")


def test_a_picture_may_have_50_mb_on_the_new_path(kling: Caller, clock: Clock) -> None:
    eleven = encoded(draw_photo() + b"\0" * 11 * 1024 * 1024)
    legacy = kling.made(image=eleven)
    new = kling.new_made(V26, contents=[PROMPT, {"type": "first_frame", "url": eleven}])
    clock.forward(41)

    assert kling.task(legacy)["task_status_msg"] == "Image pixel is invalid"
    assert kling.new_task(new)["status"] == "succeeded"


def test_the_callback_s_address_is_kept_with_the_task_of_either_api(start: Any) -> None:
    kling = start()
    kling.made(callback_url="http://127.0.0.1/legacy")
    kling.new_made(NEW_I2V, options={"callback_url": "http://127.0.0.1/new"})

    assert [task["callback_url"] for task in kling.all_tasks()] == ["http://127.0.0.1/legacy", "http://127.0.0.1/new"]
