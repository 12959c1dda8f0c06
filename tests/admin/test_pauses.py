"""A pause is said on every page: why, when it is tried again, and no longer once Kling says yes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_account, make_staff, make_video
from kling_host import KlingHost, kling_host, refusal
from passing_time import always, let_time_pass

from productvideo import pipeline, restores
from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import now
from productvideo.states import Stage

__all__ = ["kling_host"]
pytestmark = pytest.mark.django_db
BANNER = "Nothing is being sent to Kling just now."


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def any_page(staff: Client) -> str:
    return staff.get(reverse("admin:productvideo_product_changelist")).content.decode()


def submit() -> None:
    KlingAccount.objects.update(listed_at=now(), list_due_at=now())
    pipeline.submit(always)


def test_a_pause_says_why_and_goes_by_itself_once_kling_says_yes(staff: Client, kling_host: KlingHost) -> None:
    account = make_account()
    restores.notice(account)
    make_video(account=account)
    kling_host.next_creates.append(refusal(429, 1102, "balance not enough"))

    submit()
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

    assert "It is tried again at " in here
    assert _told(any_page(staff)) != _told(here)


def _told(html: str) -> str:
    return html.partition("It is tried again at ")[2][:10]
