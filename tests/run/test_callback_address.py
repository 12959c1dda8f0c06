"""In practice mode a run lends its own address to callbacks that are wanted, and in no other case."""

import os

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from config import run
from kling import callbacks


@pytest.fixture(autouse=True)
def nothing_is_set(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "")
    settings.PRACTICE_MODE, settings.KLING_CALLBACKS, settings.PUBLIC_URL = True, True, ""


def test_it_is_this_run_s_own() -> None:
    run.lend_address(8123)

    assert os.environ["PUBLIC_URL"] == configured.PUBLIC_URL == "http://127.0.0.1:8123"
    assert callbacks.are_used()


@pytest.mark.parametrize(
    "changes",
    [{"PRACTICE_MODE": False}, {"KLING_CALLBACKS": False}, {"PUBLIC_URL": "https://videos.example.com"}],
    ids=" ".join,
)
def test_else_nothing_is_changed(settings: Settings, changes: dict[str, object]) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    before = settings.PUBLIC_URL

    run.lend_address(8123)

    assert (configured.PUBLIC_URL, os.environ["PUBLIC_URL"]) == (before, "")
