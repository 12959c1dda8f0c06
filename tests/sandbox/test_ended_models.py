"""Models that Kling has ended: refused in its words, or made again where it is so wished (§3.6, §4.1, §12 #6)."""

from typing import Any

import pytest
from sandbox_caller import IMAGE2VIDEO, PHOTO, TEXT2VIDEO, Caller, Clock, Start, refusal

SEVERAL = "/v1/videos/multi-image2video"
CAMERA = {"camera_control": {"type": "down_back"}}
BRUSH = {"static_mask": PHOTO}


def ended(name: str) -> tuple[int, int, str]:
    return 400, 1201, f"The model '{name}' has been discontinued and is no longer available."


def several(**changes: Any) -> dict[str, Any]:
    return {"model_name": "kling-v1-6", "prompt": "A cup.", "image_list": [{"image": PHOTO}] * 2, **changes}


def test_films_of_several_images_are_refused_as_their_only_model_is(kling: Caller) -> None:
    assert refusal(kling.call("POST", SEVERAL, json=several())) == ended("kling-v1-6")
    assert refusal(kling.call("POST", SEVERAL, json=several(model_name=None))) == ended("kling-v1-6")
    assert kling.call("GET", SEVERAL).json()["data"] == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_name": "kling-video-o1"}, "model_name value 'kling-video-o1' is invalid"),
        ({"image_list": []}, "image_list can not be null"),
        ({"image_list": ["cup"]}, "image_list value 'cup' is invalid"),
        ({"image_list": [{}]}, "image can not be null"),
        ({"image_list": [{"image": PHOTO}] * 5}, "image_list value '"),
        ({"prompt": ""}, "prompt can not be null"),
        ({"aspect_ratio": "4:3"}, "aspect_ratio value '4:3' is invalid"),
    ],
)
def test_parameters_of_several_images_come_before_the_ended_model(
    kling: Caller, changes: dict[str, Any], message: str
) -> None:
    status, code, told = refusal(kling.call("POST", SEVERAL, json=several(**changes)))

    assert (status, code) == (400, 1201)
    assert told.startswith(message)


@pytest.mark.parametrize("words", [None, ""])
def test_an_ended_model_is_told_of_even_without_a_prompt_which_it_never_needed(
    kling: Caller, words: str | None
) -> None:
    assert refusal(kling.create(model_name="kling-v2-1", prompt=words)) == ended("kling-v2-1")


@pytest.mark.parametrize(
    ("path", "body", "units"),
    [
        (IMAGE2VIDEO, {"model_name": None}, "1"),
        (IMAGE2VIDEO, {"model_name": "kling-v1", "mode": "pro", "duration": "10"}, "7"),
        (IMAGE2VIDEO, {"model_name": "kling-v1", **BRUSH}, "1"),
        (IMAGE2VIDEO, {"model_name": "kling-v1-5", "mode": "pro", **CAMERA}, "3.5"),
        (IMAGE2VIDEO, {"model_name": "kling-v1-6", "mode": "pro", "image": None, "image_tail": PHOTO}, "3.5"),
        (IMAGE2VIDEO, {"model_name": "kling-v2-master"}, "10"),
        (IMAGE2VIDEO, {"model_name": "kling-v2-1-master", "mode": "std"}, "10"),
        (IMAGE2VIDEO, {"model_name": "kling-v2-1"}, "2"),
        (IMAGE2VIDEO, {"model_name": "kling-v2-1", "prompt": ""}, "2"),
        (TEXT2VIDEO, {"model_name": "kling-v1", "image": None, **CAMERA}, "1"),
        (SEVERAL, several(), "2"),
    ],
)
def test_where_ended_models_are_allowed_they_make_films_as_they_did(
    start: Start, clock: Clock, path: str, body: dict[str, Any], units: str
) -> None:
    kling = start(allow_ended=True)
    told = {"image": PHOTO, "prompt": "A cup.", **body}
    task_id = kling.call("POST", path, json=told).json()["data"]["task_id"]
    clock.forward(41)

    task = kling.call("GET", f"{path}/{task_id}").json()["data"]
    assert (task["task_status"], task["final_unit_deduction"]) == ("succeed", units)
    assert kling.fetch(task["task_result"]["videos"][0]["url"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (TEXT2VIDEO, {"model_name": "kling-v2-1"}, "model_name value 'kling-v2-1' is invalid"),
        (IMAGE2VIDEO, {"model_name": "kling-v1-6", **BRUSH}, "kling-v1-6 is not supported with motion brush"),
        (IMAGE2VIDEO, {"model_name": "kling-v1", **CAMERA}, "camera_control is only supported in std mode with 5s"),
        (IMAGE2VIDEO, {"model_name": "kling-v1", "duration": "10", **BRUSH}, "kling-v1 is not supported with motion"),
        (IMAGE2VIDEO, {"model_name": "kling-v1-6", "image": None, "image_tail": PHOTO}, "image can not be null"),
        (IMAGE2VIDEO, {"model_name": "kling-v1-6", "image": None}, "image and image_tail can not both be empty"),
        (TEXT2VIDEO, {"model_name": "kling-v1", "prompt": ""}, "prompt can not be null"),
        (IMAGE2VIDEO, {"model_name": "kling-v2-1", "image_tail": PHOTO}, "image_tail is only supported in pro mode"),
        (IMAGE2VIDEO, {"model_name": "kling-v2-master", "image_tail": PHOTO}, "kling-v2-master is not supported with"),
    ],
)
def test_allowed_models_can_do_no_more_than_they_could(
    start: Start, path: str, body: dict[str, Any], message: str
) -> None:
    kling = start(allow_ended=True)

    status, code, told = refusal(kling.call("POST", path, json={"image": PHOTO, "prompt": "A cup.", **body}))

    assert (status, code) == (400, 1201)
    assert told.startswith(message)
