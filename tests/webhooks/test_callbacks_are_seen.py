"""Whether callbacks arrive can be seen on the figures' page and on the account's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from factories import make_account, make_staff
from pytest_django import Settings

from productvideo.models import KlingAccount
from productvideo.querysets import now

pytestmark = pytest.mark.django_db
FIGURES = "/admin/productvideo/product/figures/"


@pytest.fixture
def sandbox() -> KlingAccount:
    return make_account(host="sandbox", simulated=True)


def page(client: Client, address: str) -> str:
    client.force_login(make_staff())
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_age_of_the_last_one_is_told(client: Client, sandbox: KlingAccount) -> None:
    KlingAccount.objects.update(called_back_at=now() - timedelta(seconds=125))

    assert "the last one came 2 min ago" in page(client, FIGURES)


def test_that_none_has_come_is_told(client: Client, sandbox: KlingAccount) -> None:
    assert "none has come yet" in page(client, FIGURES)


def test_where_they_are_not_used_nothing_is_said(client: Client, sandbox: KlingAccount, settings: Settings) -> None:
    settings.KLING_CALLBACKS = False

    assert "Callbacks" not in page(client, FIGURES)


def test_the_account_s_page_has_the_time(client: Client, sandbox: KlingAccount) -> None:
    html = page(client, f"/admin/productvideo/klingaccount/{sandbox.pk}/change/")

    assert "last callback that counted" in html.lower()
