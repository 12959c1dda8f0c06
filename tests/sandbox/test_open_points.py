"""What Kling leaves open and what the sandbox chooses: one test or one pointer for each row of kling-api §12."""

import base64
import http.client
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management.base import BaseCommand
from sandbox_caller import (
    FIRST_FRAME,
    IMAGE2VIDEO,
    NEW_I2V,
    NEW_OMNI,
    NEW_T2V,
    OMNI_VIDEO,
    PHOTO,
    PROMPT,
    SECRET,
    TEXT2VIDEO,
    Caller,
    Clock,
    Start,
    new_body,
    refusal,
    token,
)

from kling.catalog import MODELS
from kling.management.commands.kling_sandbox import Command
from kling.sandbox.credentials import NO_KEY_PAIRS, Credentials
from kling.sandbox.products import Product, models_of
from kling.types import Dialect

HERE = Path(__file__).parent
# Rows whose choice is tried somewhere else.
ELSEWHERE = {
    2: "test_sandbox_auth.py::test_an_unknown_access_key_is_1002_and_a_wrong_secret_1000",
    7: "test_sandbox_callbacks.py::test_the_path_decides_which_body_it_is",
    11: "test_sandbox_account.py::test_the_id_of_a_failed_task_stays_taken",
    16: "test_packs.py::test_tasks_are_counted_together_unless_told_to_count_model_by_model",
}


def ask_with(kling: Caller, secret: str, path: str = IMAGE2VIDEO) -> Any:
    return kling.session.get(kling.base_url + path, headers={"Authorization": f"Bearer {secret}"}, timeout=20)


def test_every_row_has_its_test() -> None:
    here = Path(__file__).read_text()
    tried = {int(row) for row in re.findall(r"^def test_row_(\d+)_", here, re.MULTILINE)}

    assert sorted(tried | set(ELSEWHERE)) == list(range(1, 26))
    assert not tried & set(ELSEWHERE)
    for pointer in ELSEWHERE.values():
        file, _, name = pointer.partition("::")
        assert f"def {name}(" in (HERE / file).read_text(), pointer


def test_the_document_tells_every_choice_and_every_option() -> None:
    document = (Path(settings.BASE_DIR) / "docs" / "sandbox.md").read_text()
    choices = document.partition("## What is chosen")[2]
    parser = Command().create_parser("manage.py", "kling_sandbox")
    named = {name for action in parser._actions for name in action.option_strings}
    ours = named - {name for action in BaseCommand().create_parser("", "")._actions for name in action.option_strings}

    assert [int(row) for row in re.findall(r"^\| (\d+) \|", choices, re.MULTILINE)] == list(range(1, 26))
    assert {name for name in ours if f"`{name}" not in document} == set()


@pytest.mark.parametrize(("is_strict", "lasts", "code"), [(False, 1860, 0), (False, 1861, 1002), (True, 1801, 1002)])
def test_row_1_a_token_may_last_a_minute_more_than_half_an_hour_unless_the_sandbox_is_strict(
    start: Start, clock: Clock, is_strict: bool, lasts: int, code: int
) -> None:
    kling = start(credentials=Credentials(pairs={"a" * 32: SECRET}, is_strict=is_strict))

    answer = ask_with(kling, token(now=clock.now, exp=int(clock.now) + lasts))

    assert answer.json()["code"] == code
    assert ask_with(kling, token(now=clock.now, exp=int(clock.now) + 1800)).status_code == 200
    assert ask_with(kling, token(now=clock.now, nbf=int(clock.now) + 1)).json()["code"] == 1003


def test_row_3_an_ended_model_is_400_1201_with_its_text(kling: Caller) -> None:
    assert refusal(kling.create(model_name="kling-v2-1")) == (
        400,
        1201,
        "The model 'kling-v2-1' has been discontinued and is no longer available.",
    )


def test_row_4_an_unknown_model_is_1201_on_legacy_paths_and_404_1203_on_new_ones(kling: Caller) -> None:
    path = "/image-to-video/kling-4.0"

    assert refusal(kling.create(model_name="kling-v4")) == (400, 1201, "model_name value 'kling-v4' is invalid")
    assert refusal(kling.new_call("POST", path, json=new_body(path)))[:2] == (404, 1203)


def test_row_5_without_a_model_it_is_the_default_one_and_that_has_ended(kling: Caller) -> None:
    text = kling.call("POST", TEXT2VIDEO, json={"prompt": "A cup."})

    for answer in (kling.create(model_name=None), kling.create(model_name=None, model="kling-v3"), text):
        assert refusal(answer)[2].startswith("The model 'kling-v1' has been discontinued")


@pytest.mark.parametrize(
    "name", ["kling-v1", "kling-v1-5", "kling-v1-6", "kling-v2-master", "kling-v2-1", "kling-v2-1-master"]
)
def test_row_6_all_six_old_models_fail_unless_they_are_allowed(kling: Caller, start: Start, name: str) -> None:
    assert "discontinued" in refusal(kling.create(model_name=name))[2]
    assert start(allow_ended=True).create(model_name=name).status_code == 200


def test_row_8_lists_are_newest_first_and_tasks_come_in_the_order_of_the_request(kling: Caller, clock: Clock) -> None:
    made = []
    for _ in range(3):
        made.append(kling.made())
        clock.forward(1)
    listed = [task["task_id"] for task in kling.call("GET", IMAGE2VIDEO).json()["data"]]
    walked = [task["id"] for task in kling.new_call("POST", "/tasks", json={}).json()["data"]["result"]]
    mixed = [made[1], made[2], made[0]]
    read = [task["id"] for task in kling.new_call("GET", f"/tasks?task_ids={','.join(mixed)}").json()["data"]]

    assert listed == walked == made[::-1]
    assert read == mixed


def test_row_9_a_legacy_task_is_found_in_the_new_api_by_its_external_id(kling: Caller) -> None:
    task_id = kling.made(external_task_id="job-1")

    (task,) = kling.new_call("GET", "/tasks?external_task_ids=job-1").json()["data"]
    assert (task["id"], task["external_id"]) == (task_id, "job-1")


def test_row_10_a_task_is_unknown_on_another_product_s_path(kling: Caller) -> None:
    task_id = kling.made()

    for path in (TEXT2VIDEO, OMNI_VIDEO, "/v1/videos/motion-control"):
        answer = kling.call("GET", f"{path}/{task_id}")
        assert refusal(answer) == (400, 1201, f"Task not found by id/external id: {task_id}")


def test_row_12_moderation_fails_a_task_later_or_where_so_wished_the_create(
    kling: Caller, start: Start, clock: Clock
) -> None:
    reason = "Failure to pass the risk control system"
    task_id = kling.made(prompt="[policy]")
    at_once = start(moderates_at_once=True)
    clock.forward(5)

    assert kling.task(task_id)["task_status_msg"] == reason
    assert refusal(at_once.create(prompt="[policy]")) == (400, 1301, reason)
    assert at_once.books().items() >= {"made": 0, "refused": {"1301": 1}}.items()


@pytest.mark.parametrize("changes", [{"duration": 10}, {"duration": "10"}, {"duration": 10.0, "multi_shot": "false"}])
def test_row_13_numbers_and_string_flags_are_taken_on_legacy_paths(
    kling: Caller, clock: Clock, changes: dict[str, Any]
) -> None:
    task_id = kling.made(watermark_info={"enabled": "true"}, **changes)
    clock.forward(41)

    task = kling.task(task_id)
    assert (task["final_unit_deduction"], task["watermark_info"]) == ("3", {"enabled": True})


@pytest.mark.parametrize("model", ["kling-v2-5-turbo", "kling-v2-6", "kling-v3"])
def test_row_14_cfg_scale_and_aspect_ratio_are_not_looked_at(kling: Caller, model: str) -> None:
    assert kling.create(model_name=model, cfg_scale="much", aspect_ratio="odd").status_code == 200


@pytest.mark.parametrize(
    "picture",
    [
        f"data:image/jpeg;base64,{PHOTO}",
        "\n".join(re.findall(".{1,76}", PHOTO)),
        f"{PHOTO}\n",
        base64.b64encode(b"12345").decode().rstrip("="),
        base64.urlsafe_b64encode(b"\xfb\xff" * 300).decode(),
    ],
    ids=["data URI", "broken into lines", "with a line's end", "without padding", "URL-safe"],
)
def test_row_15_only_plain_base64_is_taken_in_either_api(kling: Caller, picture: str) -> None:
    new = kling.new_call("POST", NEW_I2V, json={"contents": [PROMPT, {"type": "first_frame", "url": picture}]})

    for answer in (kling.create(image=picture), new):
        assert refusal(answer) == (400, 1201, "File is not in a valid base64 format")


def test_row_17_no_1302_comes_by_itself_and_none_says_when_to_come_back(kling: Caller) -> None:
    codes = {kling.call("GET", IMAGE2VIDEO).status_code for _ in range(50)}
    kling.set_faults(bursts_1302=1)
    answer = kling.call("GET", IMAGE2VIDEO)

    assert codes == {200}
    assert refusal(answer)[:2] == (429, 1302)
    assert "Retry-After" not in answer.headers


def test_row_18_a_watermark_is_spoken_of_only_if_it_was_and_failed_tasks_cost_0(kling: Caller, clock: Clock) -> None:
    silent, told = kling.made(), kling.made(watermark_info={"enabled": False})
    failed = kling.made(prompt="[fail]")
    clock.forward(41)

    assert "watermark_info" not in kling.task(silent)
    assert kling.task(told)["watermark_info"] == {"enabled": False}
    assert "watermark_url" not in kling.task(told)["task_result"]["videos"][0]
    assert kling.task(failed)["final_unit_deduction"] == "0"


def test_row_19_films_are_a_frame_longer_than_asked_at_24_a_second(kling: Caller, clock: Clock) -> None:
    legacy, new = kling.made(), kling.new_made(duration=5)
    clock.forward(41)

    assert kling.task(legacy)["task_result"]["videos"][0]["duration"] == "5.041"
    assert kling.new_task(new)["outputs"][0]["duration"] == "5.041"


def test_row_20_turbo_takes_2500_characters_with_an_image_and_3072_without_and_always_sounds(
    kling: Caller, clock: Clock
) -> None:
    image, text = "/image-to-video/kling-3.0-turbo", "/text-to-video/kling-3.0-turbo"

    def with_prompt(length: int) -> list[dict[str, Any]]:
        return [{"type": "prompt", "text": "x" * length}, FIRST_FRAME]

    kling.new_made(image, contents=with_prompt(2500))
    task_id = kling.new_made(text, prompt="x" * 3072)
    too_long = kling.new_call("POST", image, json={"contents": with_prompt(2501)})
    clock.forward(41)

    assert refusal(too_long)[2] == "prompt length can not exceed 2500"
    assert kling.new_task(task_id)["billing"][0]["amount"] == "4"


def test_row_21_elements_are_used_but_neither_made_nor_told_here(kling: Caller, clock: Clock) -> None:
    task_id = kling.made(model_name="kling-v3", element_list=[{"element_id": 1}])
    clock.forward(41)

    assert set(kling.new_task(task_id)["outputs"][0]) == {"type", "id", "url", "duration"}
    assert refusal(kling.call("POST", "/v1/general/advanced-custom-elements", json={}))[:2] == (404, 1203)


@pytest.mark.parametrize("duration", ["3", "4", "6", "9"])
def test_row_22_kling_v2_6_makes_films_of_5_and_10_seconds_only(kling: Caller, duration: str) -> None:
    short = {"settings": {"duration": int(duration)}}

    assert refusal(kling.create(model_name="kling-v2-6", duration=duration))[:2] == (400, 1201)
    assert refusal(kling.new_call("POST", NEW_I2V, json=new_body(NEW_I2V, **short)))[:2] == (400, 1201)


def test_row_23_kling_v3_takes_no_voices(kling: Caller) -> None:
    answer = kling.create(model_name="kling-v3", mode="pro", sound="on", voice_list=[{"voice_id": "1"}])

    assert refusal(answer) == (400, 1201, "kling-v3 is not supported with voice_list")


def test_row_24_without_authorization_new_paths_say_1002_and_the_others_1001(kling: Caller) -> None:
    def bare(method: str, path: str) -> tuple[int, int, str]:
        return refusal(kling.session.request(method, kling.base_url + path, timeout=20))

    new = {bare("POST", path) for path in (NEW_I2V, NEW_T2V, NEW_OMNI, "/tasks")}
    other = {bare("GET", IMAGE2VIDEO), bare("POST", OMNI_VIDEO), bare("POST", "/account/billing/package")}
    assert new == {(401, 1002, NO_KEY_PAIRS)}
    assert other == {(401, 1001, "Authorization is empty")}


def test_row_25_whatever_the_catalogue_has_is_served_and_nothing_else() -> None:
    served = {name for dialect in Dialect for product in Product for name in models_of(product, dialect)}

    assert served == set(MODELS)


# Not in the table, and not told either: HEAD, links that were encoded anew, films without a shape.
def test_head_answers_as_get_does_and_sends_nothing(kling: Caller) -> None:
    task_id = kling.made()

    there = kling.call("HEAD", f"{IMAGE2VIDEO}/{task_id}")
    unknown = kling.call("HEAD", f"{IMAGE2VIDEO}/none")
    create = kling.new_call("HEAD", NEW_I2V)
    stranger = kling.session.head(kling.base_url + IMAGE2VIDEO, timeout=20)

    assert [answer.status_code for answer in (there, unknown, create, stranger)] == [200, 400, 404, 401]
    assert there.content == b""
    assert int(there.headers["Content-Length"]) == len(kling.call("GET", f"{IMAGE2VIDEO}/{task_id}").content)
    assert kling.call("GET", IMAGE2VIDEO).status_code == 200  # the connection is as good as before


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("Expires=", "Expires=0"),
        lambda url: url.replace("Expires=", "%45xpires="),
        lambda url: url.replace("&", "&&"),
        lambda url: f"{url}&x=1",
        lambda url: re.sub(r"\?(.*)&(.*)", r"?\2&\1", url),
        lambda url: f"{url}%20",
    ],
    ids=["another number", "encoded anew", "an empty part", "something more", "another order", "a blank"],
)
def test_a_link_is_good_byte_for_byte_only(kling: Caller, clock: Clock, change: Any) -> None:
    task_id = kling.made()
    clock.forward(41)
    url = kling.url(task_id)

    assert kling.fetch(url).status_code == 200
    assert raw_status(change(url)) == 403


@pytest.mark.parametrize("skew", [-3600, 3600])
def test_a_link_ends_by_kling_s_clock_even_if_that_is_wrong(kling: Caller, clock: Clock, skew: int) -> None:
    kling.set_faults(clock_skew=skew)
    answer = kling.new_call("POST", NEW_I2V, json=new_body(NEW_I2V))
    clock.forward(41)
    url = kling.new_task(answer.json()["data"]["id"])["outputs"][0]["url"]
    ends = int(re.search(r"Expires=(\d+)", url)[1])  # type: ignore[index]

    clock.now = ends - skew - 1
    before = kling.fetch(url).status_code
    clock.now = ends - skew
    after = kling.fetch(url)

    assert (before, after.status_code) == (200, 403)
    told = datetime.strptime(after.headers["Date"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    assert told.timestamp() == ends


def test_an_omni_film_needs_a_shape_where_nothing_gives_it_one(kling: Caller) -> None:
    feature = {"video_url": "https://example.com/a.mp4", "refer_type": "feature"}
    new_feature = {"type": "feature_video", "url": "https://example.com/a.mp4"}

    legacy = [
        kling.call("POST", OMNI_VIDEO, json={"prompt": "A cup.", **more}).status_code
        for more in ({}, {"video_list": [feature]}, {"video_list": [{**feature, "refer_type": "base"}]})
    ]
    new = [
        kling.new_call("POST", NEW_OMNI, json={"contents": [PROMPT, *more]}).status_code
        for more in ([], [new_feature], [FIRST_FRAME])
    ]
    assert (legacy, new) == ([400, 400, 200], [400, 200, 200])


def raw_status(url: str) -> int:
    """Return what comes to a link that goes out exactly as it is written here."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    connection.request("GET", url.partition(parts.netloc)[2])
    status = connection.getresponse().status
    connection.close()
    return status
