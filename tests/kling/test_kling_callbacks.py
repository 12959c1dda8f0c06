"""Callbacks are asked for where Kling can reach us, and where it cannot, somebody is told."""

from typing import Any

import pytest
from django.core import checks
from kling_answers import ACCESS_KEY, SECRET_KEY
from pytest_django import Settings

from kling import callbacks

WEBHOOK_SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
PUBLIC = [
    "https://videos.example.com",
    "https://videos.example.com:8443/films",
    "https://8.8.8.8",
    "https://[2606::1]",
]
PRIVATE = [
    "http://videos.example.com",
    "https://localhost",
    "https://stillreel",
    "https://stillreel.local",
    "https://STILLREEL.LOCAL.",
    "https://stillreel.localhost",
    "https://videos.internal",
    "https://127.0.0.1",
    "https://127.1",
    "https://10.1.2.3:8000",
    "https://192.168.0.7",
    "https://172.16.0.1",
    "https://169.254.1.1",
    "https://100.64.0.1",
    "https://0.0.0.0",
    "https://[::1]",
    "https://[fd00::1]",
    "https://[::ffff:10.0.0.1]",
]


@pytest.fixture(autouse=True)
def real_kling(settings: Settings) -> None:
    settings.PRACTICE_MODE = False
    settings.KLING_API_KEY, settings.KLING_API_SECRET = ACCESS_KEY, SECRET_KEY
    settings.KLING_API_BASE_URL = "https://api-singapore.klingai.com"
    settings.KLING_CALLBACKS = True


def found(identity: str) -> list[Any]:
    return [message for message in checks.run_checks() if message.id == identity]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_https_address_is_used(settings: Settings, address: str) -> None:
    settings.PUBLIC_URL = address

    assert callbacks.are_used()
    assert found("kling.W003") == []


@pytest.mark.parametrize("address", ["", *PRIVATE])
def test_an_address_that_kling_cannot_reach_is_not_used_and_warned_of(settings: Settings, address: str) -> None:
    settings.PUBLIC_URL = address

    [warning] = found("kling.W003")
    assert not callbacks.are_used()
    assert "PUBLIC_URL" in warning.msg and "PUBLIC_URL" in warning.hint
    assert not warning.is_serious()


@pytest.mark.parametrize("address", ["", *PUBLIC, *PRIVATE])
def test_nobody_who_wants_none_is_warned(settings: Settings, address: str) -> None:
    settings.KLING_CALLBACKS, settings.PUBLIC_URL = False, address

    assert not callbacks.are_used()
    assert found("kling.W003") == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "https://videos.example.com", "http://web:8000"])
def test_in_practice_mode_the_caller_sits_beside_us(settings: Settings, address: str) -> None:
    settings.PRACTICE_MODE, settings.PUBLIC_URL = True, address

    assert callbacks.are_used()
    assert found("kling.W003") == []


@pytest.mark.parametrize("kling", ["http://127.0.0.1:9000", "http://kling-stand-in:9000", "https://10.0.0.7"])
def test_a_stand_in_in_our_network_reaches_a_private_address(settings: Settings, kling: str) -> None:
    settings.KLING_API_BASE_URL, settings.PUBLIC_URL = kling, "http://127.0.0.1:8000"

    assert callbacks.are_used()
    assert found("kling.W003") == []


@pytest.mark.parametrize("kling", ["", "nonsense", "http://[nonsense"])
def test_a_kling_without_an_address_is_no_neighbour(settings: Settings, kling: str) -> None:
    settings.KLING_API_BASE_URL, settings.PUBLIC_URL = kling, "http://127.0.0.1:8000"

    assert not callbacks.are_used()


def test_without_an_address_it_is_warned_of_in_practice_mode_too(settings: Settings) -> None:
    settings.PRACTICE_MODE, settings.PUBLIC_URL = True, ""

    [warning] = found("kling.W003")
    assert "PUBLIC_URL is empty" in warning.msg
    assert not callbacks.are_used()


@pytest.mark.parametrize("secret", ["whsec_", "whsec_not base64", '"whsec_dGVzdA=="', "нет"])
def test_a_malformed_webhook_secret_is_an_error_that_does_not_show_it(settings: Settings, secret: str) -> None:
    settings.KLING_WEBHOOK_SECRET, settings.KLING_CALLBACKS = secret, False

    [error] = found("kling.E005")
    assert error.is_serious() and error.hint
    assert "KLING_WEBHOOK_SECRET" in error.msg
    assert secret.removeprefix("whsec_") == "" or secret not in error.msg + error.hint


@pytest.mark.parametrize("secret", ["", WEBHOOK_SECRET])
def test_a_good_webhook_secret_and_none_are_right(settings: Settings, secret: str) -> None:
    settings.KLING_WEBHOOK_SECRET = secret

    assert found("kling.E005") == []
