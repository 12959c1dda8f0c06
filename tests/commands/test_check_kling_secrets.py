"""`manage.py check_kling` never shows a secret, whatever a server says; `run` looks for the canaries each time."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from django.conf import settings as configured
from doctoring import (
    ACCESS_KEY,
    API_KEY,
    BEIJING,
    COSTS,
    LEGACY,
    NEW,
    PACK,
    SECRET_KEY,
    SINGAPORE,
    WEBHOOK_SECRET,
    Use,
    keys,
    run,
)
from pytest_django import Settings

__all__ = ["keys"]
CREDENTIALS = [pytest.param(ACCESS_KEY, SECRET_KEY, id="key pair"), pytest.param(API_KEY, "", id="API key")]
ANSWERS = [(200, 0), (200, 1102), (400, 1201), (401, 1002), (401, 1003), (403, 1103), (429, 1100), (429, 1102)]
ANSWERS += [(429, 1302), (500, 5000), (503, 5001), (404, 1203), (418, 7)]


def as_it_is(text: str) -> str:
    return text


def escaped(text: str) -> str:
    """Write every letter by its number, as JSON allows: so it passes whoever looks at the bytes alone."""
    return "".join(f"\\u{ord(sign):04x}" for sign in text)


def echo(status: int, code: int, write: Callable[[str], str], bearers: list[str]) -> Any:
    """Return a server that throws everything secret that it can know back at us, in every place there is."""

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        bearers.append(str(request.headers["Authorization"]).removeprefix("Bearer "))
        secrets = (configured.KLING_API_KEY, configured.KLING_API_SECRET, configured.KLING_WEBHOOK_SECRET)
        text = f"I saw {bearers[-1]} and {' and '.join(secrets)}."
        pack = PACK | {"resource_pack_name": "TEXT", "status": "TEXT", "resource_pack_id": "TEXT"}
        packs = {
            "code": 0,
            "msg": "TEXT",
            "resource_pack_subscribe_infos": [pack, PACK | {"resource_pack_name": "TEXT"}],
        }
        found = packs if request.path_url.startswith(COSTS) else []
        body = json.dumps({"code": code, "message": "TEXT", "request_id": "TEXT", "data": found})
        return status, {"Location": f"https://elsewhere.test/{API_KEY}"}, body.replace("TEXT", write(text))

    return answer


@pytest.mark.parametrize("write", [as_it_is, escaped])
@pytest.mark.parametrize(("status", "code"), ANSWERS)
@pytest.mark.parametrize(("key", "secret"), CREDENTIALS)
@responses.activate
def test_no_answer_brings_a_secret_into_the_report(
    keys: Use, key: str, secret: str, status: int, code: int, write: Callable[[str], str]
) -> None:
    keys(key, secret)
    bearers: list[str] = []
    for host in (SINGAPORE, BEIJING):
        for path in (COSTS, LEGACY, NEW):
            responses.add_callback(responses.GET, f"{host}{path}", echo(status, code, write, bearers))

    shown = [run(*arguments)[1] for arguments in ([], ["--json"], ["--other-region"], ["--json", "--other-region"])]

    assert all("***" in out for out in shown)
    assert not any(bearer in out for bearer in bearers for out in shown)


@pytest.mark.parametrize(("key", "secret"), CREDENTIALS)
@pytest.mark.parametrize("path", [LEGACY, NEW])
@responses.activate
def test_nor_does_one_api_that_refuses_while_the_rest_is_well(keys: Use, key: str, secret: str, path: str) -> None:
    keys(key, secret)
    bearers: list[str] = []
    for place in (COSTS, LEGACY, NEW):
        status, code = (401, 1002) if place == path else (200, 0)
        responses.add_callback(responses.GET, f"{SINGAPORE}{place}", echo(status, code, escaped, bearers))

    shown = [run()[1], run("--json")[1]]

    assert not any(bearer in out for bearer in bearers for out in shown)


@pytest.mark.parametrize("mark", ['"', " ", "\n", "“"])
@pytest.mark.parametrize(("key", "secret"), CREDENTIALS)
def test_malformed_keys_are_not_shown_either(keys: Use, key: str, secret: str, mark: str) -> None:
    keys(f"{mark}{key}{mark}", f"{mark}{secret}{mark}")

    run()
    run("--json")


@responses.activate
def test_an_address_with_a_password_in_it_is_shown_without(keys: Use) -> None:
    keys(base_url=f"https://user:{SECRET_KEY}@kling.example.com")
    responses.get(f"https://kling.example.com{COSTS}", body=requests.ConnectionError(f"cut {SECRET_KEY}"))

    status, out = run("--json")

    assert status == 1
    assert "https://kling.example.com" in out


@responses.activate
def test_a_public_address_with_a_password_in_it_is_shown_without(keys: Use, settings: Settings) -> None:
    keys("", "")
    settings.KLING_CALLBACKS = True
    settings.PUBLIC_URL = f"https://user:{WEBHOOK_SECRET}-password@videos.example.com"
    settings.KLING_WEBHOOK_SECRET = ""

    status, out = run("--json")

    assert status == 1
    assert "https://videos.example.com" in out
    assert "password" not in out
