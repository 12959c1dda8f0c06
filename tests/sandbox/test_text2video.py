"""Films from text alone: the legacy path's rules, lists of its own, and a card in the shape that was asked (§3.4)."""

from io import BytesIO
from typing import Any

import av
import pytest
from sandbox_caller import IMAGE2VIDEO, NEW_T2V, PHOTO, TEXT2VIDEO, Caller, Clock, refusal


def ask(kling: Caller, **changes: Any) -> Any:
    body = {"model_name": "kling-v3", "prompt": "A cup on a table.", **changes}
    return kling.call("POST", TEXT2VIDEO, json={name: value for name, value in body.items() if value is not None})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_name": "kling-v3-0"}, "model_name value 'kling-v3-0' is invalid"),
        ({"model_name": "kling-video-o1"}, "model_name value 'kling-video-o1' is invalid"),
        ({"model_name": "kling-v1-5"}, "model_name value 'kling-v1-5' is invalid"),
        ({"model_name": "kling-v1"}, "The model 'kling-v1' has been discontinued and is no longer available."),
        ({"model_name": None}, "The model 'kling-v1' has been discontinued and is no longer available."),
        ({"prompt": None}, "prompt can not be null"),
        ({"prompt": "x" * 2501}, "prompt length can not exceed 2500"),
        ({"negative_prompt": "x" * 2501}, "negative_prompt length can not exceed 2500"),
        ({"aspect_ratio": "4:3"}, "aspect_ratio value '4:3' is invalid"),
        ({"duration": "16"}, "duration value '16' is invalid"),
        ({"duration": "9" * 5000}, f"duration value '{'9' * 100}' is invalid"),
        ({"model_name": "kling-v2-6", "sound": "on"}, "sound is only supported in pro mode with kling-v2-6"),
        (
            {"camera_control": {"type": "simple"}},
            "camera_control is only supported in std mode with 5s duration and kling-v1",
        ),
        ({"voice_list": [{"voice_id": "1"}], "sound": "on"}, "kling-v3 is not supported with voice_list"),
    ],
)
def test_what_breaks_a_rule_is_refused(kling: Caller, changes: dict[str, Any], message: str) -> None:
    assert refusal(ask(kling, **changes)) == (400, 1201, message)


@pytest.mark.parametrize(
    ("changes", "units"),
    [
        ({}, "3"),
        ({"model_name": "kling-v2-5-turbo", "mode": "pro"}, "2.5"),
        ({"model_name": "kling-v2-6", "mode": "pro", "sound": "on", "voice_list": [{"voice_id": "1"}]}, "6"),
        ({"image": "not looked at", "element_list": "neither"}, "3"),
        (
            {
                "prompt": None,
                "multi_shot": True,
                "shot_type": "customize",
                "multi_prompt": [{"index": 1, "prompt": "A", "duration": "5"}],
            },
            "3",
        ),
    ],
)
def test_what_a_model_can_do_is_made_and_priced(
    kling: Caller, clock: Clock, changes: dict[str, Any], units: str
) -> None:
    task_id = ask(kling, **changes).json()["data"]["task_id"]
    clock.forward(41)

    task = kling.call("GET", f"{TEXT2VIDEO}/{task_id}").json()["data"]
    assert (task["task_status"], task["final_unit_deduction"]) == ("succeed", units)


def test_each_product_has_its_own_list_and_its_own_look_up(kling: Caller) -> None:
    text = ask(kling, external_task_id="text").json()["data"]["task_id"]
    image = kling.made(external_task_id="image")

    def listed(path: str) -> list[str]:
        return [task["task_id"] for task in kling.call("GET", path).json()["data"]]

    assert (listed(TEXT2VIDEO), listed(f"{IMAGE2VIDEO}/")) == ([text], [image])
    for path, name in ((IMAGE2VIDEO, text), (IMAGE2VIDEO, "text"), (TEXT2VIDEO, image), (TEXT2VIDEO, "image")):
        answer = kling.call("GET", f"{path}/{name}")
        assert refusal(answer) == (400, 1201, f"Task not found by id/external id: {name}")
    assert kling.call("GET", f"{TEXT2VIDEO}/text").json()["data"]["task_id"] == text


@pytest.mark.parametrize(("ratio", "size"), [("16:9", (320, 180)), ("9:16", (180, 320)), ("1:1", (320, 320))])
def test_the_film_has_the_shape_that_was_asked(kling: Caller, clock: Clock, ratio: str, size: tuple[int, int]) -> None:
    legacy = ask(kling, aspect_ratio=ratio, duration="3").json()["data"]["task_id"]
    new = kling.new_made(NEW_T2V, settings={"aspect_ratio": ratio, "duration": 3, "audio": "native"})
    clock.forward(41)
    films = [kling.fetch(kling.new_task(task)["outputs"][0]["url"]).content for task in (legacy, new)]

    for film, streams in zip(films, (0, 1), strict=True):
        with av.open(BytesIO(film)) as opened:
            assert (opened.streams.video[0].width, opened.streams.video[0].height) == size
            assert len(opened.streams.audio) == streams
            assert opened.streams.video[0].frames == 73


def test_a_film_of_kling_3_0_turbo_always_has_sound(kling: Caller, clock: Clock) -> None:
    task_id = kling.new_made("/image-to-video/kling-3.0-turbo", settings={"duration": 3, "audio": "off"})
    clock.forward(41)

    with av.open(BytesIO(kling.fetch(kling.new_task(task_id)["outputs"][0]["url"]).content)) as opened:
        assert len(opened.streams.audio) == 1


def test_a_picture_given_by_a_wrong_name_is_not_looked_at(kling: Caller) -> None:
    assert ask(kling, image=PHOTO).status_code == 200
