"""npm's kling-api 1.0.0 drives the sandbox: another client that somebody else wrote, in another language."""

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
from foreign import ACCESS, SECRET, Foreign, install_kling_api, speaking

from kling.sandbox.front.server import Server

pytestmark = pytest.mark.journey

PHOTO = base64.b64encode(jpeg()).decode()
ASKED: dict[str, dict[str, Any]] = {
    "imageToVideo": {"image": PHOTO, "prompt": "The camera pushes in.", "model_name": "kling-v2-5-turbo"},
    "textToVideo": {"prompt": "A cup on a table.", "model_name": "kling-v2-5-turbo"},
    "omniVideo": {"prompt": "A cup on a table.", "aspect_ratio": "16:9"},
}
QUERIES = {
    "imageToVideo": "queryImageToVideoTask",
    "textToVideo": "queryTextToVideoTask",
    "omniVideo": "queryOmniVideoTask",
}

Connect = Callable[..., Foreign]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_kling_api(tmp_path_factory.mktemp("kling-api"))


@pytest.fixture
def connect(driver: Path) -> Iterator[Connect]:
    with ExitStack() as stack:

        def open_client(server: Server, *, secret: str = SECRET) -> Foreign:
            keys = {"KLING_ACCESS_KEY": ACCESS, "KLING_SECRET_KEY": secret}
            begun = speaking(["node", driver], folder=driver.parent, KLING_BASE_URL=server.base_url, **keys)
            return stack.enter_context(begun)

        yield open_client


@pytest.fixture
def client(connect: Connect, sandbox: Server) -> Foreign:
    return connect(sandbox)


def create(client: Foreign, product: str = "imageToVideo", **params: Any) -> str:
    return str(client.ask(product, ASKED[product] | params)["data"]["task_id"])


def refusal(client: Foreign, product: str = "imageToVideo", **params: Any) -> tuple[int, int, str]:
    return client.refused(product, ASKED[product] | params).refusal


@pytest.mark.parametrize("product", list(ASKED))
def test_what_it_creates_becomes_a_film_that_its_own_loop_waits_for(client, product):
    task_id = create(client, product, duration="5", external_task_id="cup-1")

    task = client.ask("waitFor", QUERIES[product], task_id)["data"]

    assert (task["task_status"], task["task_info"]) == ("succeed", {"external_task_id": "cup-1"})
    [video] = task["task_result"]["videos"]
    with av.open(BytesIO(requests.get(video["url"], timeout=60).content), format="mp4") as film:
        assert float(video["duration"]) == pytest.approx(film.duration / av.time_base, abs=0.05)
    assert client.ask(QUERIES[product], "cup-1")["data"] == task


def test_it_sends_a_last_frame_and_all_that_it_knows(client):
    task_id = create(client, image_tail=PHOTO, mode="pro", duration="10", aspect_ratio="16:9", negative_prompt="blur")

    task = client.ask("waitFor", "queryImageToVideoTask", task_id)["data"]

    assert task["final_unit_deduction"] == "5"


def test_it_raises_what_a_failed_task_says(client):
    task_id = create(client, prompt="[policy]")

    error = client.refused("waitFor", "queryImageToVideoTask", task_id)

    assert (error.told["kind"], error.told["message"]) == ("KlingAPIError", "Failure to pass the risk control system")


def test_its_health_check_tells_right_credentials_from_wrong_ones(connect, sandbox):
    right, wrong = connect(sandbox), connect(sandbox, secret="x" * 32)

    assert (right.ask("healthCheck"), wrong.ask("healthCheck")) == (True, False)
    assert wrong.refused("getAccountInfo", 1, 2).refusal[:2] == (401, 1000)


def test_it_reads_the_pack_and_one_pack_by_its_name(client):
    now = int(time.time() * 1000)

    [pack] = client.ask("getAccountInfo", now - 1000, now)["data"]["resource_pack_subscribe_infos"]
    named = client.ask("getAccountInfo", now - 1000, now, pack["resource_pack_name"])["data"]

    assert named["resource_pack_subscribe_infos"] == [pack]
    assert "resource_pack_subscribe_infos" not in client.ask("getAccountInfo", now - 1000, now, "Another")["data"]


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"model_name": "kling-v1"}, "The model 'kling-v1' has been discontinued and is no longer available."),
        ({"image": "data:image/png;base64,iVBORw0KGgo="}, "File is not in a valid base64 format"),
    ],
)
def test_its_errors_carry_klings_code_and_text(client, params, text):
    assert refusal(client, **params) == (400, 1201, text)


def test_it_is_told_that_its_own_id_was_used_before(client):
    create(client, external_task_id="cup-1")

    assert refusal(client, external_task_id="cup-1") == (400, 1201, "External_task_id cup-1 already exists")


def test_it_is_told_when_too_many_tasks_run_and_does_not_try_again(connect, start):
    server = start(parallel=1, render_seconds=(60, 60))
    client = connect(server)
    create(client)

    assert refusal(client) == (429, 1303, "parallel task over resource pack limit")
    assert requests.get(f"{server.base_url}/?format=json", timeout=20).json()["asked"] == 2


def test_it_is_told_when_the_pack_is_empty(connect, start):
    client = connect(start(units=Decimal(1)))

    assert refusal(client) == (429, 1102, "Account balance not enough")
