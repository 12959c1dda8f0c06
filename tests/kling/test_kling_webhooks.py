"""What Kling delivers: only what its secret signed, and signed just now, is Kling's; and both bodies read the same."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

import kling

# kling-api §6.1
SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
SENT_AT = 1781080794
BODY = b'{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,"update_time":1781080794151}'
SIGNATURE = "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4="
HEADERS = {"webhook-id": "9876543210", "webhook-timestamp": str(SENT_AT), "webhook-signature": SIGNATURE}
OTHER_SECRET = "whsec_" + base64.b64encode(b"another secret of thirty-two byt").decode()


def verify(
    headers: dict[str, str] | None = None, body: bytes = BODY, secrets: Any = SECRET, late: float = 0.0
) -> None:
    kling.verify_callback(secrets, HEADERS if headers is None else headers, body, clock=lambda: SENT_AT + late)


def sign(secret: str, body: bytes, *, delivery: str = "9876543210", timestamp: str = str(SENT_AT)) -> str:
    """Sign by hand, without the package."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{delivery}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def test_the_published_example_is_verified() -> None:
    verify()


def test_the_names_of_headers_may_have_capitals() -> None:
    verify({name.title(): value for name, value in HEADERS.items()})
    verify({name.upper(): f" {value} " for name, value in HEADERS.items()})


@pytest.mark.parametrize("late", [-300, -1, 0, 299, 300])
def test_five_minutes_too_early_or_late_are_fine(late: float) -> None:
    verify(late=late)


@pytest.mark.parametrize("late", [-301, 300.5, 301, 3600, 10**9])
def test_more_than_five_minutes_are_refused(late: float) -> None:
    with pytest.raises(kling.CallbackSignatureError, match="five minutes"):
        verify(late=late)


def test_by_itself_it_looks_at_the_clock_of_today() -> None:
    with pytest.raises(kling.CallbackSignatureError, match="five minutes"):
        kling.verify_callback(SECRET, HEADERS, BODY)


@pytest.mark.parametrize(
    "signatures",
    [
        f"{sign(OTHER_SECRET, BODY)} {SIGNATURE}",
        f"{SIGNATURE} {sign(OTHER_SECRET, BODY)}",
        f"v1a,c29tZXRoaW5n nonsense v2,xx ,, {SIGNATURE}",
    ],
)
def test_one_of_several_signatures_is_enough(signatures: str) -> None:
    verify(HEADERS | {"webhook-signature": signatures})


def test_one_of_several_secrets_is_enough() -> None:
    verify(secrets=[OTHER_SECRET, SECRET])
    with pytest.raises(kling.CallbackSignatureError):
        verify(secrets=[OTHER_SECRET])


@pytest.mark.parametrize("body", [b"", BODY + b" ", BODY.replace(b"succeeded", b"failed"), b"\xff" + BODY])
def test_another_body_is_refused(body: bytes) -> None:
    with pytest.raises(kling.CallbackSignatureError):
        verify(body=body)


def test_the_body_is_taken_byte_for_byte() -> None:
    body = '{ "id" : "1",\r\n"status":"ключ 🎬" }\n'.encode()

    verify(HEADERS | {"webhook-signature": sign(SECRET, body)}, body)


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-id": ""},
        {"webhook-id": "9876543211"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": str(SENT_AT + 1)},
        {"webhook-timestamp": f"{SENT_AT}.0"},
        {"webhook-timestamp": f"+{SENT_AT}"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-timestamp": "²"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1"},
        {"webhook-signature": SIGNATURE.removeprefix("v1,")},
        {"webhook-signature": SIGNATURE.replace("v1,", "v2,")},
        {"webhook-signature": SIGNATURE.lower()},
        {"webhook-signature": "v1,ключ \udc80"},
        {"webhook-id": "\udc80"},
        {"webhook-signature": f"{'v1,AAAA ' * 5000}{SIGNATURE}"},
    ],
)
def test_a_header_that_is_missing_or_another_one_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(kling.CallbackSignatureError):
        verify(HEADERS | changes)


def test_without_any_headers_it_is_refused() -> None:
    with pytest.raises(kling.CallbackSignatureError, match="not signed"):
        verify({})


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_!!!!", f" {SECRET}", f"{SECRET}\n", f'"{SECRET}"', "whsec_ключ", "whsec_a b"]
)
def test_a_malformed_secret_is_a_clear_error_that_does_not_show_it(secret: str) -> None:
    with pytest.raises(kling.WebhookSecretError, match="Kling's console") as raised:
        verify(secrets=secret)

    assert not secret.strip() or secret.strip() == "whsec_" or secret not in str(raised.value)


def test_a_secret_may_come_without_its_prefix_and_its_padding() -> None:
    verify(secrets=SECRET.removeprefix("whsec_"))
    verify(secrets=SECRET.rstrip("="))


LEGACY = {
    "task_id": "7",
    "task_status": "succeed",
    "task_info": {"external_task_id": "ours"},
    "task_result": {"images": [], "videos": [{"id": "1", "url": "https://files.test/a.mp4", "duration": "5.1"}]},
    "task_status_msg": "",
    "created_at": 1765519848595,
    "updated_at": 1765520080995,
}
NEW = {"id": "7", "status": "succeeded", "message": "", "external_id": "ours", "outputs": [], "billing": []}


def read(found: Any) -> kling.Callback | None:
    return kling.read_callback(json.dumps(found).encode())


def test_the_bodies_of_both_apis_are_read() -> None:
    assert read(LEGACY) == kling.Callback(task_id="7", external_task_id="ours", status="succeed")
    assert read(NEW) == kling.Callback(task_id="7", external_task_id="ours", status="succeeded")
    assert kling.read_callback(BODY) == kling.Callback(task_id="1234567890", external_task_id="", status="succeeded")


def test_what_is_missing_or_added_stops_nobody() -> None:
    legacy, new = LEGACY | {"task_info": {}, "more": [1]}, NEW | {"external_id": None, "more": {}}

    assert read(legacy) == kling.Callback(task_id="7", external_task_id="", status="succeed")
    assert read(new) == kling.Callback(task_id="7", external_task_id="", status="succeeded")
    assert read(LEGACY | {"task_id": 7, "task_info": "none"}) == read(legacy)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"id"',
        b"{}",
        b"{",
        b"\xff\xfe\x00",
        b'{"id":"7"}',
        b'{"status":"succeeded"}',
        b'{"id":"","status":"succeeded"}',
        b'{"id":["7"],"status":"succeeded"}',
        b'{"id":true,"status":"succeeded"}',
        b'{"id":"7","status":{"a":1}}',
        b'{"task_id":"7","status":"succeeded"}',
        b'{"task_id":null,"task_status":"succeed"}',
        b'{"id":"' + b"7" * 1000 + b'","status":"succeeded"}',
        b'{"id":' + b"7" * 6000 + b',"status":"succeeded"}',
        b"[" * 60000,
        b'{"id":"7","status":' + b'{"a":' * 10000 + b"1" + b"}" * 10001,
        b'code=0&data={"id":"7"}',
    ],
)
def test_what_is_none_of_them_is_nothing(body: bytes) -> None:
    assert kling.read_callback(body) is None


def test_nobody_changes_what_was_read() -> None:
    callback = read(NEW)

    with pytest.raises(AttributeError):
        callback.task_id = "8"  # type: ignore[misc, union-attr]
