"""Managers invite people, change what they may do, and let them in no more; links to choose a password end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.test import Client
from django.urls import reverse
from factories import make_person, make_persona, make_staff
from rest_framework.authtoken.models import Token

from personas.models import Persona
from productvideo.models import AuditEntry
from productvideo.roles import Role, give, role_of

pytestmark = pytest.mark.django_db
PASSWORD = "slow-mornings-7"
SENT_MAIL = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def house() -> Persona:
    return make_persona(name="House")


@pytest.fixture
def elsewhere() -> Persona:
    return make_persona(name="Elsewhere")


@pytest.fixture
def manager(house: Persona) -> User:
    return make_person(Role.MANAGER, house)


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def asked(persona: Persona, **said: Any) -> dict[str, Any]:
    words = {"name": "Lena Lang", "mail": "Lena@Example.com", "role": Role.EDITOR, "personas": [persona.pk]}
    return words | said


def link_in(html: str) -> str:
    found = re.search(r'value="http://testserver(/password/[^"]+)"', html)
    assert found, "no link is shown"
    return found[1]


def invited(desk: Client, persona: Persona, **said: Any) -> str:
    return link_in(desk.post(reverse("invite"), asked(persona, **said)).content.decode())


def form_at(browser: Client, link: str) -> Any:
    return browser.get(link, follow=True)


def choose(browser: Client, link: str, password: str = PASSWORD) -> Any:
    """Open a link and choose a password, as a browser does."""
    form = form_at(browser, link)
    where = form.redirect_chain[-1][0] if form.redirect_chain else link
    return browser.post(where, {"new_password1": password, "new_password2": password})


def works(link: str) -> bool:
    return b"New password" in form_at(Client(), link).content


def page_of(person: User, what: str = "") -> str:
    return reverse(f"person{what}", args=[person.pk])


# Inviting.


def test_who_is_invited_chooses_a_password_and_is_in(desk: Client, house: Persona) -> None:
    link, browser = invited(desk, house), Client()
    lena = User.objects.get(username="lena@example.com")
    before = (lena.is_active, lena.is_staff, lena.is_superuser, lena.has_usable_password(), lena.get_full_name())

    answer = choose(browser, link)

    assert before == (True, True, False, False, "Lena Lang")
    assert role_of(lena) is Role.EDITOR
    assert list(lena.personas.all()) == [house]
    assert answer.url == "/"
    assert browser.get(reverse("admin:productvideo_product_new")).status_code == 200
    assert Client().login(username="lena@example.com", password=PASSWORD)


@pytest.mark.parametrize("typed", ["lena@example.com", "Lena@Example.com", " LENA@EXAMPLE.COM "])
def test_one_signs_in_by_mail_in_whatever_case(desk: Client, house: Persona, typed: str) -> None:
    choose(Client(), invited(desk, house))

    answer = Client().post(reverse("admin:login"), {"username": typed, "password": PASSWORD})

    assert answer.status_code == 302


def test_names_with_an_at_sign_and_capitals_still_sign_in_as_they_are() -> None:
    User.objects.create_user("Bo@House", password=PASSWORD, is_staff=True)

    answer = Client().post(reverse("admin:login"), {"username": "Bo@House", "password": PASSWORD})

    assert answer.status_code == 302


def test_a_link_ends_once_it_is_used(desk: Client, house: Persona) -> None:
    link = invited(desk, house)
    choose(Client(), link)

    assert not works(link)
    assert b"This link has ended" in form_at(Client(), link).content


def test_a_link_ends_after_three_days(desk: Client, house: Persona) -> None:
    link = invited(desk, house)

    with patch.object(PasswordResetTokenGenerator, "_now", lambda self: datetime.now() + timedelta(days=2, hours=23)):
        assert works(link)
    with patch.object(PasswordResetTokenGenerator, "_now", lambda self: datetime.now() + timedelta(days=3, hours=1)):
        assert not works(link)


def test_a_link_ends_when_the_password_changes(desk: Client, house: Persona) -> None:
    choose(Client(), invited(desk, house))
    lena = User.objects.get(username="lena@example.com")
    link = link_in(desk.post(page_of(lena, "_link")).content.decode())
    assert works(link)

    lena.set_password("another-one-9")
    lena.save()

    assert not works(link)


def test_who_is_invited_twice_gets_a_new_link_and_no_second_account(desk: Client, house: Persona) -> None:
    first = invited(desk, house)

    second = invited(desk, house, mail="LENA@example.com", role=Role.SPENDER)

    assert User.objects.filter(email__iexact="lena@example.com").count() == 1
    assert role_of(User.objects.get(username="lena@example.com")) is Role.SPENDER
    assert not works(first)
    assert works(second)


def test_a_half_filled_invitation_makes_nobody(desk: Client) -> None:
    answer = desk.post(reverse("invite"), {"name": "", "mail": "nonsense"})

    assert answer.status_code == 400
    assert "nobody sees anything without one" in answer.content.decode()
    assert User.objects.count() == 1


def test_a_manager_invites_to_the_manager_s_personas_only(desk: Client, house: Persona, elsewhere: Persona) -> None:
    shown = desk.get(reverse("invite")).content.decode()
    answer = desk.post(reverse("invite"), asked(house, personas=[house.pk, elsewhere.pk]))

    assert "House" in shown and "Elsewhere" not in shown
    assert answer.status_code == 400
    assert not User.objects.filter(username="lena@example.com").exists()


def test_an_invitation_is_no_way_into_somebody_else_s_account(
    desk: Client, house: Persona, elsewhere: Persona
) -> None:
    owner, stranger = make_staff(), make_person(Role.VIEWER, elsewhere)
    stronger = make_person(Role.VIEWER, house)
    stronger.user_permissions.add(Permission.objects.get(codename="change_user"))
    User.objects.filter(pk=stronger.pk).update(is_active=False)  # Django says of the inactive that they may nothing
    for person in (owner, stranger, stronger):
        User.objects.filter(pk=person.pk).update(email=f"{person.username}@example.com")
    before = list(User.objects.order_by("pk").values("pk", "password", "is_active"))

    for person in (owner, stranger, stronger):
        answer = desk.post(reverse("invite"), asked(house, mail=f"{person.username}@example.com"))
        assert answer.status_code == 400
        assert b"/password/" not in answer.content

    assert list(User.objects.order_by("pk").values("pk", "password", "is_active")) == before
    assert not house.members.filter(pk__in=[owner.pk, stranger.pk]).exists()


def test_the_link_is_mailed_where_mail_is_set_up_and_shown_all_the_same(
    desk: Client, house: Persona, settings: Any
) -> None:
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "smtp://mail.example", SENT_MAIL

    link = invited(desk, house)

    [letter] = mail.outbox
    assert letter.to == ["lena@example.com"]
    assert link in letter.body


def test_a_mail_server_that_is_down_stops_no_invitation(desk: Client, house: Persona, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://mail.example"

    with patch("productvideo.admin.people_pages.send_mail", side_effect=ConnectionRefusedError):
        html = desk.post(reverse("invite"), asked(house)).content.decode()

    assert "It could not be mailed just now" in html
    assert works(link_in(html))


def test_links_begin_with_the_public_address(desk: Client, house: Persona, settings: Any) -> None:
    settings.PUBLIC_URL = "https://films.example"

    assert 'value="https://films.example/password/' in desk.post(reverse("invite"), asked(house)).content.decode()


# Who is here.


def test_the_list_says_who_is_here_and_names_no_persona_of_others(
    desk: Client, house: Persona, elsewhere: Persona
) -> None:
    invited(desk, house)
    both = make_person(Role.SPENDER, house, elsewhere)
    alone = make_person(Role.VIEWER, elsewhere)

    html = desk.get(reverse("people")).content.decode()

    assert "Lena Lang" in html and "invited, not here yet" in html
    assert both.username in html and "House" in html
    assert "Elsewhere" not in html
    assert alone.username not in html
    assert desk.get(page_of(alone)).status_code == 404


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    desk: Client, house: Persona, django_assert_max_num_queries: Any
) -> None:
    for _ in range(9):
        make_person(Role.VIEWER, house)

    with django_assert_max_num_queries(12):
        desk.get(reverse("people"))


# Changing.


def test_a_manager_changes_role_and_personas(desk: Client, house: Persona, manager: User) -> None:
    garden, person = make_persona(name="Garden"), make_person(Role.VIEWER, house)
    manager.personas.add(garden)

    desk.post(page_of(person), {"role": Role.SPENDER, "personas": [garden.pk]})

    assert role_of(person) is Role.SPENDER
    assert list(person.personas.all()) == [garden]


@pytest.mark.parametrize("deed", ["", "_link", "_deactivate"])
def test_nobody_changes_people_who_work_elsewhere_too(
    desk: Client, house: Persona, elsewhere: Persona, deed: str
) -> None:
    person = make_person(Role.VIEWER, house, elsewhere)

    html = desk.post(page_of(person, deed), {"role": Role.MANAGER, "personas": []}, follow=True).content.decode()

    person.refresh_from_db()
    assert "works on personas too that you are not a member of" in html
    assert "/password/" not in html
    assert (role_of(person), person.is_active, person.personas.count()) == (Role.VIEWER, True, 2)


@pytest.mark.parametrize("deed", ["", "_link", "_deactivate"])
def test_nobody_changes_oneself_or_a_superuser(desk: Client, manager: User, house: Persona, deed: str) -> None:
    owner = make_staff()
    owner.personas.add(house)

    for person in (manager, owner):
        desk.post(page_of(person, deed), {"role": Role.VIEWER, "personas": []}, follow=True)
        person.refresh_from_db()
        assert person.is_active
        assert list(person.personas.all()) == [house]
    assert role_of(manager) is Role.MANAGER


def test_a_superuser_changes_everybody_but_superusers(client: Client, elsewhere: Persona) -> None:
    client.force_login(make_staff())
    person = make_person(Role.VIEWER, elsewhere)

    client.post(page_of(person), {"role": Role.MANAGER, "personas": [elsewhere.pk]})

    assert role_of(person) is Role.MANAGER


def test_who_is_deactivated_is_out_at_once_by_every_door(desk: Client, house: Persona) -> None:
    person, session = make_person(Role.VIEWER, house), Client()
    session.force_login(person)
    program = Client(headers={"authorization": f"Token {Token.objects.create(user=person).key}"})
    link = link_in(desk.post(page_of(person, "_link")).content.decode())
    assert session.get("/admin/").status_code == program.get("/api/videos/").status_code == 200

    desk.post(page_of(person, "_deactivate"))

    assert session.get("/admin/").status_code == 302
    assert program.get("/api/videos/").status_code == 401
    assert not works(link)
    assert not Client().login(username=person.username, password="secret")


def test_who_is_activated_again_has_the_same_role_and_personas(desk: Client, house: Persona) -> None:
    person = make_person(Role.EDITOR, house)
    desk.post(page_of(person, "_deactivate"))

    desk.post(page_of(person, "_activate"))

    person.refresh_from_db()
    assert (person.is_active, role_of(person), list(person.personas.all())) == (True, Role.EDITOR, [house])


def test_the_log_says_who_let_whom_do_what(desk: Client, house: Persona, manager: User) -> None:
    invited(desk, house)
    lena = User.objects.get(username="lena@example.com")
    desk.post(page_of(lena), {"role": Role.VIEWER, "personas": [house.pk]})
    desk.post(page_of(lena, "_link"))
    desk.post(page_of(lena, "_deactivate"))
    desk.post(page_of(lena, "_activate"))
    desk.post(page_of(lena, "_activate"))  # is here already

    lines = AuditEntry.objects.order_by("pk").values_list("kind", "who", "persona", "subject")

    who = "Lena Lang <lena@example.com>"
    assert [line[:3] for line in lines] == [
        (kind, manager.username, house.pk) for kind in ("invite", "role", "invite", "leave", "return")
    ]
    assert [line[3] for line in lines] == [f"{who}, editor", f"{who}, viewer", f"{who}, a new link", who, who]


def test_the_log_is_read_by_spenders_and_only_what_is_theirs(
    client: Client, house: Persona, elsewhere: Persona
) -> None:
    for persona in (house, elsewhere):
        AuditEntry.objects.create(kind="spend", who="anna", subject=f"A film for {persona}", persona=persona, units=1)
    client.force_login(make_person(Role.SPENDER, house))

    html = client.get(reverse("admin:productvideo_auditentry_changelist")).content.decode()

    assert "A film for House" in html
    assert "Elsewhere" not in html


# Forgotten passwords.


def ask(address: str) -> Any:
    return Client().post(reverse("admin_password_reset"), {"email": address}, follow=True)


def test_a_forgotten_password_is_chosen_anew_by_a_mailed_link(house: Persona, settings: Any) -> None:
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "smtp://mail.example", SENT_MAIL
    person = make_person(Role.VIEWER, house)
    User.objects.filter(pk=person.pk).update(email="mara@example.com")

    ask("Mara@example.com")

    [letter] = mail.outbox
    link = re.search(r"http://testserver(/password/\S+)", letter.body)
    assert link
    choose(Client(), link[1])
    assert Client().login(username=person.username, password=PASSWORD)


def test_nobody_learns_who_is_here(house: Persona, settings: Any) -> None:
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "smtp://mail.example", SENT_MAIL
    known, gone = make_person(Role.VIEWER, house), make_person(Role.VIEWER, house)
    User.objects.filter(pk=known.pk).update(email="here@example.com")
    User.objects.filter(pk=gone.pk).update(email="gone@example.com", is_active=False)

    answers = [ask(address) for address in ("here@example.com", "gone@example.com", "nobody@example.com")]
    with patch("django.core.mail.message.EmailMultiAlternatives.send", side_effect=ConnectionRefusedError):
        answers.append(ask("here@example.com"))

    assert len({(answer.status_code, answer.redirect_chain[-1][0], answer.content) for answer in answers}) == 1
    assert [letter.to for letter in mail.outbox] == [["here@example.com"]]


def test_without_a_mail_server_one_is_told_whom_to_ask() -> None:
    make_staff(email="here@example.com")

    for answer in (Client().get(reverse("admin_password_reset")), ask("here@example.com")):
        assert "Ask a manager of your team" in answer.content.decode()
    assert mail.outbox == []


def test_the_sign_in_page_leads_to_it() -> None:
    assert f'href="{reverse("admin_password_reset")}"' in Client().get(reverse("admin:login")).content.decode()


def test_a_link_of_somebody_who_is_no_staff_leads_nowhere(desk: Client, house: Persona) -> None:
    link = invited(desk, house)
    User.objects.filter(username="lena@example.com").update(is_staff=False)

    assert not works(link)


def test_a_viewer_who_was_a_manager_invites_nobody_any_more(desk: Client, manager: User, house: Persona) -> None:
    give(manager, Role.VIEWER)

    answer = desk.post(reverse("invite"), asked(house))

    assert answer.status_code == 403
    assert not User.objects.filter(username="lena@example.com").exists()
