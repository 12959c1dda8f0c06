"""Ending a pause early: sending is tried again at once, nothing is bought twice, and no other wait gets shorter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import make_account, make_video
from kling_host import KlingHost, refusal
from passing_time import always, let_time_pass

from productvideo import pipeline, restores, services
from productvideo.models import KlingAccount, ProductVideo, Submission
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(kling_host: KlingHost) -> KlingAccount:
    account = make_account()
    restores.notice(account)
    return account


def tick() -> None:
    """Do what the workers do within seconds: read the list if that is due, and send what may be sent."""
    pipeline.check(always)
    pipeline.submit(always)


def run_out_of_units(kling_host: KlingHost, *, times: int = 1) -> None:
    kling_host.next_creates.extend([refusal(429, 1102)] * times)


def test_what_waits_is_sent_with_the_next_tick_and_each_once(kling_host: KlingHost, account: KlingAccount) -> None:
    videos = [make_video(account=account) for _ in range(3)]
    run_out_of_units(kling_host)
    tick()
    let_time_pass(10)
    tick()

    pressed = [services.try_again_now() for _ in range(3)]
    for _ in range(3):
        tick()
        services.try_again_now()

    account.refresh_from_db()
    assert pressed == [True, False, False]
    assert account.pause_reason == ""
    assert {video.stage for video in ProductVideo.objects.all()} == {Stage.RENDERING}
    assert {task["task_info"]["external_task_id"] for task in kling_host.tasks.values()} == {str(v.pk) for v in videos}
    assert len(kling_host.tasks) == Submission.objects.filter(outcome="accepted").count() == 3


def test_a_kling_that_still_refuses_pauses_it_for_longer(kling_host: KlingHost, account: KlingAccount) -> None:
    make_video(account=account)
    run_out_of_units(kling_host, times=2)
    tick()

    services.try_again_now()
    tick()

    account.refresh_from_db()
    assert len(kling_host.creates) == account.pauses == 2
    assert KlingAccount.objects.filter(paused_until__gt=now() + timedelta(minutes=4)).exists()
    assert ProductVideo.objects.get().stage == Stage.QUEUED


def test_an_order_without_an_answer_is_not_sent_anew(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account)
    kling_host.next_creates.append(kling_host.accept_but_lose_the_answer)
    tick()
    account.pause("The Kling account has no units left.", ends_on_read=False)

    services.try_again_now()
    for _ in range(3):
        tick()
        let_time_pass(60)

    video.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert len(kling_host.creates) == len(kling_host.tasks) == 1


def test_keys_that_were_mended_are_asked_with_at_once(kling_host: KlingHost, account: KlingAccount) -> None:
    make_video(account=account)
    kling_host.next_reads.append(refusal(401, 1002))
    tick()
    tick()
    assert kling_host.reads == ["list"]

    services.try_again_now()
    tick()

    account.refresh_from_db()
    assert (account.pause_reason, account.list_failures) == ("", 0)
    assert ProductVideo.objects.get().stage == Stage.RENDERING


def test_a_wait_for_a_place_keeps_its_time(kling_host: KlingHost, account: KlingAccount) -> None:
    make_video(account=account)
    kling_host.next_creates.append(refusal(429, 1303))
    tick()
    account.pause("The Kling account has no units left.", ends_on_read=False)
    before = KlingAccount.objects.values("wait_until", "waits").get()

    services.try_again_now()
    tick()

    assert KlingAccount.objects.values("wait_until", "waits").get() == before
    assert len(kling_host.creates) == 1


def test_a_kling_in_maintenance_is_left_alone_for_as_long_as_before(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    make_video(account=account)
    kling_host.next_reads.extend([refusal(503, 5001)] * 10)
    tick()
    account.pause("The Kling account has no units left.", ends_on_read=False)
    before = KlingAccount.objects.values("list_due_at", "list_failures").get()

    assert services.try_again_now()
    asked = len(kling_host.reads)
    tick()

    assert KlingAccount.objects.values("list_due_at", "list_failures").get() == before
    assert len(kling_host.reads) == asked


def test_without_a_pause_there_is_nothing_to_end(kling_host: KlingHost, account: KlingAccount) -> None:
    before = KlingAccount.objects.values().get()

    assert not services.try_again_now()
    assert KlingAccount.objects.values().get() == before
