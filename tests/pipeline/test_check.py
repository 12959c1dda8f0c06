"""Watching: one list read moves every video on it, adopts what was forgotten, and one strange entry stops nothing."""

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from factories import make_video
from kling_host import KlingHost, refusal
from passing_time import always, let_time_pass

from productvideo import ledger, pipeline
from productvideo.models import KlingAccount, ProductVideo, Submission
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def rendering(host: KlingHost, account: KlingAccount) -> tuple[ProductVideo, dict]:
    video = make_video(account=account)
    task = host.make_task(str(video.pk))
    assert video.mark_rendering(task["task_id"], why="test")
    return video, task


def test_one_read_of_the_list_moves_every_video_on_it(kling_host: KlingHost, account: KlingAccount) -> None:
    ready, ready_task = rendering(kling_host, account)
    broken, broken_task = rendering(kling_host, account)
    waiting, _ = rendering(kling_host, account)
    kling_host.succeed(ready_task, units="2.5")
    kling_host.fail(broken_task, "Image pixel is invalid")

    pipeline.check(always)

    for video in (ready, broken, waiting):
        video.refresh_from_db()
    assert kling_host.reads == ["list"]
    assert (ready.stage, ready.source_url, str(ready.units_charged)) == (
        Stage.STORING,
        "https://files.test/film.mp4",
        "2.5000",
    )
    assert ready.source_expires_at is not None
    assert (broken.stage, broken.due_at, broken.error_code) == (Stage.FAILED, None, "kling_failed")
    assert "Image pixel is invalid" in broken.error_message
    assert waiting.stage == Stage.RENDERING
    assert [event.to_stage for event in ready.events.all()] == ["rendering", "storing"]


def test_the_list_is_read_once_however_many_look(kling_host: KlingHost, account: KlingAccount) -> None:
    rendering(kling_host, account)

    for _ in range(5):
        pipeline.check(always)

    assert kling_host.reads == ["list"]


def test_the_safety_check_of_kling_is_named(kling_host: KlingHost, account: KlingAccount) -> None:
    video, task = rendering(kling_host, account)
    kling_host.fail(task, "Failure to pass the risk control system")

    pipeline.check(always)

    video.refresh_from_db()
    assert video.error_code == "policy"
    assert "safety check" in video.error_message


def test_a_task_that_a_restored_backup_has_forgotten_is_found_before_it_is_bought_again(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account)
    task = kling_host.make_task(str(video.pk))
    kling_host.succeed(task)
    KlingAccount.objects.update(listed_at=None)

    pipeline.submit(always)
    pipeline.check(always)
    pipeline.submit(always)

    video.refresh_from_db()
    assert kling_host.creates == []
    assert (video.stage, video.task_id) == (Stage.STORING, task["task_id"])
    assert [event.to_stage for event in video.events.all()] == ["rendering", "storing"]
    assert list(Submission.objects.order_by("pk").values_list("kind", "outcome")) == [
        ("order", "adopted"),
        ("look-up", "adopted"),
    ]


def test_a_submitting_video_is_adopted_from_the_list(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account)
    kling_host.next_creates.append(kling_host.accept_but_lose_the_answer)
    pipeline.submit(always)

    pipeline.check(always)

    video.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert list(Submission.objects.order_by("pk").values_list("kind", "outcome")) == [
        ("order", "adopted"),
        ("look-up", "adopted"),
    ]


def test_a_failed_video_that_kling_has_after_all_is_adopted(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account)
    video.mark_failed(code="kling_1201", message="no")
    kling_host.make_task(str(video.pk))
    make_video(account=account)

    pipeline.check(always)

    video.refresh_from_db()
    assert (video.stage, video.error_code) == (Stage.RENDERING, "")


@pytest.mark.parametrize(
    "entry",
    [
        {"task_status": "dreaming"},
        {"task_status": "succeed", "task_result": {}},
        {"task_status": 7},
        {"task_id": None, "task_status": "submitted"},
    ],
)
def test_one_strange_entry_is_flagged_and_the_others_go_on(
    kling_host: KlingHost, account: KlingAccount, entry: dict
) -> None:
    good, good_task = rendering(kling_host, account)
    kling_host.succeed(good_task)
    odd, odd_task = rendering(kling_host, account)
    odd_task |= entry
    kling_host.tasks["rubbish"] = "not even an object"  # type: ignore[assignment]

    pipeline.check(always)

    good.refresh_from_db()
    odd.refresh_from_db()
    assert good.stage == Stage.STORING
    assert odd.stage == Stage.RENDERING
    assert odd.attention


def test_two_tasks_with_one_of_our_ids_raise_an_alarm(kling_host: KlingHost, account: KlingAccount) -> None:
    video, task = rendering(kling_host, account)
    second = kling_host.make_task(str(video.pk))

    pipeline.check(always)

    video.refresh_from_db()
    assert task["task_id"] in video.attention
    assert second["task_id"] in video.attention


def test_a_task_that_fell_off_the_list_is_asked_for_alone(kling_host: KlingHost, account: KlingAccount) -> None:
    video, task = rendering(kling_host, account)
    kling_host.listed = False
    kling_host.succeed(task)

    let_time_pass(120)
    pipeline.check(always)

    video.refresh_from_db()
    assert video.stage == Stage.STORING
    assert kling_host.reads == ["list", task["task_id"]]


def test_not_found_for_half_an_hour_means_lost_at_kling(kling_host: KlingHost, account: KlingAccount) -> None:
    video, _ = rendering(kling_host, account)
    kling_host.listed = kling_host.found = False

    let_time_pass(120)
    pipeline.check(always)
    video.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert str(video.pk) in kling_host.reads
    let_time_pass(31 * 60)
    pipeline.check(always)

    video.refresh_from_db()
    assert (video.stage, video.error_code) == (Stage.FAILED, "lost_at_kling")


def test_a_task_that_never_ends_is_given_up_after_thirty_days(kling_host: KlingHost, account: KlingAccount) -> None:
    video, _ = rendering(kling_host, account)
    ProductVideo.objects.update(submitted_at=now() - timedelta(days=31), due_at=now())
    kling_host.listed = False

    pipeline.check(always)

    video.refresh_from_db()
    assert (video.stage, video.error_code) == (Stage.FAILED, "never_ended")


def test_the_older_the_awaited_videos_the_rarer_the_reads(kling_host: KlingHost, account: KlingAccount) -> None:
    rendering(kling_host, account)
    ProductVideo.objects.update(submitted_at=now() - timedelta(hours=5))

    pipeline.check(always)
    let_time_pass(60)
    pipeline.check(always)

    assert kling_host.reads.count("list") == 1


def test_a_list_that_cannot_be_read_backs_off_and_lets_nothing_be_sent(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    make_video(account=account)
    KlingAccount.objects.update(listed_at=None)
    kling_host.next_reads.extend([refusal(500, 5000)] * 30)

    for _ in range(5):
        pipeline.check(always)
        pipeline.submit(always)

    account.refresh_from_db()
    assert kling_host.creates == []
    assert account.list_failures == 1


def test_refused_credentials_pause_the_account_until_a_read_is_answered(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    rendering(kling_host, account)
    kling_host.next_reads.append(refusal(401, 1002, "api key not found"))

    pipeline.check(always)
    account.refresh_from_db()
    assert account.pause_reason
    let_time_pass(61)
    pipeline.check(always)

    account.refresh_from_db()
    assert account.pause_reason == ""


def test_unfinished_practice_videos_end_once_real_keys_are_set(kling_host: KlingHost, account: KlingAccount) -> None:
    practice = KlingAccount.objects.create(host="sandbox", simulated=True)
    queued = make_video(account=practice)
    done = make_video(account=practice, stage=Stage.FAILED, due_at=None, error_message="before")

    pipeline.check(always)

    queued.refresh_from_db()
    done.refresh_from_db()
    assert (queued.stage, queued.error_message) == (Stage.FAILED, "Practice video, nothing was charged.")
    assert done.error_message == "before"
    assert kling_host.reads == []


def test_a_foreign_task_on_the_list_is_left_alone(kling_host: KlingHost, account: KlingAccount) -> None:
    rendering(kling_host, account)
    kling_host.make_task("somebody-else")
    kling_host.make_task(str(uuid.uuid4()))

    pipeline.check(always)

    assert ProductVideo.objects.count() == 1


def test_a_page_costs_the_same_number_of_statements_however_many_videos_it_moves(
    kling_host: KlingHost, account: KlingAccount, django_assert_max_num_queries: object
) -> None:
    for _ in range(40):
        _, task = rendering(kling_host, account)
        kling_host.succeed(task)

    with django_assert_max_num_queries(40):  # type: ignore[operator]
        pipeline.check(always)

    assert ProductVideo.objects.filter(stage=Stage.STORING).count() == 40


def test_a_list_that_is_not_read_to_its_end_does_not_count_as_read(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    make_video(account=account)
    KlingAccount.objects.update(listed_at=None)
    for _ in range(501):
        kling_host.make_task("", created_at=int(time.time() * 1000))

    kling_host.pages_answered = 1
    pipeline.check(always)

    account.refresh_from_db()
    assert account.listed_at is None


def test_on_a_list_that_is_not_newest_first_every_page_is_read(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account)
    KlingAccount.objects.update(listed_at=None)
    mine = kling_host.make_task(str(video.pk))  # the host lists what was made last first
    for number in range(700):
        kling_host.make_task("", created_at=mine["created_at"] - 10**10 - number)

    pipeline.check(always)

    video.refresh_from_db()
    assert (video.stage, video.task_id) == (Stage.RENDERING, mine["task_id"])


@pytest.mark.parametrize("units", ["99999999", "1e9", "-4", "NaN", "many"])
def test_a_price_that_nobody_can_mean_stops_nothing(kling_host: KlingHost, account: KlingAccount, units: str) -> None:
    odd, odd_task = rendering(kling_host, account)
    good, good_task = rendering(kling_host, account)
    kling_host.succeed(odd_task, units=units)
    kling_host.succeed(good_task)

    pipeline.check(always)

    for video in (odd, good):
        video.refresh_from_db()
        assert video.stage == Stage.STORING
    assert odd.units_charged is None


def test_two_videos_with_one_task_are_flagged_and_the_others_go_on(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    twins = [make_video(account=account) for _ in range(2)]
    good, good_task = rendering(kling_host, account)
    kling_host.succeed(good_task)
    for twin in twins:
        kling_host.make_task(str(twin.pk))["task_id"] = "7"

    pipeline.check(always)

    good.refresh_from_db()
    assert good.stage == Stage.STORING
    assert ProductVideo.objects.filter(task_id="7").count() == 1


def test_a_video_that_was_given_up_is_taken_back_when_kling_shows_it_again(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video, task = rendering(kling_host, account)
    video.mark_failed(code="lost_at_kling", message="lost")
    kling_host.succeed(task)
    make_video(account=account)

    pipeline.check(always)

    video.refresh_from_db()
    assert (video.stage, video.error_code) == (Stage.STORING, "")


def test_what_was_lost_at_kling_still_counts_in_the_month(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account)
    pipeline.submit(always)
    kling_host.listed = kling_host.found = False
    ProductVideo.objects.update(missing_since=now() - timedelta(hours=1), due_at=now())

    pipeline.check(always)

    video.refresh_from_db()
    assert video.error_code == "lost_at_kling"
    assert ledger.units_this_month(video.persona, simulated=False) == video.units_estimated


def test_a_time_of_kling_s_that_cannot_be_meant_does_not_end_its_copy(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video, task = rendering(kling_host, account)
    kling_host.succeed(task)
    task |= {"created_at": 1722769557708, "updated_at": 1722769557708}

    pipeline.check(always)

    video.refresh_from_db()
    assert ProductVideo.objects.filter(source_expires_at__gt=now() + timedelta(days=29)).exists()


def test_a_status_that_goes_backwards_moves_nothing(kling_host: KlingHost, account: KlingAccount) -> None:
    video, task = rendering(kling_host, account)
    kling_host.succeed(task)
    pipeline.check(always)
    task["task_status"] = "processing"
    rendering(kling_host, account)
    KlingAccount.objects.update(list_due_at=now())

    pipeline.check(always)

    video.refresh_from_db()
    assert video.stage == Stage.STORING


@pytest.mark.chaos
def test_a_thousand_ticks_read_the_list_once(kling_host: KlingHost, account: KlingAccount, settings: Any) -> None:
    settings.KLING_POLL_SECONDS = 600.0
    rendering(kling_host, account)
    make_video(account=account)

    for _ in range(334):
        pipeline.submit(always)
        pipeline.check(always)
        pipeline.collect(always)

    assert kling_host.reads == ["list"]
    assert len(kling_host.creates) == 1


def test_after_an_outage_one_read_settles_what_has_become_overdue(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    for _ in range(60):
        rendering(kling_host, account)
    ProductVideo.objects.update(due_at=now() - timedelta(hours=3))
    KlingAccount.objects.update(list_due_at=now() - timedelta(hours=3))

    pipeline.check(always)

    assert kling_host.reads == ["list"]


def test_a_clock_of_the_database_that_is_set_back_delays_and_loses_nothing(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    sent, _ = rendering(kling_host, account)
    waiting = make_video(account=account)
    let_time_pass(-600)

    pipeline.submit(always)
    pipeline.check(always)
    assert kling_host.creates == []
    let_time_pass(660)
    for _ in range(2):
        pipeline.check(always)
        pipeline.submit(always)

    waiting.refresh_from_db()
    sent.refresh_from_db()
    assert (waiting.stage, sent.stage) == (Stage.RENDERING, Stage.RENDERING)
    assert len(kling_host.creates) == 1


def test_a_list_that_shifts_while_it_is_read_loses_nobody(kling_host: KlingHost, account: KlingAccount) -> None:
    first, task = rendering(kling_host, account)
    for _ in range(700):
        kling_host.make_task("")
    kling_host.succeed(task)
    kling_host.after_each_read = lambda: [kling_host.make_task("") for _ in range(30)]

    pipeline.check(always)

    first.refresh_from_db()
    assert first.stage == Stage.STORING


def test_the_alarm_about_two_tasks_outlasts_the_film(kling_host: KlingHost, account: KlingAccount) -> None:
    video, _ = rendering(kling_host, account)
    second = kling_host.make_task(str(video.pk))
    pipeline.check(always)
    ProductVideo.objects.filter(pk=video.pk).update(stage=Stage.STORING)
    video.refresh_from_db()

    video.mark_complete(file="videos/x.mp4", sha256="0" * 64, size_bytes=1)

    assert second["task_id"] in video.attention


def test_of_an_order_that_kling_took_twice_both_tasks_are_in_the_ledger(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account)
    pipeline.submit(always)
    video.refresh_from_db()
    second = kling_host.make_task(str(video.pk))
    for task in (kling_host.tasks[video.task_id], second):
        kling_host.succeed(task, units="1.5")
    KlingAccount.objects.update(list_due_at=now())

    for _ in range(2):
        pipeline.check(always)
        KlingAccount.objects.update(list_due_at=now())

    lines = Submission.objects.filter(kind="order").order_by("task_id")
    assert [(line.task_id, str(line.units_charged)) for line in lines] == [
        (task_id, "1.5000") for task_id in sorted([video.task_id, second["task_id"]])
    ]
