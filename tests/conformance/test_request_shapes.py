"""Creates and reads of the older API as other public clients write them: what Kling takes, the sandbox takes."""

import http.client
import json
import time
from typing import Any

import pytest
from callers import ON_THE_WEB, PHOTO, call, refusal, token, told, types
from foreign import API_KEY

from kling.sandbox.front.server import Server

IMAGE2VIDEO = "/v1/videos/image2video"
SHOTS = [{"index": 1, "prompt": "A cup.", "duration": "3"}, {"index": 2, "prompt": "Steam.", "duration": "4"}]
LAST, LONG = {"image_tail": PHOTO}, 829836802793406551
VOICED = {"model_name": "kling-v2-6", "mode": "pro", "sound": "on"}

# Who writes it so, what it writes beside photo and prompt, the seconds and the units of the film.
CREATES: dict[str, tuple[dict[str, Any], int, str]] = {
    "new-api: the model twice, the default of a field that means nothing": (
        {"model_name": "kling-v2-6", "model": "kling-v2-6", "mode": "std", "duration": "5", "aspect_ratio": "1:1",
         "cfg_scale": 0.5}, 5, "1.5",
    ),
    "new-api before it left out what is empty": (
        {"model_name": "kling-v2-5-turbo", "mode": "std", "duration": "10", "image_tail": "", "negative_prompt": "",
         "static_mask": "", "dynamic_masks": [], "camera_control": None, "callback_url": "", "external_task_id": ""},
        10, "3",
    ),
    "vercel/ai: a last frame and the watermark": (
        {"model_name": "kling-v2-6", "mode": "pro", "sound": "off", "watermark_info": {"enabled": True},
         "duration": "5", **LAST}, 5, "2.5",
    ),
    "vercel/ai: voices": (VOICED | {"voice_list": [{"voice_id": "829836802793406551"}], "duration": "5"}, 5, "6"),
    "a voice by its number": (VOICED | {"voice_list": [{"voice_id": LONG}]}, 5, "6"),
    "ComfyUI: shots": (
        {"model_name": "kling-v3", "mode": "pro", "sound": "on", "duration": "7", "multi_shot": True,
         "multi_prompt": SHOTS, "shot_type": "customize"}, 7, "8.4",
    ),
    "one that writes what it has not as null": (
        {"model_name": "kling-v3", "mode": None, "sound": None, "duration": None, "multi_shot": None,
         "shot_type": None, "multi_prompt": None, "element_list": None, "voice_list": None, "negative_prompt": None,
         "image_tail": None, "watermark_info": None, "callback_url": None, "external_task_id": None,
         "static_mask": None}, 5, "3",
    ),
    "one that writes seconds as a number": ({"model_name": "kling-v3", "duration": 12}, 12, "7.2"),
    "one in whose language every number is a float": ({"model_name": "kling-v3", "duration": 8.0}, 8, "4.8"),
    "Kling's own example: yes as a word": (
        {"model_name": "kling-v3", "multi_shot": "true", "shot_type": "intelligence", "duration": "5"}, 5, "3",
    ),
    "elements by number": ({"model_name": "kling-v3", "element_list": [{"element_id": LONG}], "mode": "pro"}, 5, "4"),
    "elements by text": ({"model_name": "kling-v3", "element_list": [{"element_id": "163"}], "mode": "4k"}, 5, "15"),
    "a photo on the web": ({"model_name": "kling-v3", "image": ON_THE_WEB, "sound": "on"}, 5, "4.5"),
    "fields that nobody knows": ({"model_name": "kling-v2-5-turbo", "seed": 7, "n": 1, "keep_audio": False}, 5, "1.5"),
}  # fmt: skip


@pytest.fixture
def server(start) -> Server:
    return start(render_seconds=(0, 0))


def create(server: Server, fields: dict[str, Any] | None = None, path: str = IMAGE2VIDEO, **headers: str) -> Any:
    body = {"image": PHOTO, "prompt": "The cup stays fixed.", **(fields or {"model_name": "kling-v2-5-turbo"})}
    return told(call(server, "POST", path, body, **headers))


def look_up(server: Server, name: str) -> Any:
    return told(call(server, "GET", f"{IMAGE2VIDEO}/{name}"))


@pytest.mark.parametrize("who", list(CREATES))
def test_a_create_is_taken_and_understood_as_others_write_it(server, who):
    fields, seconds, units = CREATES[who]

    task = look_up(server, create(server, fields)["task_id"])

    assert (task["task_status"], task["final_unit_deduction"]) == ("succeed", units)
    [video] = task["task_result"]["videos"]
    assert video["duration"] == f"{seconds}.041"
    assert ("watermark_url" in video) == bool((fields.get("watermark_info") or {}).get("enabled"))


def test_the_word_model_alone_is_the_model_that_kling_has_ended(server):
    answer = call(server, "POST", IMAGE2VIDEO, {"model": "kling-v3", "image": PHOTO, "prompt": "A cup."})

    assert refusal(answer)[:2] == (400, 1201)
    assert "discontinued" in answer.json()["message"]


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/json;charset=UTF-8"])
def test_the_content_type_may_name_its_letters(server, content_type):
    create(server, **{"Content-Type": content_type})


@pytest.mark.parametrize("escaped", [True, False])
def test_words_beyond_ascii_arrive_escaped_or_plain(server, escaped):
    words = {"model_name": "kling-v3", "image": PHOTO, "prompt": "杯子 ☕", "external_task_id": "杯"}
    body = json.dumps(words, ensure_ascii=escaped).encode()
    headers = {"Authorization": f"Bearer {API_KEY}"}

    line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    line.request("POST", IMAGE2VIDEO, body, headers | {"Content-Type": "application/json"})
    line.getresponse().read()
    line.close()

    assert look_up(server, "%E6%9D%AF")["task_info"] == {"external_task_id": "杯"}


def test_a_path_may_end_in_a_slash(server):
    task_id = create(server, path=f"{IMAGE2VIDEO}/")["task_id"]

    assert look_up(server, f"{task_id}/")["task_id"] == task_id
    assert [task["task_id"] for task in told(call(server, "GET", f"{IMAGE2VIDEO}/?pageNum=1"))] == [task_id]


def test_a_large_create_may_be_announced_and_sent_in_pieces(server):
    body = json.dumps({"model_name": "kling-v3", "image": PHOTO, "prompt": "A cup."}).encode()
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json", "Expect": "100-continue"}

    line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    line.request("POST", IMAGE2VIDEO, iter([body[:1000], body[1000:]]), headers, encode_chunked=True)
    answer = line.getresponse()
    line.close()

    assert answer.status == 200


@pytest.mark.parametrize(
    "claims", [{"iat": int(time.time())}, {"exp": time.time() + 1800, "nbf": time.time() - 5}], ids=["iat", "floats"]
)
def test_a_token_may_be_signed_as_others_sign_it(server, claims):
    create(server, Authorization=f"Bearer {token(**claims)}")


def test_the_names_of_headers_have_no_case(server):
    line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    line.request("GET", IMAGE2VIDEO, headers={"authorization": f"Bearer {API_KEY}"})
    answer = line.getresponse()
    line.close()

    assert answer.status == 200


@pytest.mark.parametrize("query", ["", "?", "?pageNum=&pageSize=", "?pageNum=1&pageSize=500", "?status=succeed"])
def test_a_list_is_asked_for_in_many_forms(server, query):
    task_id = create(server)["task_id"]

    assert [task["task_id"] for task in told(call(server, "GET", IMAGE2VIDEO + query))] == [task_id]


def test_an_answer_is_plain_json_even_to_those_who_could_unpack_it(server):
    answer = call(server, "GET", IMAGE2VIDEO, **{"Accept-Encoding": "gzip, deflate, br, zstd", "Accept": "*/*"})

    assert answer.headers["Content-Type"].startswith("application/json")
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.content)


# What strictly typed clients unpack: a field of another type fails them, a null where they read text fails some.
CREATED = {"task_id": str, "task_status": str, "task_info": dict, "created_at": int, "updated_at": int}
LOOKED_UP = CREATED | {"task_result": dict, "task_status_msg": str}
ENDED = LOOKED_UP | {"final_unit_deduction": str}


def test_every_field_has_the_type_that_typed_clients_unpack(start):
    slow, quick = start(render_seconds=(60, 60)), start(render_seconds=(0, 0))

    created = create(slow)
    running, made, failed = (
        look_up(slow, created["task_id"]),
        look_up(quick, create(quick)["task_id"]),
        look_up(quick, create(quick, {"model_name": "kling-v3", "prompt": "[policy]"})["task_id"]),
    )

    assert types(created) == CREATED
    assert types(running) == LOOKED_UP
    assert types(made) == types(failed) == ENDED
    assert types(made["task_result"]["videos"][0]) == {"id": str, "url": str, "duration": str}


def test_a_pack_has_the_types_that_typed_clients_unpack(server):
    now = int(time.time() * 1000)

    costs = told(call(server, "GET", f"/account/costs?start_time={now - 1000}&end_time={now}"))

    assert (costs["code"], costs["msg"]) == (0, "success")
    [pack] = costs["resource_pack_subscribe_infos"]
    texts = ["resource_pack_name", "resource_pack_id", "resource_pack_type", "status"]
    times = ["purchase_time", "effective_time", "invalid_time"]
    numbers = ["total_quantity", "remaining_quantity"]
    assert types(pack) == dict.fromkeys(texts, str) | dict.fromkeys(times, int) | dict.fromkeys(numbers, float)
