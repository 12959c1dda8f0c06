"""`manage.py check_kling`: whether the address that Kling would call back is reachable and is this program's."""

import re
import socket

import pytest
import requests
import responses
from doctoring import API_KEY, SINGAPORE, Use, all_well, check, keys, warned, wrong
from loopback import Loopback, answering, loopback, speaking_first
from pytest_django import Settings

__all__ = ["keys"]
OURS = "X-Stillreel: webhooks\r\n"
PUBLIC = "https://videos.example.com"
OFF = "or set KLING_CALLBACKS=false"


@pytest.fixture
def callbacks(keys: Use, settings: Settings) -> Settings:
    """Callbacks are on, and there are no keys, so that nobody but the receiver is asked anything."""
    keys("", "")
    settings.KLING_CALLBACKS = True
    settings.PUBLIC_URL = PUBLIC
    return settings


def head(status: int, extra: str = "") -> bytes:
    return f"HTTP/1.1 {status} Word\r\n{extra}Content-Length: 0\r\n\r\n".encode()


def asked_of(server: Loopback) -> str:
    [request] = server.requests
    return request.split(b"\r\n")[0].decode()


def test_callbacks_that_are_off_are_right(keys: Use) -> None:
    _, report = check()

    assert report["callbacks"].ok
    assert report["callbacks"].message == "Callbacks are off; videos are polled."
    assert report["callbacks"].facts == {"enabled": False}


def test_without_a_public_address_nothing_can_come_back(callbacks: Settings) -> None:
    callbacks.PUBLIC_URL = ""

    _, report = check()

    assert not report["callbacks"].ok
    assert "PUBLIC_URL is not set" in report["callbacks"].message
    assert report["callbacks"].hint.startswith("Set PUBLIC_URL, or set KLING_CALLBACKS=false")


@pytest.mark.parametrize("status", [404, 405])
def test_the_receiver_is_known_by_its_mark(callbacks: Settings, status: int) -> None:
    with loopback(answering(head(status, OURS))) as server:
        callbacks.PUBLIC_URL = server.base_url
        _, report = check()

    assert report["callbacks"].ok
    assert not report["callbacks"].warning
    assert f"{server.base_url}/webhooks/kling/ is reachable." in report["callbacks"].message
    assert "no proof that Kling reaches it" in report["callbacks"].message
    assert report["callbacks"].facts == {
        "enabled": True,
        "public_url": server.base_url,
        "signatures_checked": True,
        "http_status": status,
        "reachable": True,
    }
    assert asked_of(server).startswith("GET /webhooks/kling/")
    assert asked_of(server).endswith("/ HTTP/1.1")


def test_each_knock_has_a_token_of_its_own_that_no_video_has(callbacks: Settings) -> None:
    with loopback(answering(head(404, OURS))) as server:
        callbacks.PUBLIC_URL = server.base_url
        check()
        check()

    first, second = (request.split(b"/")[3] for request in server.requests)
    assert first != second
    assert len(first) >= 32


def test_no_key_goes_to_the_receiver(callbacks: Settings) -> None:
    with loopback(answering(head(404, OURS))) as server:
        callbacks.KLING_API_KEY = f"'{API_KEY}'"  # nothing is asked of Kling with such a one
        callbacks.PRACTICE_MODE = False
        callbacks.PUBLIC_URL = server.base_url
        check()

    [request] = server.requests
    assert API_KEY.encode() not in request
    assert b"authorization" not in request.lower()


def test_without_a_secret_the_signature_is_spoken_of(callbacks: Settings) -> None:
    callbacks.KLING_WEBHOOK_SECRET = ""
    with loopback(answering(head(405, OURS))) as server:
        callbacks.PUBLIC_URL = server.base_url
        _, report = check()

    assert report["callbacks"].ok
    assert "set KLING_WEBHOOK_SECRET" in report["callbacks"].hint
    assert report["callbacks"].facts["signatures_checked"] is False


@pytest.mark.parametrize(
    ("status", "extra", "words", "deed"),
    [
        (200, "", "but not as this program does", "proxy pass /webhooks/kling/"),
        (404, "", "but not as this program does", "proxy pass /webhooks/kling/"),
        (405, "X-Stillreel: something else\r\n", "but not as this program does", "proxy pass"),
        (301, "Location: https://www.example.com/x\r\n", "redirect to https://www.example.com;", "Set PUBLIC_URL"),
        (302, OURS + "Location: /sign-in/\r\n", "", ""),
        (304, "", "redirect to nowhere", "Set PUBLIC_URL"),
        (401, "", "wants a sign-in", "the address itself is the secret"),
        (403, "", "wants a sign-in", "the address itself is the secret"),
        (400, "", "does not take this host's name", "same PUBLIC_URL"),
        (502, "", "is in trouble", "read its log"),
        (500, OURS, "is in trouble", "read its log"),
    ],
)
def test_whoever_else_answers_is_told_with_what_to_do(
    callbacks: Settings, status: int, extra: str, words: str, deed: str
) -> None:
    with loopback(answering(head(status, extra))) as server:
        callbacks.PUBLIC_URL = server.base_url
        _, report = check()

    line = report["callbacks"]
    assert line.facts["http_status"] == status
    assert line.facts["reachable"] is line.ok is (not words)
    assert words in line.message
    assert deed in line.hint
    assert line.ok or OFF in line.hint
    assert len(server.requests) == 1


def test_a_closed_port_is_told_with_the_way_to_try_from_outside(callbacks: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        callbacks.PUBLIC_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"

    _, report = check()

    assert not report["callbacks"].ok
    assert "refused the connection" in report["callbacks"].message
    assert f"curl -i {callbacks.PUBLIC_URL}/webhooks/kling/x/" in report["callbacks"].hint
    assert report["callbacks"].facts["reachable"] is False


def test_a_name_without_a_host_is_a_matter_of_dns(callbacks: Settings) -> None:
    callbacks.PUBLIC_URL = "https://nobody.invalid"

    _, report = check()

    assert "could not be reached" in report["callbacks"].message
    assert "DNS entry of nobody.invalid" in report["callbacks"].hint


def test_a_server_without_tls_is_a_matter_of_its_certificate(callbacks: Settings) -> None:
    with speaking_first(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        callbacks.PUBLIC_URL = server.base_url.replace("http:", "https:")
        _, report = check()

    assert "the secure connection failed" in report["callbacks"].message
    assert "Mend the certificate of 127.0.0.1" in report["callbacks"].hint


def test_a_web_server_that_is_silent_is_a_matter_of_its_own(callbacks: Settings) -> None:
    with loopback(lambda line: None) as server:
        callbacks.PUBLIC_URL = server.base_url
        _, report = check()

    assert "the line broke" in report["callbacks"].message
    assert "See that the web server runs" in report["callbacks"].hint


@pytest.mark.parametrize(("kling_at", "is_warned"), [(SINGAPORE, True), ("http://127.0.0.1:9000", False)])
@responses.activate
def test_a_private_address_is_one_that_only_a_stand_in_can_call(
    keys: Use, settings: Settings, kling_at: str, is_warned: bool
) -> None:
    keys(base_url=kling_at)
    all_well(host=kling_at)
    settings.KLING_CALLBACKS = True
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    knocked = re.compile(r"http://127\.0\.0\.1:8000/webhooks/kling/[\w-]+/$")
    responses.get(knocked, status=405, headers={"X-Stillreel": "webhooks"})

    status, report = check()

    assert status == 0
    assert warned(report) == (["callbacks"] if is_warned else [])
    assert ("which Kling cannot call" in report["callbacks"].message) == is_warned


@responses.activate
def test_a_callback_address_that_is_dead_is_wrong_though_all_else_is_well(keys: Use, settings: Settings) -> None:
    all_well()
    settings.KLING_CALLBACKS = True
    settings.PUBLIC_URL = PUBLIC
    responses.get(re.compile(re.escape(PUBLIC)), body=requests.ConnectTimeout())

    status, report = check()

    assert status == 1
    assert wrong(report) == ["callbacks"]
    assert "did not answer in time" in report["callbacks"].message
