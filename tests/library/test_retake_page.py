"""Retaking from the library: each price and the sum are shown first, and pressing twice buys once."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_complete_video, make_person, make_persona, make_product, make_scene, make_video
from library_reader import make_film

from productvideo import services
from productvideo.models import ProductVideo, Scene
from productvideo.roles import Role
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def confirm(client: Client, *videos: ProductVideo) -> str:
    address = reverse("admin:productvideo_library_retake")
    return client.post(address, {"video": [video.pk for video in videos]}, follow=True).content.decode()


def form_in(html: str) -> dict[str, Any]:
    """Return what the page would send."""
    [units] = re.findall(r'name="units" value="([^"]+)"', html)
    [practice] = re.findall(r'name="practice" value="([^"]+)"', html)
    return {"retake": re.findall(r'name="retake" value="([^"]+)"', html), "units": units, "practice": practice}


def buy(client: Client, form: dict[str, Any]) -> Any:
    return client.post(reverse("admin:productvideo_library_buy"), form, follow=True)


def queued() -> int:
    return ProductVideo.objects.filter(stage=Stage.QUEUED).count()


def test_each_price_and_the_sum_are_shown_in_units_and_money(staff: Client) -> None:
    scene = make_scene(make_product(make_persona(name="Nord", monthly_units=Decimal(10))))
    videos = [make_complete_video(scene), make_complete_video(scene, model_name="kling-v2-6", mode="pro", duration=10)]

    html = confirm(staff, *videos)

    assert "1.5 units · $0.21 list price" in html and "5 units · $0.70 list price" in html
    assert "Retake 2 videos · 6.5 units · $0.91 list price" in html
    assert "<strong>Nord:</strong>" in html and "10 units" in html
    assert queued() == 0


def test_pressing_twice_buys_once_and_says_so_calmly(staff: Client) -> None:
    form = form_in(confirm(staff, make_film("One"), make_film("Two")))

    first, second = buy(staff, form), buy(staff, form)

    assert "2 new takes are on their way." in first.content.decode()
    assert "Nothing was bought a second time." in second.content.decode()
    assert second.redirect_chain[-1][0] == reverse("admin:productvideo_library")
    assert queued() == 2


def test_what_has_changed_since_is_said_with_the_new_price_and_nothing_is_bought(staff: Client) -> None:
    video = make_film("One")
    form = form_in(confirm(staff, video))
    Scene.objects.filter(pk=video.scene_id).update(version=2)

    answer = buy(staff, form)
    html = answer.content.decode()

    assert answer.status_code == 409
    assert "was edited" in html and "Nothing was bought" in html
    assert queued() == 0
    buy(staff, form_in(html))
    assert queued() == 1


def test_what_cannot_be_made_again_is_left_out_with_the_reason(staff: Client) -> None:
    fine, making, orphan = make_film("Fine"), make_video(make_scene(title="Making")), make_film("Orphan")
    ended = make_complete_video(make_scene(title="Ended"), model_name="kling-v1")
    Scene.objects.filter(pk=orphan.scene_id).delete()

    html = confirm(staff, fine, making, orphan, ended)
    left_out = html.partition("Left out")[2]

    assert "Retake 1 video · 1.5 units" in html
    assert "It is still being made." in left_out and "Its scene was removed." in left_out and "Ended" in left_out
    assert "Fine" not in left_out


def test_without_any_that_can_be_made_again_there_is_no_button(staff: Client) -> None:
    html = confirm(staff, make_video())

    assert "None of these videos can be made again." in html
    assert 'name="units"' not in html


def test_a_persona_without_room_is_named_and_the_button_rests(staff: Client) -> None:
    video = make_complete_video(make_scene(make_product(make_persona(name="Nord", monthly_units=1))))

    html = confirm(staff, video)

    assert "Nord has 1 of 1 units left this month; this costs 1.5." in html
    assert re.search(r"sr-primary sr-big\" disabled>Retake 1 video", html)
    assert buy(staff, form_in(html)).status_code == 409
    assert queued() == 0


def test_only_one_s_own_and_what_is_not_in_the_bin_can_be_bought(client: Client) -> None:
    mine, theirs, binned = make_film("Mine"), make_film("Theirs"), make_film("Binned")
    client.force_login(make_person(Role.SPENDER, mine.persona, binned.persona))
    services.put_into_bin(videos=[binned])

    html = confirm(client, mine, theirs, binned)
    form = form_in(html)

    assert len(form["retake"]) == 1 and "Theirs" not in html
    scene = theirs.scene
    assert scene is not None
    stolen = {**form, "retake": [f"{theirs.pk}:{scene.pk}:{scene.version}:{scene.takes}"]}
    buy(client, stolen)
    assert queued() == 0


def test_a_form_that_was_tampered_with_buys_nothing(staff: Client) -> None:
    form = form_in(confirm(staff, make_film("One")))
    [retake] = form["retake"]

    for wrong in (
        {"retake": [retake.rpartition(":")[0]]},
        {"retake": [retake, retake]},
        {"units": "many"},
        {"units": "0"},
        {"practice": "no"},
        {"retake": []},
        {"retake": ["nonsense"]},
    ):
        buy(staff, {**form, **wrong})
        assert queued() == 0, wrong


def test_looking_there_without_a_choice_leads_back(staff: Client) -> None:
    for name in ("library_retake", "library_buy"):
        assert staff.get(reverse(f"admin:productvideo_{name}"))["Location"] == reverse("admin:productvideo_library")


@pytest.mark.parametrize("name", ["library_retake", "library_buy"])
def test_an_editor_may_not_spend(client: Client, name: str) -> None:
    video = make_film("Mine")
    client.force_login(make_person(Role.EDITOR, video.persona))

    assert client.post(reverse(f"admin:productvideo_{name}"), {"video": video.pk}).status_code == 403
