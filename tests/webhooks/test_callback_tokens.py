"""The address for each video: only we can make it, it is kept nowhere, and a new key does not end the old ones."""

from __future__ import annotations

import base64
import re
import uuid

import pytest
from django.urls import reverse
from factories import make_video
from pytest_django import Settings

from productvideo import callbacks
from productvideo.models import ProductVideo


def token_of(video: ProductVideo) -> str:
    return callbacks.callback_url_for(video).rstrip("/").rpartition("/")[2]


@pytest.fixture
def some_video() -> ProductVideo:
    return ProductVideo(pk=uuid.uuid4())


def test_a_token_leads_back_to_its_video_without_the_database(some_video: ProductVideo) -> None:
    token = token_of(some_video)

    assert callbacks.video_id_of(token) == some_video.pk
    assert re.fullmatch(r"[\w-]{43}", token)


def test_an_address_is_the_public_one_with_its_last_slash(some_video: ProductVideo, settings: Settings) -> None:
    settings.PRACTICE_MODE, settings.PUBLIC_URL = False, "https://videos.example.com"

    url = callbacks.callback_url_for(some_video)

    assert url == "https://videos.example.com" + reverse("kling-callback", args=[token_of(some_video)])
    assert url.endswith("/")


@pytest.mark.parametrize(
    "changes", [{"KLING_CALLBACKS": False}, {"PUBLIC_URL": ""}, {"PRACTICE_MODE": False, "PUBLIC_URL": "http://a.de"}]
)
def test_where_callbacks_are_not_used_no_address_is_given(
    some_video: ProductVideo, settings: Settings, changes: dict[str, object]
) -> None:
    settings.KLING_API_BASE_URL = "https://api-singapore.klingai.com"
    for name, value in changes.items():
        setattr(settings, name, value)

    assert callbacks.callback_url_for(some_video) == ""


def test_each_bit_of_a_token_counts(some_video: ProductVideo) -> None:
    token = token_of(some_video)
    whole = base64.urlsafe_b64decode(token + "=")

    for bit in range(len(whole) * 8):
        other = bytearray(whole)
        other[bit // 8] ^= 1 << bit % 8
        forged = base64.urlsafe_b64encode(bytes(other)).rstrip(b"=").decode()
        assert callbacks.video_id_of(forged) is None


def test_a_token_has_one_spelling(some_video: ProductVideo) -> None:
    """Of the last character four bits count, so fifteen others would be read as the same bytes."""
    token = token_of(some_video)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    assert [last for last in letters if callbacks.video_id_of(token[:-1] + last)] == [token[-1]]


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 43, "=" * 43, "é" * 43, "\x00" * 43, "A" * 10000, str(uuid.UUID(int=7))]
)
def test_what_is_no_token_leads_nowhere(token: str) -> None:
    assert callbacks.video_id_of(token) is None


def test_the_token_of_another_installation_leads_nowhere(some_video: ProductVideo, settings: Settings) -> None:
    token = token_of(some_video)

    settings.SECRET_KEY = "another-key-of-another-installation"

    assert callbacks.video_id_of(token) is None


def test_after_a_change_of_the_key_old_tokens_still_lead_to_their_videos(
    some_video: ProductVideo, settings: Settings
) -> None:
    token, old = token_of(some_video), settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-new-key", ["some-key-between", old]

    assert callbacks.video_id_of(token) == some_video.pk
    assert token_of(some_video) != token


@pytest.mark.django_db
def test_two_videos_have_two_tokens() -> None:
    assert token_of(make_video()) != token_of(make_video())
