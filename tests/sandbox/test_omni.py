"""Omni films: what they may be made from, in both APIs, and what a film shows when there is no first frame (§3.5)."""

from io import BytesIO
from typing import Any

import av
import pytest
from sandbox_caller import (
    FIRST_FRAME,
    IMAGE2VIDEO,
    NEW_OMNI,
    OMNI_VIDEO,
    PHOTO,
    PROMPT,
    Caller,
    Clock,
    draw_photo,
    encoded,
    refusal,
)

FIRST, LAST, PLAIN = ({"image_url": PHOTO, "type": kind} for kind in ("first_frame", "end_frame", ""))
BASE = {"video_url": "https://example.com/a.mp4"}
FEATURE = {**BASE, "refer_type": "feature"}
ELEMENT = {"element_id": 1}
V3, O1 = (
    {"model_name": "kling-v3-omni", "aspect_ratio": "16:9"},
    {"model_name": "kling-video-o1", "aspect_ratio": "1:1"},
)
NEW_O1 = "/omni-video/kling-o1"
NEW_LAST = {"type": "last_frame", "url": PHOTO}
NEW_PLAIN = {"type": "refer_image", "url": PHOTO}
NEW_BASE = {"type": "base_video", "url": "https://example.com/a.mp4"}
NEW_FEATURE = {"type": "feature_video", "url": "https://example.com/a.mp4"}
NEW_ELEMENT = {"type": "element", "element_id": 7, "id": "cup"}
WIDE = {"aspect_ratio": "16:9"}


def ask(kling: Caller, **changes: Any) -> Any:
    return kling.call("POST", OMNI_VIDEO, json={"prompt": "A cup on a table.", **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_name": "kling-v3"}, "model_name value 'kling-v3' is invalid"),
        ({}, "aspect_ratio can not be null"),
        ({**V3, "aspect_ratio": "4:3"}, "aspect_ratio value '4:3' is invalid"),
        ({"image_list": [PLAIN]}, "aspect_ratio can not be null"),
        ({"video_list": [FEATURE]}, "aspect_ratio can not be null"),
        ({**V3, "prompt": ""}, "prompt can not be null"),
        ({**V3, "image_list": [LAST]}, "end frame is only supported with first frame"),
        ({**V3, "image_list": [FIRST, FIRST]}, "only one first_frame is supported in image_list"),
        ({**V3, "image_list": [FIRST, LAST, PLAIN]}, "end frame is not supported with more than 2 images"),
        ({**V3, "image_list": [PLAIN] * 8}, "images and elements cannot exceed 7 in total"),
        (
            {**V3, "image_list": [PLAIN] * 5, "element_list": [ELEMENT] * 3},
            "images and elements cannot exceed 7 in total",
        ),
        ({**V3, "image_list": [PLAIN] * 5, "video_list": [FEATURE]}, "images and elements cannot exceed 4 in total"),
        ({**V3, "image_list": [{"image_url": PHOTO, "type": "middle"}]}, "type value 'middle' is invalid"),
        ({**V3, "image_list": [{"type": "first_frame"}]}, "image_url can not be null"),
        ({**V3, "image_list": ["cup"]}, "image_list value 'cup' is invalid"),
        ({**V3, "image_list": [{"image_url": "cup.jpg"}]}, "File is not in a valid base64 format"),
        ({**V3, "element_list": [{}]}, "element_list value '[{}]' is invalid"),
        ({**V3, "video_list": [BASE, BASE]}, "video_list value '"),
        ({**V3, "video_list": ["a"]}, "video_list value 'a' is invalid"),
        ({**V3, "video_list": [{"video_url": PHOTO}]}, f"video_url value '{PHOTO[:100]}' is invalid"),
        ({**V3, "video_list": [{**BASE, "refer_type": "own"}]}, "refer_type value 'own' is invalid"),
        ({**V3, "video_list": [{**BASE, "keep_original_sound": True}]}, "keep_original_sound value 'true' is invalid"),
        ({**V3, "video_list": [FEATURE], "sound": "on"}, "sound is not supported with a video"),
        (
            {**V3, "video_list": [BASE], "image_list": [FIRST]},
            "first frame and end frame are not supported with a base",
        ),
        ({**O1, "sound": "on"}, "kling-video-o1 is not supported with sound"),
        ({**O1, "mode": "4k"}, "mode value '4k' is invalid"),
        ({**O1, "duration": "11"}, "duration value '11' is invalid"),
        ({**O1, "duration": "7"}, "Duration only supports 5 or 10 seconds when no refer_image is provided"),
        ({**O1, "duration": "7", "image_list": [FIRST]}, "Duration only supports 5 or 10 seconds when no refer_image"),
        ({**O1, "multi_shot": True, "shot_type": "intelligence"}, "kling-video-o1 is not supported with multi_shot"),
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
        (O1, "4"),
        ({**O1, "mode": "std", "duration": "10"}, "6"),
        ({**O1, "duration": "7", "image_list": [PLAIN]}, "5.6"),
        ({**O1, "duration": "3", "image_list": [FIRST, LAST]}, "2.4"),
        ({**O1, "duration": "4", "element_list": [ELEMENT]}, "3.2"),
        ({**O1, "video_list": [BASE], "duration": "10"}, "6"),
        ({**O1, "video_list": [FEATURE], "mode": "std", "duration": "4"}, "3.6"),
        ({**V3, "duration": "3", "mode": "std"}, "1.8"),
        ({**V3, "sound": "on"}, "5"),
        ({**V3, "mode": "4k", "video_list": [FEATURE]}, "15"),
        ({**V3, "image_list": [FIRST], "aspect_ratio": ""}, "4"),
        ({**V3, "multi_shot": "true", "shot_type": "intelligence"}, "4"),
        ({"video_list": [BASE]}, "6"),
    ],
)
def test_what_a_model_can_do_is_made_and_priced_by_the_legacy_path(
    kling: Caller, clock: Clock, changes: dict[str, Any], units: str
) -> None:
    task_id = ask(kling, **changes).json()["data"]["task_id"]
    clock.forward(41)

    task = kling.call("GET", f"{OMNI_VIDEO}/{task_id}").json()["data"]
    assert (task["task_status"], task["final_unit_deduction"]) == ("succeed", units)


@pytest.mark.parametrize(
    ("path", "contents", "settings", "message"),
    [
        (NEW_OMNI, [PROMPT], {}, "settings.aspect_ratio can not be null"),
        (NEW_OMNI, [PROMPT, NEW_PLAIN], {}, "settings.aspect_ratio can not be null"),
        (NEW_OMNI, [{"type": "prompt", "text": ""}], WIDE, "prompt can not be null"),
        (NEW_OMNI, [PROMPT, {"type": "voice", "voice_id": "1"}], WIDE, "contents.type value 'voice' is invalid"),
        (NEW_OMNI, [PROMPT, NEW_LAST], WIDE, "end frame is only supported with first frame"),
        (
            NEW_OMNI,
            [PROMPT, FIRST_FRAME, NEW_LAST, NEW_PLAIN],
            {},
            "end frame is not supported with more than 2 images",
        ),
        (
            NEW_OMNI,
            [PROMPT, *[NEW_PLAIN] * 4, *[NEW_ELEMENT] * 4],
            WIDE,
            "images and elements cannot exceed 7 in total",
        ),
        (NEW_OMNI, [PROMPT, NEW_BASE, NEW_FEATURE], {}, "only one video is supported in contents"),
        (
            NEW_OMNI,
            [PROMPT, {"type": "base_video", "url": PHOTO}],
            {},
            f"contents.url value '{PHOTO[:100]}' is invalid",
        ),
        (NEW_OMNI, [PROMPT, NEW_FEATURE], {"audio": "native"}, "settings.audio must be off with feature_video"),
        (NEW_OMNI, [PROMPT, NEW_FEATURE], {"audio": "original"}, "settings.audio must be off with feature_video"),
        (NEW_OMNI, [PROMPT, NEW_BASE], {"audio": "native"}, "settings.audio native is not supported with base_video"),
        (NEW_OMNI, [PROMPT, NEW_BASE], {"multi_shot": True}, "settings.multi_shot is not supported with base_video"),
        (
            NEW_OMNI,
            [PROMPT, NEW_BASE, FIRST_FRAME],
            {},
            "first frame and end frame are not supported with a base video",
        ),
        (NEW_O1, [PROMPT], {**WIDE, "audio": "native"}, "settings.audio value 'native' is invalid"),
        (NEW_O1, [PROMPT], {**WIDE, "resolution": "4k"}, "settings.resolution value '4k' is invalid"),
        (NEW_O1, [PROMPT], {**WIDE, "duration": 7}, "Duration only supports 5 or 10 seconds when no refer_image"),
        (NEW_O1, [PROMPT], {**WIDE, "duration": 11}, "settings.duration value '11' is invalid"),
    ],
)
def test_what_breaks_a_rule_of_the_new_path_is_refused(
    kling: Caller, path: str, contents: list[Any], settings: dict[str, Any], message: str
) -> None:
    answer = kling.new_call("POST", path, json={"contents": contents, "settings": settings})

    status, code, told = refusal(answer)
    assert (status, code) == (400, 1201)
    assert told.startswith(message)


@pytest.mark.parametrize(
    ("path", "contents", "settings", "units"),
    [
        (NEW_OMNI, [PROMPT, FIRST_FRAME], {"duration": 3}, "1.8"),
        (NEW_OMNI, [PROMPT, FIRST_FRAME, NEW_LAST], {"resolution": "1080p", "audio": "native"}, "5"),
        (NEW_OMNI, [NEW_PLAIN, NEW_ELEMENT], WIDE, "3"),
        (NEW_OMNI, [PROMPT, NEW_BASE], {"audio": "original", "resolution": "4k"}, "15"),
        (NEW_OMNI, [PROMPT, NEW_FEATURE], {"resolution": "1080p", "duration": 3}, "3.6"),
        (NEW_O1, [PROMPT, NEW_PLAIN], {**WIDE, "duration": 3}, "1.8"),
        (NEW_O1, [PROMPT, NEW_FEATURE], {"multi_shot": "ignored"}, "4.5"),
    ],
)
def test_what_a_model_can_do_is_made_and_priced_by_the_new_path(
    kling: Caller, clock: Clock, path: str, contents: list[Any], settings: dict[str, Any], units: str
) -> None:
    task_id = kling.new_made(path, contents=contents, settings=settings)
    clock.forward(41)

    task = kling.new_task(task_id)
    assert (task["status"], task["billing"][0]["amount"]) == ("succeeded", units)


def test_every_picture_is_judged_not_only_the_first(kling: Caller, clock: Clock) -> None:
    small = {"image_url": encoded(draw_photo(200, 200))}
    task_id = ask(kling, **V3, image_list=[PLAIN, small]).json()["data"]["task_id"]
    clock.forward(2)

    task = kling.call("GET", f"{OMNI_VIDEO}/{task_id}").json()["data"]
    assert (task["task_status"], task["task_status_msg"]) == ("failed", "Image pixel is invalid")


@pytest.mark.parametrize(
    ("contents", "settings", "size"),
    [
        ([PROMPT, FIRST_FRAME], {"aspect_ratio": "9:16"}, (320, 214)),
        ([PROMPT, NEW_PLAIN], {"aspect_ratio": "9:16"}, (180, 320)),
        ([PROMPT], {"aspect_ratio": "1:1"}, (320, 320)),
        ([PROMPT, NEW_BASE], {}, (320, 180)),
        ([PROMPT, {"type": "first_frame", "url": "https://example.com/cup.jpg"}], {}, (320, 180)),
    ],
)
def test_the_film_is_shaped_by_its_first_frame_or_else_as_asked(
    kling: Caller, clock: Clock, contents: list[Any], settings: dict[str, Any], size: tuple[int, int]
) -> None:
    task_id = kling.new_made(NEW_OMNI, contents=contents, settings={**settings, "duration": 3})
    clock.forward(41)

    film = kling.fetch(kling.new_task(task_id)["outputs"][0]["url"]).content
    with av.open(BytesIO(film)) as opened:
        assert (opened.streams.video[0].width, opened.streams.video[0].height) == size


def test_omni_tasks_are_in_their_own_list(kling: Caller) -> None:
    task_id = ask(kling, **V3).json()["data"]["task_id"]

    assert [task["task_id"] for task in kling.call("GET", OMNI_VIDEO).json()["data"]] == [task_id]
    assert kling.call("GET", IMAGE2VIDEO).json()["data"] == []
    assert refusal(kling.call("GET", f"{IMAGE2VIDEO}/{task_id}"))[1] == 1201
