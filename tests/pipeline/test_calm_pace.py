"""While Kling's callbacks arrive, its list is read calmly; when they do not, nobody waits in the dark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from factories import make_video
from kling_host import KlingHost
from passing_time import always, let_time_pass
from pytest_django import Settings

import kling
from productvideo import callbacks, pipeline
from productvideo.models import KlingAccount, ProductVideo
from productvideo.pipeline.rhythm import next_read
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
USUAL, CALM = 5, 60


@pytest.fixture(autouse=True)
def callbacks_are_used(settings: Settings) -> None:
    settings.KLING_CALLBACKS, settings.PUBLIC_URL = True, "https://videos.example.com"


def make_rendering(host: KlingHost, account: KlingAccount) -> tuple[ProductVideo, dict[str, Any]]:
    video = make_video(account=account)
    task = host.make_task(str(video.pk))
    assert video.mark_rendering(task["task_id"], why="test")
    ProductVideo.objects.filter(pk=video.pk).update(submitted_at=now() - timedelta(seconds=30))
    return video, task


def call_about(video: ProductVideo) -> None:
    video.refresh_from_db()
    callback = kling.Callback(task_id=video.task_id, external_task_id=str(video.pk), status="succeed")
    callbacks.make_due(video.pk, callback)


def called(account: KlingAccount, *, ago: float) -> None:
    KlingAccount.objects.filter(pk=account.pk).update(called_back_at=now() - timedelta(seconds=ago))


def rest(account: KlingAccount) -> float:
    at = KlingAccount.objects.annotate(at=now()).get(pk=account.pk).at
    return round(next_read(account, at).total_seconds())


@pytest.fixture
def rendering(kling_host: KlingHost, account: KlingAccount) -> ProductVideo:
    return make_rendering(kling_host, account)[0]


@pytest.mark.parametrize(("ago", "pace"), [(0, USUAL), (2, CALM), (600, CALM), (3590, CALM), (3610, USUAL)])
def test_a_callback_within_the_last_hour_makes_the_pace_calm(
    rendering: ProductVideo, account: KlingAccount, ago: float, pace: int
) -> None:
    called(account, ago=ago)

    assert rest(account) == pace


def test_without_any_callback_the_usual_pace_holds(rendering: ProductVideo, account: KlingAccount) -> None:
    assert rest(account) == USUAL


def test_where_callbacks_are_not_used_any_more_an_old_one_counts_for_nothing(
    rendering: ProductVideo, account: KlingAccount, settings: Settings
) -> None:
    called(account, ago=10)
    settings.KLING_CALLBACKS = False

    assert rest(account) == USUAL


def test_a_pace_that_is_slower_by_itself_stays_so(
    rendering: ProductVideo, account: KlingAccount, settings: Settings
) -> None:
    called(account, ago=10)
    settings.KLING_POLL_SECONDS = 90.0

    assert rest(account) == 90


@pytest.mark.parametrize("waiting", [Stage.QUEUED, Stage.SUBMITTING])
def test_what_waits_for_the_list_itself_gets_it_at_the_usual_pace(
    rendering: ProductVideo, account: KlingAccount, waiting: Stage
) -> None:
    called(account, ago=10)
    video = make_video(account=account)
    ProductVideo.objects.filter(pk=video.pk).update(stage=waiting)

    assert rest(account) == USUAL


def test_when_all_places_are_taken_a_queue_does_not_disturb_the_calm(
    rendering: ProductVideo, account: KlingAccount, settings: Settings
) -> None:
    called(account, ago=10)
    settings.KLING_MAX_PARALLEL = 1
    make_video(account=account)

    assert rest(account) == CALM


@pytest.mark.parametrize(
    ("stage", "rendered", "finished"),
    [(Stage.STORING, 100, None), (Stage.FAILED, None, 100), (Stage.FAILED, 100, 50)],
)
def test_what_ended_in_silence_ends_the_calm(
    kling_host: KlingHost,
    rendering: ProductVideo,
    account: KlingAccount,
    stage: Stage,
    rendered: float | None,
    finished: float | None,
) -> None:
    called(account, ago=300)
    ended, _ = make_rendering(kling_host, account)

    def before(seconds: float | None) -> object:
        return None if seconds is None else now() - timedelta(seconds=seconds)

    ProductVideo.objects.filter(pk=ended.pk).update(
        stage=stage,
        rendered_at=before(rendered),
        finished_at=before(finished),
        due_at=now() if stage == Stage.STORING else None,
    )

    assert rest(account) == USUAL
    called(account, ago=130)
    assert rest(account) == CALM


def test_a_film_that_was_announced_and_took_long_to_save_ended_in_no_silence(
    kling_host: KlingHost, rendering: ProductVideo, account: KlingAccount
) -> None:
    called(account, ago=600)
    saved, _ = make_rendering(kling_host, account)
    ProductVideo.objects.filter(pk=saved.pk).update(
        stage=Stage.FAILED, due_at=None, rendered_at=now() - timedelta(seconds=590), finished_at=now()
    )

    assert rest(account) == CALM


def test_what_never_came_to_kling_ended_in_no_silence(rendering: ProductVideo, account: KlingAccount) -> None:
    called(account, ago=600)
    make_video(account=account).mark_failed(code="cancelled", message="Cancelled.")

    assert rest(account) == CALM


def test_ten_calm_minutes_cost_ten_reads_and_a_call_brings_the_next_one_forward(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video, task = make_rendering(kling_host, account)
    call_about(video)
    for _ in range(300):
        pipeline.check(always)
        let_time_pass(2)
    calm = len(kling_host.reads)
    kling_host.succeed(task)

    call_about(video)
    pipeline.check(always)

    video.refresh_from_db()
    assert video.stage == Stage.STORING
    assert calm <= 12  # at once, after 5 s, then every minute
    assert set(kling_host.reads) == {"list"}


def test_calls_that_came_while_the_list_was_read_are_followed_by_another_read(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    first, first_task = make_rendering(kling_host, account)
    second, second_task = make_rendering(kling_host, account)
    called(account, ago=10)
    KlingAccount.objects.update(list_due_at=now())

    def end_too_late_for_this_page() -> None:
        kling_host.after_each_read = lambda: None
        for video, task in ((first, first_task), (second, second_task)):
            kling_host.tasks[task["task_id"]] = ended = dict(task)
            kling_host.succeed(ended)
            call_about(video)

    kling_host.after_each_read = end_too_late_for_this_page
    pipeline.check(always)
    assert not ProductVideo.objects.filter(stage=Stage.STORING).exists()
    let_time_pass(6)
    pipeline.check(always)

    assert ProductVideo.objects.filter(stage=Stage.STORING).count() == 2


def test_a_firewall_that_eats_callbacks_costs_one_calm_minute(kling_host: KlingHost, account: KlingAccount) -> None:
    video, task = make_rendering(kling_host, account)
    make_rendering(kling_host, account)
    called(account, ago=120)
    pipeline.check(always)
    kling_host.succeed(task)

    for _ in range(31):
        let_time_pass(2)
        pipeline.check(always)

    video.refresh_from_db()
    assert video.stage == Stage.STORING
    assert rest(account) == USUAL


def test_the_order_names_the_address_to_call(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account)

    pipeline.submit(always)

    assert [order["callback_url"] for order in kling_host.creates] == [callbacks.callback_url_for(video)]
    assert kling_host.creates[0]["callback_url"].startswith("https://videos.example.com/webhooks/kling/")


def test_where_callbacks_are_not_used_the_order_names_none(
    kling_host: KlingHost, account: KlingAccount, settings: Settings
) -> None:
    settings.KLING_CALLBACKS = False
    make_video(account=account)

    pipeline.submit(always)

    assert [order.get("callback_url", "") for order in kling_host.creates] == [""]
