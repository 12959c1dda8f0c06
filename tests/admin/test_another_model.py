"""A take that cannot be made again as it was: its card says why, and leads to where another model makes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_account, make_complete_video, make_person, make_scene, make_staff, make_video

from productvideo.models import ProductVideo, Scene
from productvideo.querysets import now
from productvideo.roles import Role
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
API_KEY = "api-key-kling-" + "k" * 43
ENDED = "Kling ended kling-v2-master on 15 Sep 2026, so another take needs another model."
NO_API_KEY = (
    "The keys that are set do not reach Kling 3.0 Turbo; another take needs an API key of Kling's or another model."
)
LINK = re.compile(r'href="([^"]*#spending)"[^>]*>Make it with ([^<]*) …</a>')


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff())
    return client


@pytest.fixture
def with_keys(settings: Any) -> Callable[[str, str], None]:
    def set_keys(key: str, secret: str) -> None:
        settings.PRACTICE_MODE, settings.KLING_API_KEY, settings.KLING_API_SECRET = False, key, secret

    return set_keys


def film(**settings: Any) -> ProductVideo:
    """Return the finished first take of a scene."""
    return make_complete_video(make_scene(takes=1), account=make_account(), finished_at=now(), **settings)


def page(client: Client, video: ProductVideo) -> str:
    return unescape(client.get(reverse("admin:productvideo_product_page", args=[video.product_id])).content.decode())


def test_an_ended_model_is_named_with_its_day_and_its_successor_is_offered(staff: Client) -> None:
    html = page(staff, film(model_name="kling-v2-master", mode="pro", duration=10))

    assert ENDED in html and "Retake" not in html
    assert [title for _, title in LINK.findall(html)] == ["Kling 2.6"]


def test_the_offer_leads_to_the_price_of_one_take_with_what_can_be_kept(staff: Client) -> None:
    video = film(model_name="kling-v2-master", mode="pro", duration=10, loop=True)
    make_scene(video.product)

    [(address, _)] = LINK.findall(page(staff, video))
    html = staff.get(address).content.decode()

    assert '<option value="kling-v2-6" selected>' in html
    assert '<option value="pro" selected>' in html and '<option value="10" selected>' in html
    assert re.search(r'name="loop" value="on" checked', html)
    assert "Make 1 video from a default scene · 5 units" in html


def test_a_model_that_a_key_pair_does_not_reach_is_explained_until_there_is_an_api_key(
    staff: Client, with_keys: Callable[[str, str], None]
) -> None:
    video = film(model_name="kling-3.0-turbo", duration=6, sound=True)
    with_keys("a" * 32, "b" * 32)
    with_a_pair = page(staff, video)
    with_keys(API_KEY, "")
    with_an_api_key = page(staff, video)

    assert NO_API_KEY in with_a_pair and "Retake" not in with_a_pair
    assert [title for _, title in LINK.findall(with_a_pair)] == ["Kling 2.5 Turbo"]
    assert NO_API_KEY not in with_an_api_key and not LINK.search(with_an_api_key)
    assert "Retake · 4.8 units" in with_an_api_key


def test_a_length_that_a_model_makes_no_more_is_explained_too(staff: Client) -> None:
    html = page(staff, film(model_name="kling-v2-6", duration=7))

    assert "Kling 2.6 makes no clips of 7 seconds; it makes 5 and 10 seconds." in html
    assert [title for _, title in LINK.findall(html)] == ["Kling 2.6"]


def test_a_failed_take_leads_on_as_well(staff: Client) -> None:
    failed = {"stage": Stage.FAILED, "due_at": None, "error_message": "Kling has ended this model."}

    html = page(staff, make_video(make_scene(takes=1), model_name="kling-v2-master", **failed))

    assert ENDED in html and LINK.search(html)


def test_nothing_is_offered_for_a_scene_that_was_dropped_or_while_it_is_made(staff: Client) -> None:
    video = film(model_name="kling-v2-master")
    make_video(video.scene, model_name="kling-v2-master", stage=Stage.RENDERING, task_id="9", accepted_at=now())
    both = page(staff, video)
    Scene.objects.update(dropped_at=now())

    assert both.count(ENDED) == 1
    assert ENDED not in page(staff, video)


def test_who_may_not_approve_is_offered_nothing(client: Client) -> None:
    video = film(model_name="kling-v2-master")
    client.force_login(make_person(Role.EDITOR, video.persona))

    html = page(client, video)

    assert "kling-v2-master" in html and ENDED not in html and not LINK.search(html)


def test_among_many_what_is_left_out_leads_there_too(staff: Client) -> None:
    video = film(model_name="kling-v2-master")

    html = staff.post(reverse("admin:productvideo_library_retake"), {"video": [video.pk]}).content.decode()

    assert "Kling ended kling-v2-master on 2026-09-15; use kling-v2-6 instead." in html
    assert [title for _, title in LINK.findall(html)] == ["Kling 2.6"]
