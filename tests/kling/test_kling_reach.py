"""Knocking at an address: what is sent, how long it takes at most, and what is said of that which was in the way."""

import socket
import ssl
import time

import pytest
import requests
import responses
import urllib3
from loopback import answering, loopback, speaking_first

from kling.wire.reach import Barrier, Blocked, Reply, knock

MARK = "X-Mark"


def test_a_knock_is_a_bare_get() -> None:
    with loopback(answering(b"HTTP/1.1 405 No\r\nX-Mark: me\r\nContent-Length: 0\r\n\r\n")) as server:
        found = knock(f"{server.base_url.replace('//', '//user:password@')}/a/b", mark=MARK, seconds=5)

    [request] = server.requests
    assert found == Reply(http_status=405, mark="me", location="")
    assert request.startswith(b"GET /a/b/ HTTP/1.1\r\n")
    assert b"authorization" not in request.lower()
    assert b"password" not in request


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("https://user:pw@login.test:99/?next=secret", "https://login.test"),
        ("/sign-in/", "elsewhere"),
        ("http://[half", "elsewhere"),
        ("", ""),
    ],
)
def test_a_redirect_is_not_followed_and_told_without_what_may_be_secret_in_it(location: str, told: str) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    with loopback(answering(head.encode())) as server:
        found = knock(server.base_url, mark=MARK, seconds=5)

    assert found == Reply(http_status=302, mark="", location=told)
    assert len(server.requests) == 1


def test_a_server_that_drips_is_left_at_the_deadline() -> None:
    def drip(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 405 No\r\nX-Mark: ")
        for _ in range(100):
            line.sendall(b"m")
            time.sleep(0.1)

    begun = time.monotonic()
    with loopback(drip) as server:
        found = knock(server.base_url, mark=MARK, seconds=0.5)

    assert found == Blocked(barrier=Barrier.SILENCE, reason="it did not answer in time")
    assert time.monotonic() - begun < 3


def test_a_body_is_not_waited_for() -> None:
    def promise(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 405 No\r\nX-Mark: me\r\nContent-Length: 1000000\r\n\r\n")
        line.recv(1)

    with loopback(promise) as server:
        found = knock(server.base_url, mark=MARK, seconds=5)

    assert found == Reply(http_status=405, mark="me", location="")


def test_a_cut_line_is_told_from_a_late_answer() -> None:
    with loopback(lambda line: None) as server:
        found = knock(server.base_url, mark=MARK, seconds=5)

    assert found == Blocked(barrier=Barrier.SILENCE, reason="the line broke before it answered")


def test_a_closed_port_and_a_name_without_a_host_are_no_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = f"http://127.0.0.1:{listener.getsockname()[1]}"

    assert knock(closed, mark=MARK, seconds=5) == Blocked(barrier=Barrier.LINE, reason="it refused the connection")
    nobody = knock("https://nobody.invalid", mark=MARK, seconds=5)
    assert isinstance(nobody, Blocked)
    assert nobody.barrier is Barrier.LINE


def test_a_server_without_tls_is_a_failed_handshake() -> None:
    with speaking_first(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        found = knock(server.base_url.replace("http:", "https:"), mark=MARK, seconds=5)

    assert found == Blocked(barrier=Barrier.TLS, reason="the secure connection failed")


@responses.activate
def test_what_is_wrong_with_a_certificate_is_told() -> None:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_message = "certificate has expired"
    wrapped = urllib3.exceptions.MaxRetryError(None, "/", urllib3.exceptions.SSLError(cause))  # type: ignore[arg-type]
    responses.get("https://own.test/", body=requests.exceptions.SSLError(wrapped))

    found = knock("https://own.test", mark=MARK, seconds=5)

    assert found == Blocked(barrier=Barrier.TLS, reason="the secure connection failed: certificate has expired")
