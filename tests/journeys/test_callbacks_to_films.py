"""Order, callback, film: the practice Kling calls the real pages over HTTP, and what it says is never believed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from factories import make_video
from passing_time import always
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from kling.sandbox.credentials import Credentials
from kling.sandbox.front.server import running
from kling.sandbox.note import SandboxNote, write_note
from kling.sandbox.sandbox import Options
from productvideo import accounts, pipeline
from productvideo.models import ProductVideo
from productvideo.states import Stage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
API_KEY = "api-key-kling-" + "k" * 43
NEVER = 600.0  # seconds between two looks at the list, in a test of half a minute


@dataclass
class World:
    """A practice Kling that renders for a second, and pages that it can call."""

    base_url: str

    def set_faults(self, **values: float) -> None:
        requests.patch(f"{self.base_url}/sandbox/faults", json=values, timeout=20).raise_for_status()

    def callbacks(self) -> list[dict[str, Any]]:
        return list(requests.get(f"{self.base_url}/sandbox/callbacks", timeout=20).json())

    def books(self) -> dict[str, Any]:
        return dict(requests.get(f"{self.base_url}/?format=json", timeout=20).json())


@pytest.fixture
def world(live_server: LiveServer, settings: Settings, tmp_path: Path) -> Iterator[World]:
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, str(tmp_path / "media")
    settings.KLING_CALLBACKS, settings.KLING_WEBHOOK_SECRET = True, SECRET
    settings.PUBLIC_URL = f"http://127.0.0.1:{live_server.thread.port}"
    options = Options(
        credentials=Credentials(api_keys=frozenset([API_KEY])),
        render_seconds=(1, 1),
        quick_clips=True,
        webhook_secrets=[SECRET],
    )
    with running(options) as server:
        note = SandboxNote(
            port=server.server_port, access_key="a" * 32, secret_key="s" * 32, pid=os.getpid(), api_key=API_KEY
        )
        write_note(tmp_path / "sandbox", note)
        yield World(server.base_url)


def work_until(is_enough: Callable[[], bool], *, seconds: float) -> bool:
    """Do what the workers do until it is enough; say whether it came to that."""
    end = time.monotonic() + seconds
    while not is_enough():
        if time.monotonic() > end:
            return False
        for step in (pipeline.submit, pipeline.check, pipeline.collect):
            step(always)
        time.sleep(0.1)
    return True


def order(**columns: Any) -> ProductVideo:
    return make_video(account=accounts.current_account(), **columns)


def is_complete(*videos: ProductVideo) -> Callable[[], bool]:
    names = [video.pk for video in videos]
    return lambda: ProductVideo.objects.filter(pk__in=names, stage=Stage.COMPLETE).count() == len(names)


@pytest.mark.parametrize("model", ["kling-v2-5-turbo", "kling-2.6"])
def test_a_film_is_noticed_by_its_callback_long_before_the_list_is_due(
    world: World, settings: Settings, model: str
) -> None:
    settings.KLING_POLL_SECONDS = NEVER
    video = order(model_name=model)

    assert work_until(is_complete(video), seconds=30)
    assert accounts.current_account().called_back_at is not None
    assert [(each["status"][:7], each["answer"]) for each in world.callbacks()] == [
        ("process", 200),
        ("succeed", 200),
    ]


def test_without_that_callback_it_would_not_have_been_noticed(world: World, settings: Settings) -> None:
    settings.KLING_POLL_SECONDS = NEVER
    world.set_faults(lost_callbacks=1)
    video = order()

    assert not work_until(is_complete(video), seconds=5)
    video.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert world.books()["complete"] == 1


@pytest.mark.parametrize(
    "faults",
    [
        {"lost_callbacks": 1},
        {"doubled_callbacks": 1},
        {"unordered_callbacks": 1},
        {"forged_callbacks": 1},
        {"stale_callbacks": 1},
        {"callback_delay": 3600},
        {"submitted_callbacks": 1, "forged_callbacks": 1, "doubled_callbacks": 1, "unordered_callbacks": 1},
    ],
    ids=" ".join,
)
def test_whatever_happens_to_callbacks_every_film_comes_and_none_is_bought_twice(
    world: World, settings: Settings, faults: dict[str, float]
) -> None:
    settings.KLING_POLL_SECONDS = 1.0
    world.set_faults(**faults)
    videos = [order(), order(model_name="kling-2.6")]
    refused = order(prompt="The camera pushes in. [fail]")

    assert work_until(is_complete(*videos), seconds=40)
    assert work_until(lambda: ProductVideo.objects.get(pk=refused.pk).stage == Stage.FAILED, seconds=10)

    books = world.books()
    assert (books["asked"], books["made"], books["paid_twice"], books["refused"]) == (3, 3, 0, {})
    for video in videos:
        video.refresh_from_db()
        with video.file.open() as film:
            assert film.read(8)[4:] == b"ftyp"


def test_a_lie_that_is_signed_is_taken_like_the_truth_and_one_that_is_not_is_refused(
    world: World, settings: Settings
) -> None:
    settings.KLING_POLL_SECONDS = 1.0
    world.set_faults(forged_callbacks=1)

    assert work_until(is_complete(order()), seconds=30)

    told = [(each["kind"], each["answer"]) for each in world.callbacks()]
    assert told == [("forged", 401), ("forged", 200), ("true", 200)] * 2
