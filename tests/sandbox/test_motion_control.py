"""Motion control in both APIs: a film from the picture, since the video is never fetched (§3.6, §3N.1)."""

from io import BytesIO
from typing import Any

import av
import pytest
from sandbox_caller import PHOTO, PROMPT, Caller, Clock, refusal

PATH = "/v1/videos/motion-control"
V30, V26 = "/motion-control/kling-3.0", "/motion-control/kling-2.6"
DANCE = "https://example.com/dance.mp4"
LEAST = {"image_url": PHOTO, "video_url": DANCE, "character_orientation": "image", "mode": "std"}
IMAGE, VIDEO = {"type": "image", "url": PHOTO}, {"type": "video", "url": DANCE}
ELEMENT = {"type": "element", "element_id": "7", "id": "cup"}
FACING = {"character_orientation": "video"}


def ask(kling: Caller, **changes: Any) -> Any:
    return kling.call("POST", PATH, json={**LEAST, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_name": "kling-v2-5-turbo"}, "model_name value 'kling-v2-5-turbo' is invalid"),
        ({"image_url": ""}, "image_url can not be null"),
        ({"image_url": "cup.jpg"}, "File is not in a valid base64 format"),
        ({"video_url": None}, "video_url can not be null"),
        ({"video_url": "dance.mp4"}, "video_url value 'dance.mp4' is invalid"),
        ({"character_orientation": None}, "character_orientation can not be null"),
        ({"character_orientation": "left"}, "character_orientation value 'left' is invalid"),
        ({"mode": None}, "mode can not be null"),
        ({"mode": "4k"}, "mode value '4k' is invalid"),
        ({"keep_original_sound": "on"}, "keep_original_sound value 'on' is invalid"),
        ({"element_list": [{}]}, "element_list value '[{}]' is invalid"),
        ({"element_list": [{"element_id": 1}] * 2}, "element_list value '"),
        ({"prompt": "x" * 2501}, "prompt length can not exceed 2500"),
    ],
)
def test_what_breaks_a_rule_of_the_legacy_path_is_refused(
    kling: Caller, changes: dict[str, Any], message: str
) -> None:
    status, code, told = refusal(ask(kling, **changes))

    assert (status, code) == (400, 1201)
    assert told.startswith(message)


@pytest.mark.parametrize(
    ("changes", "units"),
    [
        ({}, "2.5"),
        ({"mode": "pro"}, "4"),
        ({"model_name": "kling-v3"}, "4.5"),
        ({"model_name": "kling-v3", "mode": "pro", "element_list": [{"element_id": 1}]}, "6"),
    ],
)
def test_it_is_made_and_priced_by_the_legacy_path(
    kling: Caller, clock: Clock, changes: dict[str, Any], units: str
) -> None:
    task_id = ask(kling, **changes).json()["data"]["task_id"]
    clock.forward(41)

    task = kling.call("GET", f"{PATH}/{task_id}").json()["data"]
    assert (task["task_status"], task["final_unit_deduction"]) == ("succeed", units)
    assert [each["task_id"] for each in kling.call("GET", PATH).json()["data"]] == [task_id]


@pytest.mark.parametrize(
    ("contents", "settings", "message"),
    [
        ([VIDEO], FACING, "image can not be null"),
        ([IMAGE], FACING, "video can not be null"),
        ([IMAGE, IMAGE, VIDEO], FACING, "only one image is supported in contents"),
        ([IMAGE, VIDEO, VIDEO], FACING, "only one video is supported in contents"),
        ([IMAGE, {**VIDEO, "url": PHOTO}], FACING, f"contents.url value '{PHOTO[:100]}' is invalid"),
        ([IMAGE, VIDEO, ELEMENT, ELEMENT], FACING, "element cannot exceed 1 in total"),
        ([IMAGE, VIDEO, {"type": "first_frame", "url": PHOTO}], FACING, "contents.type value 'first_frame' is"),
        ([IMAGE, VIDEO], {}, "settings.character_orientation can not be null"),
        ([IMAGE, VIDEO], {"character_orientation": "up"}, "settings.character_orientation value 'up' is invalid"),
        ([IMAGE, VIDEO], {**FACING, "resolution": "4k"}, "settings.resolution value '4k' is invalid"),
        ([IMAGE, VIDEO], {**FACING, "audio": "native"}, "settings.audio value 'native' is invalid"),
    ],
)
def test_what_breaks_a_rule_of_the_new_path_is_refused(
    kling: Caller, contents: list[Any], settings: dict[str, Any], message: str
) -> None:
    status, code, told = refusal(kling.new_call("POST", V30, json={"contents": contents, "settings": settings}))

    assert (status, code) == (400, 1201)
    assert told.startswith(message)


@pytest.mark.parametrize(
    ("path", "contents", "settings", "units"),
    [
        (V30, [IMAGE, VIDEO], FACING, "4.5"),
        (V30, [PROMPT, IMAGE, VIDEO, ELEMENT], {**FACING, "resolution": "1080p", "audio": "off"}, "6"),
        (V26, [IMAGE, VIDEO], {**FACING, "duration": 99}, "2.5"),
    ],
)
def test_it_is_made_and_priced_by_the_new_path(
    kling: Caller, clock: Clock, path: str, contents: list[Any], settings: dict[str, Any], units: str
) -> None:
    task_id = kling.new_made(path, contents=contents, settings=settings)
    clock.forward(41)

    task = kling.new_task(task_id)
    assert (task["status"], task["billing"][0]["amount"]) == ("succeeded", units)


def test_the_film_is_drawn_from_the_picture(kling: Caller, clock: Clock) -> None:
    task_id = kling.new_made(V26, contents=[IMAGE, VIDEO], settings=FACING)
    clock.forward(41)

    film = kling.fetch(kling.new_task(task_id)["outputs"][0]["url"]).content
    with av.open(BytesIO(film)) as opened:
        assert (opened.streams.video[0].width, opened.streams.video[0].height) == (320, 214)
        assert sum(1 for packet in opened.demux(video=0) if packet.size) == 121
