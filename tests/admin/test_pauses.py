"""A pause is said on every page: why, when it is tried again, and no longer once Kling says yes; a button ends it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_account, make_person, make_staff, make_video
from kling_host import KlingHost, kling_host, refusal
from passing_time import always, let_time_pass

from productvideo import pipeline, restores
from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import now
from productvideo.roles import Role
from productvideo.states import Stage

__all__ = ["kling_host"]
pytestmark = pytest.mark.django_db
BANNER = "Nothing is being sent to Kling just now."
BUTTON = "Try again now"
LIST = "/admin/productvideo/product/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def any_page(staff: Client) -> str:
    return staff.get(reverse("admin:productvideo_product_changelist")).content.decode()


def press(staff: Client, **form: str) -> str:
    """Press the button of the banner; return the page that it leads to."""
    return staff.post(reverse("admin:productvideo_try_again"), form, follow=True).content.decode()


def submit() -> None:
    KlingAccount.objects.update(listed_at=now(), list_due_at=now())
    pipeline.submit(always)


def submit_without_units(kling_host: KlingHost) -> None:
    account = make_account()
    restores.notice(account)
    make_video(account=account)
    kling_host.next_creates.append(refusal(429, 1102, "balance not enough"))
    submit()


def test_a_pause_says_why_and_goes_by_itself_once_kling_says_yes(staff: Client, kling_host: KlingHost) -> None:
    submit_without_units(kling_host)
    paused = any_page(staff)
    let_time_pass(61)
    over = any_page(staff)
    submit()
    after = any_page(staff)

    assert BANNER in paused and "balance not enough" in paused and "It is tried again at " in paused
    assert BANNER in over and "It is tried again with the next video." in over
    assert BANNER not in after
    assert ProductVideo.objects.get().stage == Stage.RENDERING


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_next_try_is_told_by_the_clock_on_the_viewer_s_wall(staff: Client, zone: str) -> None:
    make_account(host="sandbox", simulated=True, pause_reason="Out of units.")
    KlingAccount.objects.update(paused_until=now() + timedelta(days=1))
    staff.cookies["timezone"] = "UTC"
    here = any_page(staff)

    staff.cookies["timezone"] = zone

    assert re.search(r"It is tried again at \d\d:\d\d\.\s", here)
    assert _told(any_page(staff)) != _told(here)


def _told(html: str) -> str:
    return html.partition("It is tried again at ")[2][:5]


def test_whoever_has_bought_a_pack_has_it_tried_again_at_once(staff: Client, kling_host: KlingHost) -> None:
    submit_without_units(kling_host)
    paused = any_page(staff)

    after = press(staff, next=LIST)
    submit()
    sent = any_page(staff)

    assert BUTTON in paused and f'name="next" value="{LIST}"' in paused
    assert "The pause is over: what waits is sent now." in after
    assert "It is tried again with the next video." in after and BUTTON not in after
    assert BANNER not in sent
    assert ProductVideo.objects.get().stage == Stage.RENDERING


def test_pressed_twice_it_changes_nothing_more(staff: Client) -> None:
    account = make_account(host="sandbox", simulated=True)
    account.pause("Out of units.", ends_on_read=False)
    press(staff)
    once = KlingAccount.objects.values().get()

    again = press(staff)

    assert "There is no pause any more" in again
    assert KlingAccount.objects.values().get() == once


def test_the_button_is_for_those_who_may_approve(client: Client) -> None:
    make_account(host="sandbox", simulated=True).pause("Out of units.", ends_on_read=False)
    client.force_login(make_person(Role.EDITOR))
    of_an_editor = any_page(client)
    client.force_login(make_person(Role.SPENDER))

    assert BANNER in of_an_editor and BUTTON not in of_an_editor
    assert BUTTON in any_page(client)


def test_it_is_pressed_and_never_followed_as_a_link(staff: Client) -> None:
    make_account(host="sandbox", simulated=True).pause("Out of units.", ends_on_read=False)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = staff.cookies

    assert staff.get(reverse("admin:productvideo_try_again")).status_code == 405
    assert strict.post(reverse("admin:productvideo_try_again")).status_code == 403
    assert KlingAccount.objects.filter(paused_until__gt=now()).exists()


def test_with_half_a_key_pair_the_button_says_what_is_wrong(staff: Client, settings) -> None:
    settings.PRACTICE_MODE, settings.KLING_API_KEY = False, "a" * 32

    assert "KLING_API_SECRET" in press(staff)


def test_trouble_that_is_no_pause_has_no_button(staff: Client) -> None:
    account = make_account(host="sandbox", simulated=True, list_due_at=now() - timedelta(hours=1))
    make_video(account=account)

    page = any_page(staff)

    assert BANNER in page and BUTTON not in page
