"""Creates and reads beyond image2video as other public clients and Kling's own examples write them."""

import time
from typing import Any

import pytest
from callers import ON_THE_WEB, PHOTO, call, refusal, token, told, types

from kling.sandbox.front.server import Server

CALLBACK = "http://127.0.0.1:9/callback"  # nobody listens there
WORDS = {"type": "prompt", "text": "A girl on a train looks out of the window."}
FIRST, LAST = {"type": "first_frame", "url": ON_THE_WEB}, {"type": "last_frame", "url": PHOTO}
ELEMENT = {"type": "element", "element_id": "163", "id": "element_1"}
ORDER = {"callback_url": CALLBACK, "external_task_id": ""}
PLAIN, MARKED = {"watermark_info": {"enabled": False}}, {"watermark_info": {"enabled": True}}

# Who writes it so, where to, what, the seconds and the units of the film.
CREATES: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "Kling's example: the first frame": (
        "/image-to-video/kling-3.0",
        {"contents": [WORDS, FIRST], "options": ORDER | PLAIN,
         "settings": {"resolution": "4k", "duration": 10, "audio": "off", "multi_shot": False}}, 10, "30",
    ),
    "Kling's example: both frames and an element": (
        "/image-to-video/kling-3.0",
        {"contents": [WORDS, FIRST, LAST, ELEMENT], "options": ORDER | MARKED,
         "settings": {"resolution": "1080p", "duration": 10, "audio": "native", "multi_shot": False}}, 10, "12",
    ),
    "Kling's example: a voice": (
        "/image-to-video/kling-2.6",
        {"contents": [WORDS, FIRST, {"type": "voice", "voice_id": "891495440020668439", "id": "1"}],
         "options": ORDER | MARKED, "settings": {"audio": "native", "resolution": "1080p", "duration": 5}}, 5, "6",
    ),
    "kling-api 2: nothing but contents and an id of its own": (
        "/image-to-video/kling-2.5-turbo",
        {"contents": [WORDS, {"type": "first_frame", "url": PHOTO}], "options": {"external_task_id": "0c9e-1"}},
        5, "1.5",
    ),
    "a client that puts the frame before the words": (
        "/image-to-video/kling-3.0",
        {"contents": [FIRST, WORDS], "settings": {"duration": 3, "audio": "off"}}, 3, "1.8",
    ),
    "a client that sends settings of other models": (
        "/image-to-video/kling-3.0-turbo",
        {"contents": [WORDS, FIRST],
         "settings": {"resolution": "1080p", "duration": 5, "audio": "off", "aspect_ratio": "9:16", "mode": "pro",
                      "muti_shot": True, "negative_prompt": "blur"}}, 5, "5",
    ),
    "Kling's example: from words": (
        "/text-to-video/kling-3.0-turbo",
        {"prompt": WORDS["text"], "options": ORDER | PLAIN,
         "settings": {"duration": 3, "resolution": "720p", "aspect_ratio": "9:16"}}, 3, "2.4",
    ),
    "kling-api 2: words and nothing else": ("/text-to-video/kling-3.0", {"prompt": WORDS["text"]}, 5, "3"),
    "Kling's example: omni, a first frame and another picture": (
        "/omni-video/kling-3.0-omni",
        {"contents": [WORDS, FIRST | {"id": "image_1"}, {"type": "refer_image", "url": ON_THE_WEB, "id": "image_2"}],
         "settings": {"resolution": "1080p", "duration": 5, "audio": "native", "multi_shot": False},
         "options": ORDER}, 5, "5",
    ),
    "Kling's example: omni, both frames and elements": (
        "/omni-video/kling-3.0-omni",
        {"contents": [WORDS, FIRST | {"id": "image_1"}, LAST | {"id": "image_2"}, ELEMENT,
                      {"type": "element", "element_id": "162", "id": "element_2"}],
         "settings": {"resolution": "1080p", "duration": 5, "audio": "native", "multi_shot": True},
         "options": ORDER}, 5, "5",
    ),
    "Kling's example: omni, a film to follow": (
        "/omni-video/kling-3.0-omni",
        {"contents": [WORDS, {"type": "feature_video", "url": "https://films.example/a.mp4", "id": "video_1"}],
         "settings": {"resolution": "4k", "audio": "off", "multi_shot": True}, "options": ORDER}, 5, "15",
    ),
    "one that writes what it has not as null": (
        "/image-to-video/kling-3.0",
        {"contents": [WORDS, FIRST],
         "options": {"callback_url": None, "external_task_id": None, "watermark_info": None},
         "settings": {"resolution": None, "duration": None, "audio": None, "multi_shot": None}}, 5, "3",
    ),
    "a storyboard's client: the older text2video with empty fields": (
        "/v1/videos/text2video",
        {"model_name": "kling-v3", "prompt": "A cup.", "negative_prompt": "", "mode": "pro", "aspect_ratio": "9:16",
         "duration": "4", "sound": "off"}, 4, "3.2",
    ),
    "new-api: the older text2video": (
        "/v1/videos/text2video",
        {"prompt": "A cup.", "mode": "std", "duration": "5", "aspect_ratio": "1:1", "model_name": "kling-v2-6",
         "model": "kling-v2-6", "cfg_scale": 0.5}, 5, "1.5",
    ),
    "ComfyUI: the older omni-video": (
        "/v1/videos/omni-video",
        {"model_name": "kling-video-o1", "image_list": [{"image_url": PHOTO, "type": "first_frame"},
                                                        {"image_url": PHOTO, "type": "end_frame"}],
         "duration": "5", "prompt": "A cup.", "mode": "pro", "sound": "off"}, 5, "4",
    ),
    "ComfyUI: the older omni-video, a film to follow": (
        "/v1/videos/omni-video",
        {"model_name": "kling-video-o1", "aspect_ratio": "16:9", "duration": "5", "prompt": "A cup.", "mode": "pro",
         "sound": "off", "video_list": [{"video_url": "https://films.example/a.mp4", "refer_type": "feature",
                                         "keep_original_sound": "yes"}]}, 5, "6",
    ),
    "a gateway: the older omni-video, a first frame and another picture": (
        "/v1/videos/omni-video",
        {"model_name": "kling-v3-omni", "prompt": "A cup.", "sound": "on", "mode": "4k", "duration": "15",
         "image_list": [{"image_url": PHOTO, "type": "first_frame"}, {"image_url": PHOTO}]}, 15, "45",
    ),
    "vercel/ai: the older text2video, shots and no words beside them": (
        "/v1/videos/text2video",
        {"model_name": "kling-v3", "prompt": "", "sound": "on", "mode": "pro", "aspect_ratio": "16:9",
         "duration": "10", "multi_shot": True, "shot_type": "customize",
         "multi_prompt": [{"index": 1, "prompt": "A cup.", "duration": "4"},
                          {"index": 2, "prompt": "Steam.", "duration": "6"}]}, 10, "12",
    ),
    "vercel/ai: the older motion-control": (
        "/v1/videos/motion-control",
        {"model_name": "kling-v2-6", "video_url": "https://films.example/a.mp4", "character_orientation": "image",
         "mode": "std", "prompt": "A cup.", "image_url": ON_THE_WEB, "keep_original_sound": "yes"}, 5, "2.5",
    ),
    "nodes of a picture program: the older motion-control with nulls": (
        "/v1/videos/motion-control",
        {"model_name": "kling-v3", "image_url": PHOTO, "video_url": "https://films.example/a.mp4", "prompt": None,
         "character_orientation": "video", "mode": "pro", "keep_original_sound": None}, 5, "6",
    ),
    "nodes of a picture program: a first frame without words": (
        "/image-to-video/kling-3.0-turbo",
        {"contents": [FIRST], "settings": {"resolution": "720p", "duration": 3}}, 3, "2.4",
    ),
    "kling-api 2: motion-control": (
        "/motion-control/kling-2.6",
        {"contents": [{"type": "image", "url": PHOTO}, {"type": "video", "url": "https://films.example/a.mp4"}],
         "settings": {"character_orientation": "video"}, "options": {"external_task_id": "0c9e-2"}}, 5, "2.5",
    ),
    "a shop's client: the older omni-video, a picture that is no frame": (
        "/v1/videos/omni-video",
        {"model_name": "kling-video-o1", "prompt": "<<<image_1>>> on a table.", "image_list": [{"image_url": PHOTO}],
         "duration": "5", "mode": "pro", "aspect_ratio": "16:9"}, 5, "4",
    ),
}  # fmt: skip


@pytest.fixture
def server(start) -> Server:
    return start(render_seconds=(0, 0))


def create(server: Server, path: str, body: dict[str, Any]) -> str:
    made = told(call(server, "POST", path, body))
    return str(made["task_id" if path.startswith("/v1/") else "id"])


def tasks(server: Server, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(call(server, "GET", f"/tasks?{query}"))
    return found


@pytest.mark.parametrize("who", list(CREATES))
def test_a_create_is_taken_and_understood_as_others_write_it(server, who):
    path, body, seconds, units = CREATES[who]

    task_id = create(server, path, body)

    [task] = tasks(server, f"task_ids={task_id}")
    assert (task["id"], task["status"]) == (task_id, "succeeded")
    assert task["billing"] == [{"charge_type": "unit", "amount": units, "package_type": "video"}]
    [film] = task["outputs"]
    assert (film["type"], film["duration"]) == ("video", f"{seconds}.041")
    assert ("watermark_url" in film) == (body.get("options", {}).get("watermark_info") == {"enabled": True})


@pytest.fixture
def three(server) -> list[str]:
    """Three tasks, made one after the other: two of the new API, with ids of their own, and one of the older."""
    new = "/image-to-video/kling-3.0-turbo"
    ordered = [{"contents": [WORDS, FIRST], "options": {"external_task_id": name}} for name in ("cup-1", "cup-2")]
    older = {"model_name": "kling-v3", "image": PHOTO, "prompt": "[policy]", "external_task_id": "cup-3"}
    return [*(create(server, new, body) for body in ordered), create(server, "/v1/videos/image2video", older)]


@pytest.mark.parametrize("comma", [",", "%2C"])
def test_tasks_are_asked_for_by_either_id_with_a_comma_or_its_code(server, three, comma):
    by_id = tasks(server, f"task_ids={comma.join(three)}")
    by_name = tasks(server, f"external_task_ids=cup-1{comma}cup-2{comma}cup-3{comma}nobody")

    assert [task["id"] for task in by_id] == [task["id"] for task in by_name] == three
    assert [task["external_id"] for task in by_id] == ["cup-1", "cup-2", "cup-3"]
    assert [(task["status"], task["message"]) for task in by_id] == [
        ("succeeded", ""),
        ("succeeded", ""),
        ("failed", "Failure to pass the risk control system"),
    ]


def test_the_free_test_of_a_key_finds_nothing(server):
    assert tasks(server, "task_ids=0") == tasks(server, "external_task_ids=nobody") == []


def test_a_batch_ends_at_twenty(server):
    assert tasks(server, "task_ids=" + ",".join(str(number) for number in range(20))) == []
    answer = call(server, "GET", "/tasks?task_ids=" + ",".join(str(number) for number in range(21)))

    assert refusal(answer)[:2] == (400, 1201)
    assert answer.json()["message"].endswith("cannot exceed 20 in total")


def test_a_batch_names_its_tasks(server):
    assert refusal(call(server, "GET", "/tasks")) == (400, 1201, "task_ids or external_task_ids is required")


def test_a_page_is_asked_for_as_klings_example_does_with_numbers_or_with_texts(server, three):
    now = int(time.time() * 1000)
    filters = [{"key": "status", "values": ["succeeded"]}, {"key": "product_type", "values": ["video"]}]

    pages = [
        told(call(server, "POST", "/tasks", {"start_time": kind(now - 60_000), "end_time": kind(now + 60_000),
                                             "cursor": "", "limit": 500, "filters": filters}))
        for kind in (int, str)
    ]  # fmt: skip

    for page in pages:
        assert {task["id"] for task in page["result"]} == set(three[:2])
        assert (page["count"], page["has_more"]) == (2, False)


def test_a_cursor_leads_through_all_tasks_once(server, three):
    page = told(
        call(server, "POST", "/tasks", {"limit": 1, "filters": [{"key": "product_type", "values": ["video"]}]})
    )
    seen = [page["result"]]
    while page["has_more"]:
        page = told(call(server, "POST", "/tasks", {"cursor": page["next_cursor"], "limit": 1}))
        seen.append(page["result"])

    assert [len(tasks) for tasks in seen] == [1, 1, 1]
    assert sorted(task["id"] for [task] in seen) == sorted(three)


def test_a_page_of_an_empty_account_has_no_result(server):
    assert told(call(server, "POST", "/tasks", {})) == {"count": 0, "has_more": False}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/tasks?task_ids=0"), ("POST", "/tasks"), ("POST", "/text-to-video/kling-3.0")]
)
def test_a_key_pair_is_sent_to_the_console_for_an_api_key(server, method, path):
    answer = call(server, method, path, {"prompt": "A cup."}, Authorization=f"Bearer {token()}")

    assert refusal(answer)[:2] == (401, 1002)
    assert answer.json()["message"].startswith("Authentication error. The current API does not support AK/SK")


def test_every_field_has_the_type_that_typed_clients_unpack(start):
    slow, quick = start(render_seconds=(60, 60)), start(render_seconds=(0, 0))
    path, body = "/image-to-video/kling-3.0", {"contents": [WORDS, FIRST], "options": {"external_task_id": "cup-1"}}
    created = {"id": str, "status": str, "create_time": int, "update_time": int, "external_id": str}

    made = told(call(slow, "POST", path, body))
    [running] = tasks(slow, f"task_ids={made['id']}")
    [ended] = tasks(quick, f"task_ids={create(quick, path, body)}")

    assert types(made) == created
    assert types(running) | {"billing": list} == created | {"message": str, "outputs": list, "billing": list}
    assert (running["outputs"], running.get("billing", [])) == ([], [])
    assert types(ended) == created | {"message": str, "outputs": list, "billing": list}
    assert types(ended["outputs"][0]) == {"type": str, "id": str, "url": str, "duration": str}
