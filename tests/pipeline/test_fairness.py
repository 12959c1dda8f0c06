"""Slots and waiting: everybody gets a turn, fewer slots stop nothing, and a busy Kling fails no video."""

from collections import Counter
from typing import Any

import pytest
from factories import make_persona, make_product, make_scene, make_video
from kling_host import KlingHost, refusal
from passing_time import always, let_time_pass

from productvideo import pipeline
from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def submit() -> None:
    KlingAccount.objects.update(listed_at=now())
    pipeline.submit(always)


def test_a_persona_with_a_hundred_videos_does_not_keep_others_waiting(
    kling_host: KlingHost, account: KlingAccount, settings: Any
) -> None:
    settings.KLING_MAX_PARALLEL = 6
    for count in (20, 3, 3):  # the one with the most was first
        scene = make_scene(make_product(make_persona()))
        for _ in range(count):
            make_video(scene, account)

    submit()

    at_kling = Counter(ProductVideo.objects.at_kling().values_list("persona", flat=True))
    assert sorted(at_kling.values()) == [2, 2, 2]


def test_fewer_slots_stop_nothing_that_is_at_kling_and_send_nothing_until_there_is_room(
    kling_host: KlingHost, account: KlingAccount, settings: Any
) -> None:
    settings.KLING_MAX_PARALLEL = 3
    scene = make_scene()
    videos = [make_video(scene, account) for _ in range(5)]
    submit()
    settings.KLING_MAX_PARALLEL = 1

    submit()
    sent = len(kling_host.creates)
    for task in list(kling_host.tasks.values())[:2]:
        kling_host.succeed(task)
    KlingAccount.objects.update(list_due_at=now())
    pipeline.check(always)
    submit()
    still = len(kling_host.creates)
    kling_host.succeed(list(kling_host.tasks.values())[2])
    KlingAccount.objects.update(list_due_at=now())
    pipeline.check(always)
    submit()

    assert (sent, still, len(kling_host.creates)) == (3, 3, 4)
    assert not ProductVideo.objects.filter(pk__in=[video.pk for video in videos], stage=Stage.FAILED).exists()


@pytest.mark.parametrize("code", [1302, 1303])
def test_a_kling_that_is_busy_for_hours_fails_nothing(kling_host: KlingHost, account: KlingAccount, code: int) -> None:
    video = make_video(account=account)
    kling_host.next_creates.extend([refusal(429, code)] * 100)

    for _ in range(100):
        let_time_pass(130)  # three and a half hours in all
        submit()
    video.refresh_from_db()
    waited = (video.stage, video.error_code, video.attention, video.claims)
    let_time_pass(130)
    submit()

    video.refresh_from_db()
    assert len(kling_host.creates) == 101
    assert waited == (Stage.QUEUED, "", "", 0)
    assert video.stage == Stage.RENDERING
    account.refresh_from_db()
    assert (account.pause_reason, account.waits) == ("", 0)
