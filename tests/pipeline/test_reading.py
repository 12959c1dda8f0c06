"""Reading Kling's list: as seldom and as short as can be, and never hammering a Kling in trouble."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import make_complete_video, make_scene, make_video
from kling_host import KlingHost, refusal
from passing_time import always, let_time_pass

from productvideo import pace, pipeline
from productvideo.models import KlingAccount, ProductVideo, Scene
from productvideo.pipeline.rhythm import next_read
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def rendering(host: KlingHost, account: KlingAccount, *, age: float = 0, scene: Scene | None = None) -> dict[str, Any]:
    video = make_video(scene, account)
    task = host.make_task(str(video.pk), created_at=int((time.time() - age) * 1000))
    video.mark_rendering(task["task_id"], why="test")
    ProductVideo.objects.filter(pk=video.pk).update(submitted_at=now() - timedelta(seconds=age))
    return task


def renders_took(*seconds: float) -> None:
    for each in seconds:
        done = make_complete_video()
        times = {"accepted_at": now() - timedelta(seconds=each), "rendered_at": now()}
        ProductVideo.objects.filter(pk=done.pk).update(**times)


def seconds_until_next_read(account: KlingAccount) -> float:
    at = KlingAccount.objects.annotate(at=now()).get(pk=account.pk).at
    return round(next_read(account, at).total_seconds(), 1)


@pytest.mark.parametrize(
    ("age", "wait"),
    [(1, 5), (12, 20), (70, 5.7), (76, 5), (100, 5), (179, 5), (240, 5), (600, 10), (3600, 60), (86400, 600)],
)
def test_a_clip_is_looked_for_often_only_while_it_can_be_ready(
    kling_host: KlingHost, account: KlingAccount, age: float, wait: float
) -> None:
    renders_took(100, 105, 110, 115, 120)
    rendering(kling_host, account, age=age)

    assert seconds_until_next_read(account) == pytest.approx(wait, abs=0.3)


def test_without_a_history_the_list_is_read_at_the_pace_that_is_set(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    rendering(kling_host, account, age=60)

    assert seconds_until_next_read(account) == 5


def test_the_clip_that_can_be_ready_first_decides(kling_host: KlingHost, account: KlingAccount) -> None:
    renders_took(100, 105, 110, 115, 120)
    rendering(kling_host, account, age=20)
    rendering(kling_host, account, age=100)

    assert seconds_until_next_read(account) == 5


def test_a_free_place_and_a_lost_answer_do_not_wait_for_the_renders(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    renders_took(100, 105, 110, 115, 120)
    rendering(kling_host, account, age=20)
    assert seconds_until_next_read(account) == 20

    waiting = make_video(account=account)
    assert seconds_until_next_read(account) == 5
    ProductVideo.objects.filter(pk=waiting.pk).update(stage=Stage.SUBMITTING, submitted_at=now())
    assert seconds_until_next_read(account) == 5


def test_the_history_is_asked_of_the_database_once_a_minute(kling_host: KlingHost, account: KlingAccount) -> None:
    clip = pace.Clip(False, "kling-v2-5-turbo", "std", 5)
    pace.window_of(clip)

    with CaptureQueriesContext(connection) as asked:
        pace.window_of(clip)

    assert len(asked) == 0


def test_reading_ends_where_everything_that_is_being_made_was_seen(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    rendering(kling_host, account, age=300)
    for _ in range(1200):
        kling_host.make_task("")
    mine = rendering(kling_host, account)
    ProductVideo.objects.exclude(task_id=mine["task_id"]).update(stage=Stage.FAILED, due_at=None)

    pipeline.check(always)

    assert kling_host.reads == ["list"]


def test_a_whole_read_goes_back_to_when_the_oldest_waiting_video_was_approved(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    forgotten = make_video(account=account)
    task = kling_host.make_task(str(forgotten.pk))
    for _ in range(1200):
        kling_host.make_task("")
    KlingAccount.objects.update(listed_at=None)

    pipeline.check(always)

    forgotten.refresh_from_db()
    assert kling_host.reads == ["list"] * 3
    assert forgotten.task_id == task["task_id"]


def test_while_something_waits_the_whole_list_is_read_only_as_often_as_sending_needs_it(
    kling_host: KlingHost, account: KlingAccount, settings: Any
) -> None:
    settings.KLING_MAX_PARALLEL = 1
    make_video(account=account)
    rendering(kling_host, account)
    for _ in range(1200):
        kling_host.make_task("")
    rendering_video = ProductVideo.objects.get(stage=Stage.RENDERING)
    kling_host.tasks[rendering_video.task_id] = kling_host.tasks.pop(rendering_video.task_id)  # the newest

    pipeline.check(always)
    first = len(kling_host.reads)
    let_time_pass(21)
    pipeline.check(always)
    second = len(kling_host.reads) - first

    assert (first, second) == (1, 1)


def test_a_page_costs_a_fixed_number_of_statements_whatever_is_on_it(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    scene = make_scene()

    def statements(count: int) -> int:
        tasks = [rendering(kling_host, account, scene=scene) for _ in range(count)]
        for task in tasks:
            kling_host.succeed(task)
        KlingAccount.objects.update(list_due_at=now())
        with CaptureQueriesContext(connection) as asked:
            pipeline.check(always)
        return len(asked)

    few, some, many = statements(1), statements(40), statements(450)

    assert ProductVideo.objects.filter(stage=Stage.STORING).count() == 491
    assert some <= few + 1
    assert many <= few + 12  # SQLite takes 999 values a statement, so 450 rows need several of the same


def test_a_kling_that_answers_nothing_but_5xx_is_not_hammered(
    kling_host: KlingHost, account: KlingAccount, pauses: list[float]
) -> None:
    for _ in range(30):
        rendering(kling_host, account, age=200)
    for _ in range(5):
        make_video(account=account, stage=Stage.SUBMITTING, submitted_at=now())
    make_video(account=account)
    kling_host.next_reads.extend([refusal(503, 5001)] * 10_000)

    for _ in range(15):  # five minutes
        pipeline.check(always)
        pipeline.submit(always)
        let_time_pass(20)

    asked = len(kling_host.reads) / 3  # a read is tried three times before it counts as failed
    assert kling_host.creates == []
    assert asked < 30  # 36 videos, asked about every 5 s each, would have been 2,160


def test_after_a_storm_everything_goes_on_by_itself(
    kling_host: KlingHost, account: KlingAccount, pauses: list[float]
) -> None:
    tasks = [rendering(kling_host, account, age=200) for _ in range(3)]
    kling_host.next_reads.extend([refusal(503, 5001)] * 9)
    for _ in range(30):
        pipeline.check(always)
        let_time_pass(2)
    for task in tasks:
        kling_host.succeed(task)

    for _ in range(60):
        pipeline.check(always)
        let_time_pass(2)

    assert ProductVideo.objects.filter(stage=Stage.STORING).count() == 3
    account.refresh_from_db()
    assert (account.list_failures, account.list_error) == (0, "")


def test_a_whole_read_goes_no_further_than_to_the_last_one(kling_host: KlingHost, account: KlingAccount) -> None:
    waiting = make_video(account=account)
    ProductVideo.objects.filter(pk=waiting.pk).update(created_at=now() - timedelta(hours=5))
    KlingAccount.objects.update(listed_at=now() - timedelta(minutes=2))
    long_ago = int((time.time() - 3600) * 1000)
    for _ in range(3000):
        kling_host.make_task("", created_at=long_ago)

    pipeline.check(always)

    account.refresh_from_db()
    assert kling_host.reads == ["list"]
    assert KlingAccount.objects.filter(listed_at__gt=now() - timedelta(seconds=30)).exists()


def test_what_a_backup_has_forgotten_lies_after_its_own_last_whole_read(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    forgotten = make_video(account=account)
    ProductVideo.objects.filter(pk=forgotten.pk).update(created_at=now() - timedelta(days=2))
    KlingAccount.objects.update(listed_at=now() - timedelta(days=1))
    task = kling_host.make_task(str(forgotten.pk), created_at=int((time.time() - 23 * 3600) * 1000))
    for _ in range(1200):
        kling_host.make_task("")

    pipeline.check(always)
    pipeline.submit(always)

    forgotten.refresh_from_db()
    assert kling_host.creates == []
    assert forgotten.task_id == task["task_id"]
