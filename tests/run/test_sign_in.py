"""The sign-in link works once, for ten minutes, from this machine, in practice mode."""

import threading

import pytest
from django.conf import settings
from django.test import Client

from config import announcement, password, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    password.set_admin_password()
    return sign_in.make_link(address="")


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_link_signs_admin_in_and_leads_to_the_pages(client, link):
    response = client.get(link)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert response.wsgi_request.user.get_username() == "admin"


def test_the_link_works_once(client, link):
    client.get(link)

    second = Client()

    page = second.get(link)
    assert page.status_code == 404
    assert "This sign-in link has ended" in page.content.decode()
    assert not is_signed_in(second)


def test_of_two_who_come_at_once_one_gets_in(link):
    token = link.split("/")[-2]
    start, won = threading.Barrier(8), []

    def come() -> None:
        start.wait()
        won.append(sign_in.use_token(token))

    visitors = [threading.Thread(target=come) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()

    assert sorted(won) == [False] * 7 + [True]


def test_the_link_is_dead_after_ten_minutes(client, link):
    note = next((settings.VAR_DIR / "sign-in").iterdir())
    note.write_text(str(float(note.read_text()) - sign_in.LIFETIME))

    assert client.get(link).status_code == 404


@pytest.mark.parametrize("address", ["192.0.2.7", "::ffff:192.0.2.7", ""])
def test_another_machine_does_not_get_in_and_does_not_use_it_up(client, link, address):
    assert client.get(link, REMOTE_ADDR=address).status_code == 404
    assert client.get(link).status_code == 302


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_proxy_on_this_machine_does_not_count_as_this_machine(client, link, header):
    assert client.get(link, headers={header: "192.0.2.7"}).status_code == 404


def test_there_is_no_such_link_with_real_keys(client, link, settings):
    settings.PRACTICE_MODE = False

    assert client.get(link).status_code == 404


def test_a_look_at_its_head_does_not_use_it_up(client, link):
    assert client.head(link).status_code == 405
    assert client.get(link).status_code == 302


def test_a_new_link_ends_the_one_before(client, link):
    newer = sign_in.make_link(address="")

    assert client.get(link).status_code == 404
    assert client.get(newer).status_code == 302


@pytest.mark.parametrize("token", ["x", "..", "%2e%2e%2fsecret-key", "\x00"])
def test_an_invented_token_is_not_found(client, link, token):
    assert client.get(f"/sign-in/{token}/").status_code == 404


def test_only_the_hash_is_kept_and_for_the_owner_alone(link):
    token = link.split("/")[-2]

    (note,) = (settings.VAR_DIR / "sign-in").iterdir()

    assert token not in note.name + note.read_text()
    assert note.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("practice", "with_password"), [(True, "Or sign in as admin"), (False, "Sign in as admin")])
def test_a_start_tells_the_link_in_practice_mode_alone_and_the_password_always(
    link, settings, practice, with_password
):
    settings.PRACTICE_MODE = practice

    told = announcement.lines(address="http://127.0.0.1:8000")

    assert any(line.startswith("Sign in with this link") for line in told) is practice
    assert any(line.startswith(with_password) for line in told)
