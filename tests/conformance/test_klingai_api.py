"""PyPI's klingai-api 0.1.0 drives the sandbox: a client that somebody else wrote, from its own environment."""

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest
import requests
from factories import jpeg
from foreign import ACCESS, HERE, SECRET, Foreign, ForeignError, install_klingai_api, speaking

from kling.sandbox.front.server import Server

pytestmark = pytest.mark.journey

DRIVER = HERE / "klingai_api" / "driver.py"
PHOTO = base64.b64encode(jpeg()).decode()
ASKED = {
    "image2video": {"image": PHOTO, "prompt": "The camera pushes in."},
    "text2video": {"prompt": "A cup on a table; the camera pushes in."},
}
LIVE = {"model_name": "kling-v2-5-turbo"}

Connect = Callable[..., Foreign]
both_products = pytest.mark.parametrize("product", list(ASKED))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_klingai_api(tmp_path_factory.mktemp("klingai-api"))


@pytest.fixture
def connect(python: Path, tmp_path: Path) -> Iterator[Connect]:
    with ExitStack() as stack:

        def open_client(server: Server, *, access: str = ACCESS, secret: str = SECRET) -> Foreign:
            keys = {"ACCESS_TOKEN": access, "SECRET_TOKEN": secret}
            begun = speaking([python, DRIVER], folder=tmp_path, KLING_BASE_URL=server.base_url, **keys)
            return stack.enter_context(begun)

        yield open_client


@pytest.fixture
def client(connect: Connect, sandbox: Server) -> Foreign:
    return connect(sandbox)


def create(client: Foreign, product: str = "image2video", **options: Any) -> str:
    made = client.ask(product, **{**ASKED[product], **LIVE, **options})
    assert (made["code"], made["message"], made["data"]["task_status"]) == (0, "SUCCEED", "submitted")
    return str(made["data"]["task_id"])


def refusal(client: Foreign, product: str = "image2video", **options: Any) -> tuple[int, int, str]:
    return client.refused(product, **{**ASKED[product], **options}).refusal


def poll(client: Foreign, name: str, product: str = "image2video") -> dict[str, Any]:
    """Ask for the task as this client's users do, until Kling is done with it."""
    end = time.monotonic() + 30
    while True:
        task: dict[str, Any] = client.ask(f"get_{product}", name)["data"]
        if task["task_status"] in ("succeed", "failed"):
            return task
        assert task["task_status"] in ("submitted", "processing")
        assert time.monotonic() < end, task
        time.sleep(0.1)


def left(client: Foreign) -> float:
    now = int(time.time() * 1000)
    [pack] = client.ask("costs", start_time=now - 1000, end_time=now)["data"]["resource_pack_subscribe_infos"]
    return float(pack["remaining_quantity"])


@both_products
def test_what_it_creates_becomes_a_film_that_it_finds_by_polling(client, product):
    everything = {"mode": "pro", "duration": "5", "cfg_scale": 0.5, "negative_prompt": "blur", "aspect_ratio": "16:9"}

    task_id = create(client, product, external_task_id="cup-1", **everything)
    task = poll(client, task_id, product)

    assert (task["task_status"], task["task_info"]) == ("succeed", {"external_task_id": "cup-1"})
    assert task["final_unit_deduction"] == "2.5"
    [video] = task["task_result"]["videos"]
    with av.open(BytesIO(requests.get(video["url"], timeout=60).content), format="mp4") as film:
        assert float(video["duration"]) == pytest.approx(film.duration / av.time_base, abs=0.05)


@both_products
def test_it_finds_a_task_by_its_own_id_too(client, product):
    task_id = create(client, product, external_task_id="cup-1")

    assert client.ask(f"get_{product}", "cup-1")["data"]["task_id"] == task_id


@both_products
def test_its_pages_go_from_the_newest_task_to_the_oldest(client, product):
    first, second, third = (create(client, product) for _ in range(3))

    pages = [client.ask(f"list_{product}", page_num=page, page_size=2)["data"] for page in (1, 2, 3)]

    assert [[task["task_id"] for task in page] for page in pages] == [[third, second], [first], []]


def test_a_film_from_a_photo_is_not_among_those_from_words(client):
    task_id = create(client)

    assert client.ask("list_text2video")["data"] == []
    assert [task["task_id"] for task in client.ask("list_image2video")["data"]] == [task_id]
    assert client.refused("get_text2video", task_id).refusal[:2] == (400, 1201)


def test_it_hears_why_a_task_failed_in_an_answer_that_is_no_error(client):
    task = poll(client, create(client, prompt="[policy]"))

    assert (task["task_status"], task["task_result"]) == ("failed", {})
    assert task["task_status_msg"] == "Failure to pass the risk control system"


@pytest.mark.parametrize("wrong", [{"secret": "x" * 32}, {"access": "x" * 32}])
def test_its_test_of_the_credentials_refuses_wrong_ones(connect, sandbox, wrong):
    with pytest.raises(ForeignError) as caught:
        connect(sandbox, **wrong)

    assert caught.value.told["kind"] == "BadCredentials"


def test_its_question_about_costs_tells_what_a_film_took(client):
    before = left(client)

    task = poll(client, create(client))

    assert before - left(client) == float(task["final_unit_deduction"]) == 1.5


@both_products
def test_its_default_model_is_one_that_kling_has_ended(client, product):
    text = "The model 'kling-v1' has been discontinued and is no longer available."

    assert refusal(client, product) == (400, 1201, text)


@both_products
def test_it_is_told_that_its_own_id_was_used_before(client, product):
    create(client, external_task_id="cup-1")

    told = refusal(client, product, external_task_id="cup-1", **LIVE)

    assert told == (400, 1201, "External_task_id cup-1 already exists")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"model_name": "kling-v3-0"}, "model_name value 'kling-v3-0' is invalid"),
        ({"mode": "standard"}, "mode value 'standard' is invalid"),
        ({"image": "data:image/png;base64,iVBORw0KGgo="}, "File is not in a valid base64 format"),
    ],
)
def test_what_it_orders_wrongly_is_refused_in_klings_words(client, wrong, text):
    assert refusal(client, **{**LIVE, **wrong}) == (400, 1201, text)


def test_what_it_looks_for_wrongly_is_refused_in_klings_words(client):
    unknown = client.refused("get_image2video", "nobody")
    large = client.refused("list_image2video", page_size=501)

    assert unknown.refusal == (400, 1201, "Task not found by id/external id: nobody")
    assert large.refusal == (400, 1201, "pageSize value '501' is invalid")


def test_it_is_told_when_too_many_tasks_run(connect, start):
    client = connect(start(parallel=1, render_seconds=(60, 60)))
    create(client)

    assert refusal(client, **LIVE) == (429, 1303, "parallel task over resource pack limit")


def test_it_is_told_when_the_pack_is_empty(connect, start):
    client = connect(start(units=Decimal(1)))

    assert refusal(client, **LIVE) == (429, 1102, "Account balance not enough")
