"""The list of personas and their pages say how much of the month is used."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_account, make_persona, make_product, make_scene, make_staff, make_video

from personas.models import Persona

pytestmark = pytest.mark.django_db
LIST = "admin:personas_persona_changelist"


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(make_staff(is_superuser=True))
    return client


def persona_that_used(units: str, *, limit: str | None) -> Persona:
    persona = make_persona(monthly_units=limit and Decimal(limit))
    scene, account = make_scene(make_product(persona)), make_account(host="sandbox", simulated=True)
    make_video(scene, account, units_estimated=Decimal(units))
    return persona


def page_of(owner: Client, persona: Persona) -> str:
    return owner.get(reverse("admin:personas_persona_change", args=[persona.pk])).content.decode()


@pytest.mark.parametrize(
    ("units", "share", "label"),
    [
        (None, "0 of 15 units (0 %)", "within limit"),
        ("7.5", "7.5 of 15 units (50 %)", "within limit"),
        ("12", "12 of 15 units (80 %)", "near limit"),
        ("15", "15 of 15 units (100 %)", "used up"),
        ("16.5", "16.5 of 15 units (110 %)", "used up"),
    ],
)
def test_the_list_and_the_page_of_a_persona_say_how_much_is_used(
    owner: Client, units: str | None, share: str, label: str
) -> None:
    persona = persona_that_used(units, limit="15") if units else make_persona(monthly_units=Decimal("15.00"))

    for html in (owner.get(reverse(LIST)).content.decode(), page_of(owner, persona)):
        assert share in html
        assert label in html


@pytest.mark.parametrize(("units", "look"), [("7.5", ""), ("12", " sr-month-near"), ("15", " sr-month-over")])
def test_the_bar_has_the_colour_of_the_badge(owner: Client, units: str, look: str) -> None:
    html = page_of(owner, persona_that_used(units, limit="15"))

    assert f'<rect class="sr-month-used{look}" width=' in html


def test_the_form_asks_what_a_brand_never_says_and_in_which_language_it_speaks(owner: Client) -> None:
    words = {"name": "Nord", "words_to_avoid": "cheap, guys\ngame-changer ,", "language": "Deutsch"}

    response = owner.post(reverse("admin:personas_persona_add"), words)

    persona = Persona.objects.get()
    assert response.status_code == 302
    assert persona.language == "Deutsch"
    assert persona.avoided_words == ("cheap", "guys", "game-changer")


def test_a_persona_without_a_limit_says_so(owner: Client) -> None:
    persona = persona_that_used("7.5", limit=None)

    assert "no limit" in owner.get(reverse(LIST)).content.decode()
    assert "no limit" in page_of(owner, persona)


def test_a_persona_that_is_just_being_made_has_used_nothing_to_speak_of(owner: Client) -> None:
    html = owner.get(reverse("admin:personas_persona_add")).content.decode()

    assert "Monthly limit in units" in html
    assert "used this month" not in html.lower()


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    owner: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        persona_that_used("3", limit="15")

    with django_assert_max_num_queries(13):
        owner.get(reverse(LIST))
