"""An address in the environment that is none is said by its variable's name, and not by a traceback of a parser."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import read_address


@pytest.mark.parametrize("address", ["kling.example", "ftp://kling.example", "https://", "http://[::1", "http://x:a"])
def test_what_is_no_address_is_named_with_its_variable(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", address)

    with pytest.raises(ImproperlyConfigured, match=r"PUBLIC_URL is .*; it must start with https:// or http://"):
        read_address("PUBLIC_URL", "")


def test_an_address_loses_its_last_slash_and_none_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", " https://videos.example.com/ ")
    assert read_address("PUBLIC_URL", "") == "https://videos.example.com"

    monkeypatch.setenv("PUBLIC_URL", "")
    assert read_address("PUBLIC_URL", "https://else.example") == "https://else.example"
