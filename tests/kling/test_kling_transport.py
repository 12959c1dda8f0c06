"""Hard deadlines and single creates, against real sockets on 127.0.0.1."""

import contextlib
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import responses
from kling_answers import ACCESS_KEY, CREATE, SECRET_KEY, client, entry, envelope, order
from loopback import answering, http_answer, loopback

import kling
from kling.wire.adapter import Watched
from kling.wire.deadline import Deadline, Watchdog

CREATED = http_answer(envelope(entry(task_status="submitted")))
LISTED = http_answer(envelope([entry()]))


def drip(head: bytes, letter: bytes) -> Callable[[socket.socket], None]:
    """Send `head`, then a letter every 50 ms for as long as anybody listens."""

    def deed(line: socket.socket) -> None:
        line.sendall(head)
        for _ in range(100):
            line.sendall(letter)
            time.sleep(0.05)

    return deed


def in_turn(*deeds: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    left = list(deeds)

    def deed(line: socket.socket) -> None:
        left.pop(0)(line)

    return deed


def silence(line: socket.socket) -> None:
    line.recv(1)


def cut(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


DRIPS = [
    pytest.param(drip(b"", b"H"), id="status line"),
    pytest.param(drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"), id="header"),
    pytest.param(drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), id="headers"),
    pytest.param(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" "), id="body"),
    pytest.param(drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), id="chunks"),
    pytest.param(drip(b"HTTP/1.1 200 OK\r\n\r\n", b" "), id="body without end"),
    pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="continue"),
    pytest.param(silence, id="silence"),
]


@pytest.mark.parametrize("deed", DRIPS)
def test_a_server_that_drips_cannot_hold_a_create_beyond_its_deadline(deed: Callable[[socket.socket], None]) -> None:
    with loopback(deed) as server:
        started = time.monotonic()
        with pytest.raises(kling.UnclearError, match="in time"):
            client(server.base_url, create_deadline=0.4).create_image2video(order())

        assert time.monotonic() - started < 0.9
        assert len(server.requests) == 1


@pytest.mark.parametrize("deed", DRIPS)
def test_a_server_that_drips_cannot_hold_a_read_beyond_its_deadline(deed: Callable[[socket.socket], None]) -> None:
    with loopback(deed) as server:
        started = time.monotonic()
        with pytest.raises(kling.UnclearError):
            client(
                server.base_url, read_deadline=1.0
            ).list_tasks()  # less, and a busy machine might not connect in time

        assert time.monotonic() - started < 2.0


def test_a_server_that_does_not_take_the_photo_cannot_hold_a_create() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"

        started = time.monotonic()
        with pytest.raises(kling.UnclearError, match="in time"):
            client(address, create_deadline=1.0).create_image2video(order(image=b"x" * 8_000_000))

        assert time.monotonic() - started < 2.0


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(cut, id="cut at once"),
        pytest.param(lambda line: None, id="closed at once"),
        pytest.param(lambda line: line.sendall(CREATED[:-20]), id="cut in the body"),
        pytest.param(lambda line: line.sendall(b"HTTP/1.1 200 OK\r\nContent-"), id="cut in the head"),
        pytest.param(lambda line: line.sendall(b"SSH-2.0-OpenSSH\r\n"), id="not HTTP"),
        pytest.param(
            answering(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"), id="not gzip"
        ),
        pytest.param(answering(http_answer(b"", status=503)), id="503"),
        pytest.param(answering(b"HTTP/1.1 503 X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"), id="retry after"),
        pytest.param(
            answering(b"HTTP/1.1 307 X\r\nLocation: /v1/videos/image2video\r\nContent-Length: 0\r\n\r\n"),
            id="redirect",
        ),
        pytest.param(answering(http_answer(b"", status=408)), id="408"),
    ],
)
def test_a_create_is_sent_exactly_once_whatever_goes_wrong(deed: Callable[[socket.socket], None]) -> None:
    with loopback(deed) as server:
        with pytest.raises(kling.UnclearError):
            client(server.base_url, create_deadline=2).create_image2video(order())
        time.sleep(0.05)

        assert len(server.requests) == 1


def test_every_create_has_a_fresh_connection() -> None:
    with loopback(answering(CREATED)) as server:
        kling_client = client(server.base_url)
        kling_client.create_image2video(order())
        kling_client.create_image2video(order())

        assert len(server.requests) == 2
        assert all(request.count(b"POST ") == 1 for request in server.requests)


@pytest.mark.parametrize("deed", [cut, lambda line: line.sendall(LISTED[:-20])])
def test_a_read_is_repeated_when_the_line_breaks(deed: Callable[[socket.socket], None]) -> None:
    with loopback(in_turn(deed, deed, answering(LISTED))) as server:
        assert client(server.base_url).list_tasks().size == 1

        assert len(server.requests) == 3


def test_a_read_leaves_time_to_ask_again_when_the_first_line_is_dead() -> None:
    with loopback(in_turn(silence, answering(LISTED))) as server:
        assert client(server.base_url, read_deadline=1.6).list_tasks().size == 1


def test_an_endless_answer_is_not_read_to_the_end() -> None:
    def deed(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b" " * 1_000_000)

    with loopback(deed) as server, pytest.raises(kling.UnclearError, match="too long"):
        client(server.base_url, read_attempts=1).list_tasks()


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_refused_connection_is_surely_not_sent() -> None:
    with pytest.raises(kling.NotSentError, match="refused the connection"):
        client(free_address()).create_image2video(order())


def test_an_unknown_name_is_surely_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    with pytest.raises(kling.NotSentError, match="no host of that name"):
        client("https://kling.invalid").create_image2video(order())


def test_a_resolver_that_hangs_cannot_hold_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    woken = threading.Event()

    def hang(*args: object, **options: object) -> list[object]:
        woken.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)

    started = time.monotonic()
    with pytest.raises(kling.NotSentError, match="name was not found in time"):
        client("https://kling.invalid", create_deadline=0.3).create_image2video(order())

    assert time.monotonic() - started < 0.8
    woken.set()


def test_a_connection_that_nobody_accepts_is_surely_not_sent() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = [socket.socket() for _ in range(3)]
    for line in waiting:
        line.setblocking(False)
        line.connect_ex(listener.getsockname())
    try:
        started = time.monotonic()
        with pytest.raises(kling.NotSentError, match="did not answer in time"):
            client(f"http://127.0.0.1:{listener.getsockname()[1]}", create_deadline=0.4).create_image2video(order())
        assert time.monotonic() - started < 0.9
    finally:
        for line in (*waiting, listener):
            line.close()


@pytest.mark.parametrize("deed", [silence, lambda line: line.recv(9999), drip(b"", b"x"), answering(CREATED)])
def test_a_failed_handshake_is_surely_not_sent(deed: Callable[[socket.socket], None]) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            line.settimeout(5)
            try:
                deed(line)
            except OSError:
                return

    server = threading.Thread(target=serve)
    server.start()
    try:
        started = time.monotonic()
        with pytest.raises(kling.NotSentError, match="could not be reached"):
            client(f"https://127.0.0.1:{listener.getsockname()[1]}", create_deadline=0.6).create_image2video(order())
        assert time.monotonic() - started < 1.2
    finally:
        server.join()
        listener.close()


class EarlyTimer(Deadline):
    """A deadline whose watchdog has fired already."""

    asked = 0

    def remaining(self) -> float:
        self.asked += 1
        return 0.01 if self.asked == 1 else super().remaining()


def test_a_connection_made_after_the_deadline_is_not_used() -> None:
    with loopback(answering(CREATED)) as server:
        port = int(server.base_url.rpartition(":")[2])
        with Watchdog(EarlyTimer(5)) as watchdog:
            time.sleep(0.1)
            with pytest.raises(OSError, match="did not answer in time"):
                watchdog.open_connection("127.0.0.1", port)


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (requests.ConnectTimeout(), kling.NotSentError),
        (requests.exceptions.SSLError(), kling.NotSentError),
        (requests.exceptions.InvalidHeader(), kling.NotSentError),
        (requests.ReadTimeout(), kling.UnclearError),
        (requests.ConnectionError("reset"), kling.UnclearError),
        (ConnectionResetError(), kling.UnclearError),
        (requests.exceptions.ChunkedEncodingError(), kling.UnclearError),
    ],
)
@responses.activate
def test_only_what_surely_did_not_leave_is_called_not_sent(trouble: Exception, error: type) -> None:
    responses.post(CREATE, body=trouble)

    with pytest.raises(kling.KlingError) as raised:
        client().create_image2video(order())

    assert type(raised.value) is error
    assert len(responses.calls) == 1


@pytest.mark.parametrize("key", ["api-key-kling-é☃", "api-key-kling-a\nb"])
def test_a_key_that_cannot_be_sent_is_not_sent(key: str) -> None:
    with loopback(answering(CREATED)) as server:
        with pytest.raises(kling.NotSentError, match="characters") as raised:
            kling.Client(auth=kling.ApiKeyAuth(key), base_url=server.base_url).create_image2video(order())

        assert key not in str(raised.value)
        assert server.requests == []


def test_neither_proxy_nor_netrc_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", free_address())
    monkeypatch.setenv("http_proxy", free_address())
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with loopback(answering(LISTED)) as server:
        client(server.base_url).list_tasks()

        assert b"Authorization: Bearer ey" in server.requests[0]
        assert b"Authorization: Basic" not in server.requests[0]


def test_many_threads_use_one_client() -> None:
    with loopback(answering(LISTED)) as server:
        shared = kling.Client(auth=kling.auth_for(ACCESS_KEY, SECRET_KEY), base_url=server.base_url)
        sizes: list[int] = []
        threads = [threading.Thread(target=lambda: sizes.append(shared.list_tasks().size)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        bearers = {row for request in server.requests for row in request.split(b"\r\n") if b"Authorization" in row}
        assert sizes == [1] * 8
        assert len(bearers) == 1


def send_an_order(base_url: str, size: int) -> None:
    """Send an order with a photo of so many bytes and a deadline of one second; for a process of its own."""
    with contextlib.suppress(kling.KlingError):
        client(base_url, create_deadline=1.0).create_image2video(order(image=os.urandom(size)))


def test_a_process_that_was_frozen_in_the_middle_of_an_order_never_completes_it_after_its_deadline() -> None:
    size = 8 * 1024 * 1024  # more than the sockets hold, so that it is frozen in the middle
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        sender = multiprocessing.get_context("fork").Process(target=send_an_order, args=(address, size))
        sender.start()
        assert sender.pid
        line, _ = listener.accept()
        received = len(line.recv(65536))

        os.kill(sender.pid, signal.SIGSTOP)
        time.sleep(1.2)
        os.kill(sender.pid, signal.SIGCONT)
        while chunk := line.recv(1024 * 1024):
            received += len(chunk)
        sender.join(10)
        line.close()

    assert received < size  # as base64 it would have been a third more
    assert sender.exitcode == 0


def test_the_end_of_an_order_waits_for_a_last_look_at_the_clock() -> None:
    sent: list[bytes] = []

    class Line:
        def send(self, data: bytes) -> None:
            sent.append(data)
            time.sleep(0.06)

    class Connection(Watched, Line):
        pass

    line = Connection(watchdog=Watchdog(Deadline(0.05)))

    with pytest.raises(TimeoutError):
        line.send(b"x" * 5000)

    assert [len(piece) for piece in sent] == [5000 - 1024]
