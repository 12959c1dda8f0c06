"""The page of a persona: read by its members, edited by managers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from factories import (
    make_account,
    make_complete_video,
    make_person,
    make_persona,
    make_product,
    make_scene,
    make_staff,
    make_video,
)

from personas.models import Persona
from productvideo import services
from productvideo.models import AuditEntry, Submission
from productvideo.roles import Role

pytestmark = pytest.mark.django_db
WORDS = {
    "voice": "Warm and dry.",
    "visual_style": "Morning light.",
    "audience": "Slow drinkers.",
    "words_to_use": "by hand, slow mornings",
    "words_to_avoid": "cheap",
    "language": "Deutsch",
}


@pytest.fixture
def persona() -> Persona:
    return make_persona(name="House", monthly_units=Decimal(15), **WORDS)


def page_of(persona: Persona) -> str:
    return reverse("admin:personas_persona_change", args=[persona.pk])


def enter(client: Client, role: Role, *personas: Persona) -> Client:
    client.force_login(make_person(role, *personas))
    return client


def said(persona: Persona, **other: Any) -> dict[str, Any]:
    return {"name": persona.name, "monthly_units": "15", **WORDS, "members": []} | other


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.SPENDER])
def test_members_read_it_and_find_no_form(client: Client, persona: Persona, role: Role) -> None:
    html = enter(client, role, persona).get(page_of(persona)).content.decode()

    assert all(words in html for words in WORDS.values())
    assert 'name="voice"' not in html and 'name="monthly_units"' not in html
    assert "Who works on it" in html


def test_it_shows_its_own_products_and_newest_videos_and_nothing_of_the_bin(client: Client, persona: Persona) -> None:
    film = make_complete_video(make_scene(make_product(persona, name="Espresso cup")), title="Steam")
    binned = make_complete_video(make_scene(film.product), title="A bad take")
    services.put_into_bin(videos=[binned])
    make_complete_video(make_scene(make_product(name="Hammer")))

    html = enter(client, Role.VIEWER, persona).get(page_of(persona)).content.decode()

    assert reverse("admin:productvideo_product_page", args=[film.product_id]) in html
    assert reverse("admin:productvideo_video_take", args=[film.pk]) in html
    assert "1 video<" in html
    assert "A bad take" not in html and "Hammer" not in html


def test_the_month_is_told_as_used_and_reserved(client: Client, persona: Persona) -> None:
    scene, account = make_scene(make_product(persona)), make_account(host="sandbox", simulated=True)
    make_video(scene, account, units_estimated=Decimal(3))
    Submission.objects.create(
        video_id=make_video(scene, account).pk,
        host="sandbox",
        simulated=True,
        persona_key=persona.pk,
        persona="House",
        units_estimated=Decimal("1.5"),
        outcome=Submission.Outcome.ACCEPTED,
    )

    html = enter(client, Role.VIEWER, persona).get(page_of(persona)).content.decode()

    assert "1.5 units used, 3 more reserved for what is on its way." in html
    assert "4.5 of 15 units (30 %)" in html


def test_a_manager_edits_all_of_it_on_the_same_page(client: Client, persona: Persona) -> None:
    enter(client, Role.MANAGER, persona)
    shown = client.get(page_of(persona)).content.decode()

    answer = client.post(page_of(persona), said(persona, name="Casa", voice="Loud.", words_to_use="now"))

    persona.refresh_from_db()
    assert all(f'name="{name}"' in shown for name in (*WORDS, "name", "monthly_units"))
    assert answer.url == page_of(persona)
    assert (persona.name, persona.voice, persona.used_words) == ("Casa", "Loud.", ("now",))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.SPENDER])
def test_nobody_else_does(client: Client, persona: Persona, role: Role) -> None:
    answer = enter(client, role, persona).post(page_of(persona), said(persona, voice="Mine."))

    persona.refresh_from_db()
    assert answer.status_code == 403
    assert persona.voice == WORDS["voice"]


def test_what_cannot_be_saved_is_said_beside_its_field(client: Client, persona: Persona) -> None:
    answer = enter(client, Role.MANAGER, persona).post(page_of(persona), said(persona, name="", monthly_units="-1"))

    assert answer.status_code == 400
    assert answer.content.decode().count('class="sr-error"') == 2
    assert ">House</h1>" in answer.content.decode()


def test_another_limit_is_in_the_log(client: Client, persona: Persona) -> None:
    enter(client, Role.MANAGER, persona).post(page_of(persona), said(persona, monthly_units="20"))
    client.post(page_of(persona), said(persona, monthly_units="20"))

    [line] = AuditEntry.objects.all()
    assert (line.kind, line.persona) == ("limit", persona)
    assert line.subject == "15 units a month, now 20 units a month"


def test_a_manager_says_who_works_on_it_and_stays_a_member(client: Client, persona: Persona) -> None:
    old, new = make_person(Role.EDITOR, persona), make_person(Role.VIEWER)
    enter(client, Role.MANAGER, persona)

    client.post(page_of(persona), said(persona, members=[new.pk]))

    names = set(persona.members.values_list("username", flat=True))
    assert new.username in names and old.username not in names
    assert client.get(page_of(persona)).status_code == 200
    assert sorted(AuditEntry.objects.values_list("kind", "subject")) == [
        ("role", f"{old.username} is no member any more"),
        ("role", f"{new.username} became a member"),
    ]


def test_people_of_other_personas_are_neither_offered_nor_taken(client: Client, persona: Persona) -> None:
    stranger, owner = make_person(Role.VIEWER, make_persona()), make_staff()
    enter(client, Role.MANAGER, persona)

    shown = client.get(page_of(persona)).content.decode()
    answer = client.post(page_of(persona), said(persona, members=[stranger.pk, owner.pk]))

    assert stranger.username not in shown and owner.username not in shown
    assert answer.status_code == 400
    assert not persona.members.filter(pk=stranger.pk).exists()


def test_who_makes_a_persona_is_its_first_member(client: Client, persona: Persona) -> None:
    enter(client, Role.MANAGER, persona)

    answer = client.post(reverse("admin:personas_persona_add"), {"name": "Garden", "language": "English"})

    assert answer.url == page_of(Persona.objects.get(name="Garden"))
    assert client.get(answer.url).status_code == 200


def test_the_page_asks_the_database_as_often_for_much_as_for_little(
    client: Client, persona: Persona, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        make_complete_video(make_scene(make_product(persona)))
        make_person(Role.VIEWER, persona)
    enter(client, Role.MANAGER, persona)

    with django_assert_max_num_queries(20):
        client.get(page_of(persona))
