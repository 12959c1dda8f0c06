"""A receiver of callbacks on this machine, which keeps what came and answers as a test says."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from sandbox_caller import Caller, Clock

import kling as library

SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
NEXT_SECRET = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXQ="
QUIET = 0.4  # seconds in which what is not sent would have come


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def status(self) -> str:
        return str(self.told.get("status") or self.told.get("task_status"))


@dataclass
class Receiver:
    """`answers` are the statuses that are given in turn, the last one for ever; `hold` comes before each answer."""

    url: str = ""
    taken: list[Delivery] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [200])
    location: str = ""
    hold: Callable[[], object] = lambda: None

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Delivery]:
        """Return what came once it is so much, and fail when it does not come."""
        end = time.monotonic() + seconds
        while len(self.taken) < count:
            assert time.monotonic() < end, f"{len(self.taken)} of {count}: {self.statuses}"
            time.sleep(0.01)
        return list(self.taken)

    @property
    def statuses(self) -> list[str]:
        return [delivery.status for delivery in self.taken]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    receiver: Receiver

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sandbox that hangs up is what some tests are about."""


class _Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver = cast(_Server, self.server).receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        receiver.taken.append(Delivery(path=self.path, headers=headers, body=body))
        receiver.hold()
        answers = receiver.answers
        self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
        if receiver.location:
            self.send_header("Location", receiver.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@contextmanager
def receiving(*, family: socket.AddressFamily = socket.AF_INET) -> Iterator[Receiver]:
    kind = type("_Server", (_Server,), {"address_family": family})
    host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
    receiver = Receiver()
    with kind((host, 0), _Door) as server:
        server.receiver = receiver
        shown = f"[{host}]" if ":" in host else host
        receiver.url = f"http://{shown}:{server.server_address[1]}/hooks/secret-token/?a=1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join(5)


def callbacks(kling: Caller) -> list[dict[str, Any]]:
    return list(kling.session.get(f"{kling.base_url}/sandbox/callbacks", timeout=20).json())


def outcomes(kling: Caller) -> dict[str, int]:
    return {name: times for name, times in kling.books()["callbacks"].items() if times}


def wait_until_noted(kling: Caller, count: int) -> list[dict[str, Any]]:
    end = time.monotonic() + 20
    while len(noted := callbacks(kling)) < count:
        assert time.monotonic() < end, noted
        time.sleep(0.02)
    return noted


def ended(kling: Caller, clock: Clock, receiver: Receiver, **order: Any) -> str:
    """Make a task, let it end, and wait until both of its changes were told."""
    before = len(receiver.taken)
    task = kling.made(callback_url=receiver.url, **order)
    clock.forward(41)
    receiver.wait_for(before + 2)
    return task


def is_signed(delivery: Delivery, clock: Clock, *secrets: str) -> bool:
    try:
        library.verify_callback(list(secrets or [SECRET]), delivery.headers, delivery.body, clock=clock)
    except library.CallbackSignatureError:
        return False
    return True
