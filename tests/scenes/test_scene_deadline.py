"""The scene writer against real sockets that answer late, slowly, or never."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from openai_double import storyboard

from productvideo.scenes import Brief, ScenePlan, write_scenes

Behaviour = Callable[[socket.socket], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class LoopbackServer:
    """Accepts connections on a free port and treats each one as told."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour, self.calls, self.open = behaviour, 0, True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while self.open:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.calls += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                self.behaviour(connection)
        except OSError:
            pass  # the other side hung up, as it should

    def close(self) -> None:
        self.open = False
        self.listener.close()


@pytest.fixture
def serve(settings) -> Iterator[Callable[[Behaviour], LoopbackServer]]:
    servers: list[LoopbackServer] = []

    def start(behaviour: Behaviour) -> LoopbackServer:
        servers.append(LoopbackServer(behaviour))
        settings.OPENAI_BASE_URL = servers[-1].url
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def read_request(connection: socket.socket) -> None:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)


def answer_well(connection: socket.socket) -> None:
    read_request(connection)
    body = json.dumps(storyboard()).encode()
    connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def drip(start: bytes, piece: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(start)
        while True:
            connection.sendall(piece)
            time.sleep(0.05)

    return behave


def never_answer(connection: socket.socket) -> None:
    read_request(connection)
    while connection.recv(1):
        pass


def never_read(connection: socket.socket) -> None:
    time.sleep(5)


def hang_up(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n{")


def endless(head: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        while True:
            connection.sendall(b" " * 65536)

    return behave


def timed(brief: Brief, deadline: float) -> tuple[ScenePlan, float]:
    started = time.monotonic()
    plan = write_scenes(brief, deadline=deadline)
    return plan, time.monotonic() - started


def test_a_real_server_is_asked_once_and_understood(brief: Brief, serve) -> None:
    server = serve(answer_well)

    plan, _ = timed(brief, 10)

    assert (plan.source, server.calls) == ("openai", 1)


@pytest.mark.parametrize(
    "behaviour",
    [
        never_answer,
        never_read,
        drip(b"HTTP/1.1 200 OK\r\nX-Drip: ", b"a"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        drip(b"HTTP/1.1 503 Busy\r\nContent-Length: 100000\r\n\r\n", b" "),
    ],
    ids=["silence", "deafness", "dripped headers", "dripped body", "dripped chunks", "dripped error"],
)
def test_the_deadline_holds_whatever_the_server_does(brief: Brief, serve, behaviour: Behaviour) -> None:
    serve(behaviour)

    plan, seconds = timed(brief, 1.0)

    assert plan.source == "fallback"
    assert "in time" in plan.detail
    assert seconds < 1.5


def test_no_thread_outlives_the_deadline_for_long(brief: Brief, serve) -> None:
    serve(drip(b"HTTP/1.1 200 OK\r\nX-Drip: ", b"a"))

    timed(brief, 0.5)

    writers = [thread for thread in threading.enumerate() if thread.name == "scene-writer"]
    for writer in writers:
        writer.join(2)
    assert not any(writer.is_alive() for writer in writers)


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"Content-Length: 99999999999\r\n\r\n",
        HEAD + b"\r\n",
        b"HTTP/1.1 500 Oh\r\nContent-Length: 99999999999\r\n\r\n",
        HEAD + b"Content-Encoding: gzip\r\n\r\n",
    ],
    ids=["long", "without length", "long error", "packed"],
)
def test_a_never_ending_answer_is_not_read_to_its_end(brief: Brief, serve, head: bytes) -> None:
    server = serve(endless(head))

    plan, seconds = timed(brief, 10)

    assert "could not be read" in plan.detail or "could not be reached" in plan.detail
    assert seconds < 5
    assert server.calls == 2


def test_a_cut_connection_is_tried_once_more(brief: Brief, serve) -> None:
    server = serve(hang_up)

    plan, seconds = timed(brief, 10)

    assert "could not be reached" in plan.detail
    assert (server.calls, seconds < 5) == (2, True)


def test_a_closed_port_is_called_unreachable(brief: Brief, settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.OPENAI_BASE_URL = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"

    plan, seconds = timed(brief, 10)

    assert "could not be reached" in plan.detail
    assert seconds < 5


def test_a_proxy_from_the_environment_is_not_used(brief: Brief, serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    serve(answer_well)

    assert timed(brief, 10)[0].source == "openai"
