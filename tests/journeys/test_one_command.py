"""The whole way on real processes: from the photo to three films, over a stop, and never on a stranger's account."""

import http.cookiejar
import json
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import av
import pytest
from clones import Clone, wait_for

pytestmark = pytest.mark.journey

QUICK = ("--render-seconds", "1", "3")
SLOW = ("--render-seconds", "20", "20")
VIDEOS = "SELECT stage, url, task_id, error_message FROM productvideo_productvideo ORDER BY title"


def stages(clone: Clone) -> list[str]:
    return sorted(stage for stage, *_ in clone.ask(sql=VIDEOS))


def wait_for_stages(clone: Clone, stage: str, *, seconds: float = 90) -> None:
    wait_for(
        lambda: stages(clone) == [stage] * 3, seconds=seconds, what=lambda: f"{clone.ask(sql=VIDEOS)}\n{clone.output}"
    )


def signed_in(link: str) -> urllib.request.OpenerDirector:
    """A visitor who came by the sign-in link."""
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    visitor.open(link, timeout=20).close()
    return visitor


def test_from_the_photo_to_three_films_that_play(clone):
    clone.start(*QUICK)
    visitor = signed_in(clone.wait_until_ready())

    wait_for_stages(clone, "complete")

    addresses = [url for _, url, *_ in clone.ask(sql=VIDEOS)]
    films = [visitor.open(clone.address + address, timeout=20).read() for address in addresses]
    for film in films:
        with av.open(BytesIO(film), format="mp4") as opened:
            (stream,) = opened.streams.video
            frames = sum(1 for _ in opened.decode(stream))
        assert (stream.codec_context.name, frames) == ("h264", stream.frames)
        assert frames > 100
    assert len(set(films)) == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_stopped_in_the_middle_and_started_again_there_are_three_videos_and_three_tasks(clone, number):
    clone.start(*SLOW)
    clone.wait_until_ready()
    wait_for_stages(clone, "rendering")
    before = {task for _, _, task, _ in clone.ask(sql=VIDEOS)}

    for process in clone.processes() if number == signal.SIGKILL else [clone.running.pid]:
        os.kill(process, number)
    clone.wait_until_gone()
    clone.start(*QUICK)
    clone.wait_until_ready()

    wait_for_stages(clone, "complete")
    assert {task for _, _, task, _ in clone.ask(sql=VIDEOS)} == before
    books = clone.sandbox_books()
    assert (books["asked"], books["made"], books["repeats_refused"]) == (3, 3, 0)


def test_stopped_at_the_first_moment_and_started_again_nothing_is_asked_for_twice(clone):
    clone.start(*QUICK)
    wait_for(lambda: "INFO kling.sandbox.creates: Task" in clone.output, seconds=90, what=lambda: clone.output)
    for process in clone.processes():
        os.kill(process, signal.SIGKILL)
    clone.wait_until_gone()

    clone.start(*QUICK, KLING_RESEND_AFTER="5")
    clone.wait_until_ready()

    wait_for_stages(clone, "complete")
    assert clone.sandbox_books()["made"] == 3


class Stranger(BaseHTTPRequestHandler):
    """A Kling that would take anything: its list is empty, its account full."""

    seen: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        self.seen.append(("GET", self.path))
        pack = {"resource_pack_name": "P", "resource_pack_id": "1", "resource_pack_type": "decreasing_total"}
        pack |= {"total_quantity": 100, "remaining_quantity": 100, "status": "online"}
        pack |= {"purchase_time": 0, "effective_time": 0, "invalid_time": 4102444800000}
        costs = {"code": 0, "msg": "", "resource_pack_subscribe_infos": [pack]}
        self.answer(costs if self.path.startswith("/account/costs") else [])

    def do_POST(self) -> None:
        self.seen.append(("POST", self.path))
        self.answer({"task_id": "1", "task_status": "submitted", "created_at": 0, "updated_at": 0})

    def answer(self, found: Any) -> None:
        body = json.dumps({"code": 0, "message": "SUCCEED", "request_id": "r", "data": found}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        """Keep quiet."""


@contextmanager
def stranger() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    Stranger.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", Stranger.seen
        finally:
            server.shutdown()


@pytest.mark.parametrize("stage", ["queued", "rendering"])
def test_a_demo_that_was_stopped_never_goes_to_a_real_account(clone, stage):
    clone.start(*SLOW)
    wait_for(lambda: "started (pid=" in clone.output, seconds=60, what=lambda: clone.output)
    wait_for_stages(clone, stage)
    os.kill(clone.running.pid, signal.SIGTERM)
    clone.wait_until_gone()

    with stranger() as (address, seen):
        keys = {"KLING_API_KEY": "a" * 32, "KLING_API_SECRET": "b" * 32, "KLING_API_BASE_URL": address}
        clone.start(**keys)
        assert clone.wait_until_ready() == ""
        wait_for_stages(clone, "failed", seconds=30)
        time.sleep(5)  # two more ticks of each kind
        os.kill(clone.running.pid, signal.SIGTERM)
        clone.wait_until_gone()

    assert [visit for visit in seen if visit[0] != "GET"] == []
    assert {message for *_, message in clone.ask(sql=VIDEOS)} == {"Practice video, nothing was charged."}
    assert "costs money" in clone.output
