"""What is no delivery of Kling's is refused in one sentence, before it costs anything, and changes nothing."""

from __future__ import annotations

import io
import logging
import runpy
import uuid
from datetime import timedelta
from typing import Any

import pytest
from deliveries import SECRET, deliver, legacy, new, signed
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from pytest_django import Settings

from config.clone import BASE_DIR
from config.scrubbing import HidesTokens
from productvideo.models import KlingAccount, ProductVideo
from productvideo.webhooks import MOST_BYTES, take_callback

pytestmark = pytest.mark.django_db
OTHER_SECRET = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXQ="


@pytest.fixture
def secret(settings: Settings) -> str:
    settings.KLING_WEBHOOK_SECRET = SECRET
    return SECRET


def state() -> list[Any]:
    return [*KlingAccount.objects.values(), *ProductVideo.objects.values()]


class UntouchedBody(io.RawIOBase):
    """A body that must not be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("The body was read.")


class BodyWithoutEnd(io.RawIOBase):
    """Gives spaces for ever, and counts them."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        self.taken += size
        return b" " * size


def token_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def ask(token: str, body: Any, **environment: Any) -> Any:
    """Ask the view itself, with a body that is a stream."""
    request = RequestFactory().generic("POST", f"/webhooks/kling/{token}/")
    environ = request.environ | {"wsgi.input": body} | environment
    if environ.get("CONTENT_LENGTH") is None:
        environ.pop("CONTENT_LENGTH", None)
    return take_callback(WSGIHandler.request_class(environ), token)


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_other_methods_are_refused(address: str, method: str) -> None:
    before = state()

    answer = getattr(Client(), method)(address)

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert state() == before


def test_a_forged_token_is_not_there_before_body_and_database_are_touched(
    address: str, django_assert_num_queries: Any
) -> None:
    good = token_of(address)
    for token in ("x", str(uuid.uuid4()), "A" * 43, good[:-1], good[:-2] + "xx", good.swapcase()):
        with django_assert_num_queries(0):
            answer = ask(token, UntouchedBody(), CONTENT_LENGTH="100")

        assert answer.status_code == 404


def test_a_forged_token_for_a_video_that_is_there_looks_like_any_other(video: ProductVideo, address: str) -> None:
    forged = address[:-3] + ("AA/" if address[-3:] != "AA/" else "BB/")

    answers = [deliver(forged, legacy(video)), deliver("/webhooks/kling/nonsense/", b"{}")]

    assert {(a.status_code, a.content) for a in answers} == {(404, answers[0].content)}


def test_a_body_of_64_kb_is_read_and_a_larger_one_is_not(video: ProductVideo, address: str) -> None:
    body = legacy(video)
    before = state()

    larger = deliver(address, body + b" " * (MOST_BYTES + 1 - len(body)))
    assert state() == before
    exactly = deliver(address, body + b" " * (MOST_BYTES - len(body)))

    assert (larger.status_code, exactly.status_code) == (413, 200)


@pytest.mark.parametrize("length", [str(10**12), None])
def test_of_a_huge_body_hardly_more_than_64_kb_are_read(address: str, length: str | None) -> None:
    body = BodyWithoutEnd()

    answer = ask(token_of(address), body, CONTENT_LENGTH=length, **{"wsgi.input_terminated": True})

    assert answer.status_code == 413
    assert body.taken == MOST_BYTES + 1


def test_a_body_in_chunks_whose_length_nobody_says_is_read(video: ProductVideo, address: str) -> None:
    body = io.BytesIO(new(video))

    answer = ask(token_of(address), body, CONTENT_LENGTH=None, **{"wsgi.input_terminated": True})

    assert answer.status_code == 200
    assert KlingAccount.objects.get().called_back_at is not None


def test_a_body_that_breaks_off_is_refused(address: str) -> None:
    class Broken(io.RawIOBase):
        def read(self, *_: Any) -> bytes:
            raise OSError("cut")

    assert ask(token_of(address), Broken(), CONTENT_LENGTH="100").status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b"{", b"\xff\xfe", b"[" * 60000, b'{"id":{}}', b"task_id=7&task_status=succeed"],
)
def test_what_is_no_callback_is_refused_and_changes_nothing(address: str, body: bytes) -> None:
    before = state()

    answer = deliver(address, body)

    assert answer.status_code == 400
    assert list(answer.json()) == ["detail"]
    assert state() == before


def test_the_signature_is_looked_at_first(address: str, secret: str) -> None:
    assert deliver(address, b"{").status_code == 401


@pytest.mark.parametrize("age", [-290, 0, 290])
def test_with_a_secret_what_is_signed_by_it_is_taken(
    video: ProductVideo, address: str, secret: str, age: float
) -> None:
    body = new(video)

    assert deliver(address, body, signed(body, age=age)).status_code == 200
    assert KlingAccount.objects.get().called_back_at is not None


@pytest.mark.parametrize("trouble", ["missing", "forged", "stale", "early", "other body", "other id", "half"])
def test_with_a_secret_nothing_else_is_taken(video: ProductVideo, address: str, secret: str, trouble: str) -> None:
    body, before = new(video), state()
    headers = {
        "missing": {},
        "forged": signed(body, secret=OTHER_SECRET),
        "stale": signed(body, age=310),
        "early": signed(body, age=-310),
        "other body": signed(body + b" "),
        "other id": signed(body) | {"webhook-id": "msg-2"},
        "half": {"webhook-signature": signed(body)["webhook-signature"]},
    }[trouble]

    answer = deliver(address, body, headers)

    assert answer.status_code == 401
    assert len(answer.json()["detail"]) < 100
    assert state() == before


def test_a_malformed_secret_lets_nobody_in(video: ProductVideo, address: str, settings: Settings) -> None:
    settings.KLING_WEBHOOK_SECRET = "whsec_not base64"
    body = new(video)

    answer = deliver(address, body, signed(body))

    assert answer.status_code == 401
    assert "base64" not in answer.content.decode()


def test_no_session_begins_and_nothing_is_kept_on_the_way(video: ProductVideo, address: str) -> None:
    for answer in (deliver(address, legacy(video)), deliver(address, b""), deliver("/webhooks/kling/x/", b"")):
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]
        assert "Cookie" not in answer.get("Vary", "")


def test_the_logs_have_one_line_for_each_and_neither_token_nor_body(
    video: ProductVideo, address: str, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    body = new(video, message="a-word-of-the-body")
    forged = "A" * 43

    deliver(address, body, signed(body))
    deliver(address, body)
    deliver(address, body + b" " * MOST_BYTES)
    deliver(f"/webhooks/kling/{forged}/", body)
    Client().get(address)

    assert len(caplog.messages) == 5
    for unsaid in (token_of(address), forged, "a-word-of-the-body", SECRET, "webhook-signature"):
        assert unsaid not in caplog.text


def test_the_logs_do_not_tell_whether_a_video_is_there(
    video: ProductVideo, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    deliver(address, legacy(video))
    deliver(address, legacy(video))
    video.events.all().delete()
    ProductVideo.objects.all().delete()
    deliver(address, legacy(video))

    assert len(caplog.messages) == 3
    assert len(set(caplog.messages)) == 1


def test_a_failure_of_ours_does_not_write_the_token_down_either(
    video: ProductVideo, address: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bool:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(KlingAccount, "note_callback", broken)
    client = Client(raise_request_exception=False)

    answer = client.post(address, legacy(video), content_type="application/json")

    assert answer.status_code == 500
    assert "Internal Server Error: /webhooks/kling/***/" in caplog.text
    assert token_of(address) not in caplog.text


@pytest.mark.parametrize("server", ["django.server", "django.request"])
def test_no_server_of_django_s_writes_tokens(server: str) -> None:
    assert any(isinstance(each, HidesTokens) for each in logging.getLogger(server).filters)


def test_a_line_of_an_access_log_keeps_everything_but_the_token() -> None:
    line = logging.LogRecord("x", logging.INFO, "", 1, '"%s" %s', ("POST /webhooks/kling/abc-_1/ HTTP/1.1", 200), None)
    other = logging.LogRecord("x", logging.INFO, "", 1, '"%s" %s', ("GET /admin/ HTTP/1.1", 200), None)

    assert HidesTokens().filter(line) and HidesTokens().filter(other)
    assert line.getMessage() == '"POST /webhooks/kling/***/ HTTP/1.1" 200'
    assert other.getMessage() == '"GET /admin/ HTTP/1.1" 200'


def test_a_callback_that_is_switched_off_meanwhile_is_still_taken(
    video: ProductVideo, address: str, settings: Settings
) -> None:
    settings.KLING_CALLBACKS = False

    assert deliver(address, legacy(video)).status_code == 200
    called_at = KlingAccount.objects.get().called_back_at
    assert called_at is not None and KlingAccount.objects.get().list_due_at - called_at < timedelta(seconds=1)


def test_gunicorn_s_access_log_keeps_no_token_either() -> None:
    names = ("gunicorn.access", "gunicorn.error")

    runpy.run_path(str(BASE_DIR / "gunicorn.conf.py"))["hide_tokens"]()

    for name in names:
        filters = [each for each in logging.getLogger(name).filters if isinstance(each, HidesTokens)]
        assert filters
        for each in filters:
            logging.getLogger(name).removeFilter(each)
