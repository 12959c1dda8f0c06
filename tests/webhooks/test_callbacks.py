"""A callback makes the account due, at most once a second, and nothing else, whatever it says."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from deliveries import address_of, deliver, legacy, new, signed
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import make_account, make_complete_video, make_video
from kling_host import KlingHost, kling_host
from passing_time import always, let_time_pass

import kling
from productvideo import accounts, callbacks, pipeline, restores
from productvideo.models import KlingAccount, ProductVideo, Submission, VideoEvent
from productvideo.querysets import now
from productvideo.states import Stage

__all__ = ["kling_host"]
pytestmark = pytest.mark.django_db
EVIL = "https://evil.test/film.mp4"


def is_due(account: KlingAccount) -> bool:
    return KlingAccount.objects.filter(pk=account.pk).list_is_due().exists()


def row(video: ProductVideo) -> dict[str, Any]:
    return ProductVideo.objects.filter(pk=video.pk).values().get()


@pytest.mark.parametrize("body", [legacy, new])
@pytest.mark.parametrize("status", ["succeed", "succeeded", "failed", "dreaming"])
def test_the_list_becomes_due(
    video: ProductVideo, account: KlingAccount, address: str, body: Any, status: str
) -> None:
    before = row(video)

    answer = deliver(address, body(video, status))

    assert (answer.status_code, answer.json()) == (200, {})
    assert is_due(account)
    assert row(video) == before
    assert VideoEvent.objects.filter(video=video).count() == 1  # the one of the fixture
    assert Submission.objects.count() == 0


def test_a_forged_body_behind_a_good_token_changes_nothing_but_that(
    video: ProductVideo, account: KlingAccount, address: str
) -> None:
    before = row(video)
    videos = [{"id": "1", "url": EVIL, "duration": "5"}]

    deliver(address, legacy(video, "succeed", task_result={"videos": videos}, final_unit_deduction="9999"))
    KlingAccount.objects.update(called_back_at=None)
    deliver(address, new(video, "failed", message="gone", outputs=videos, billing=[{"amount": "9999"}]))

    assert row(video) == before
    assert EVIL not in str(row(video))


def test_what_is_true_is_read_from_kling(kling_host: KlingHost, video: ProductVideo, address: str) -> None:
    task = kling_host.make_task(str(video.pk), task_id=video.task_id)
    kling_host.succeed(task)

    deliver(address, legacy(video, "failed"))
    pipeline.check(always)

    video.refresh_from_db()
    assert (video.stage, video.source_url) == (Stage.STORING, "https://files.test/film.mp4")
    assert kling_host.reads == ["list"]


@pytest.mark.parametrize(
    "changes",
    [
        {"task_id": "850000000000000002"},
        {"task_info": {"external_task_id": str(uuid.uuid4())}},
        {"task_id": "850000000000000002", "task_info": {}},
    ],
)
def test_a_body_about_another_task_does_nothing(
    video: ProductVideo, account: KlingAccount, address: str, changes: dict[str, Any]
) -> None:
    answer = deliver(address, legacy(video, **changes))

    assert (answer.status_code, answer.json()) == (200, {})
    assert not is_due(account)


def test_a_body_without_our_id_is_known_by_its_task(video: ProductVideo, account: KlingAccount, address: str) -> None:
    deliver(address, legacy(video, task_info={}))

    assert is_due(account)


@pytest.mark.parametrize("status", ["submitted", "processing"])
@pytest.mark.parametrize("write", [legacy, new])
def test_that_a_known_task_is_still_being_made_is_not_worth_a_request(
    video: ProductVideo, account: KlingAccount, address: str, status: str, write: Any
) -> None:
    answer = deliver(address, write(video, status))

    assert answer.status_code == 200
    assert not is_due(account)


def test_a_call_that_comes_before_the_answer_to_the_order_counts(account: KlingAccount) -> None:
    video = make_video(account=account)
    ProductVideo.objects.filter(pk=video.pk).update(stage=Stage.SUBMITTING)

    deliver(address_of(video), new(video, "submitted", id="850000000000000003"))

    assert is_due(account)


@pytest.mark.parametrize("stage", [Stage.STORING, Stage.FAILED, Stage.COMPLETE])
def test_a_late_call_costs_no_write(account: KlingAccount, stage: Stage) -> None:
    video = make_complete_video(account=account)
    if stage != Stage.COMPLETE:
        due_at = now() if stage == Stage.STORING else None
        ProductVideo.objects.filter(pk=video.pk).update(stage=stage, due_at=due_at)
    with CaptureQueriesContext(connection) as queries:
        answer = deliver(address_of(video), legacy(video))

    assert answer.status_code == 200
    assert not is_due(account)
    assert [query["sql"][:6] for query in queries] == ["SELECT"]


def test_two_thousand_repeats_write_once_a_second_at_most(
    video: ProductVideo, account: KlingAccount, address: str
) -> None:
    callback, writes = kling.read_callback(legacy(video)), []
    assert callback is not None
    began = KlingAccount.objects.values_list(now()).get(pk=account.pk)[0]

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.lstrip().upper().startswith("SELECT"):
            writes.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        for _ in range(2_000):
            callbacks.make_due(video.pk, callback)
        for _ in range(100):  # the door adds none
            assert deliver(address, legacy(video)).status_code == 200

    seconds = (KlingAccount.objects.values_list(now()).get(pk=account.pk)[0] - began).total_seconds()
    counted = [sql for sql in writes if sql.startswith("UPDATE") and "called_back_at" in sql.partition("WHERE")[0]]
    assert 1 <= len(counted) <= seconds + 1
    assert len([sql for sql in writes if sql.startswith("UPDATE")]) == 2 * len(counted)


def test_calls_about_many_videos_of_an_account_count_as_one(account: KlingAccount) -> None:
    videos = [make_video(account=account) for _ in range(3)]
    stamps = set()
    for video in videos:
        deliver(address_of(video), new(video, id="850000000000000004"))
        stamps.add(KlingAccount.objects.get(pk=account.pk).called_back_at)
    let_time_pass(1.1)

    deliver(address_of(videos[0]), new(videos[0], id="850000000000000004"))

    assert len(stamps) == 1
    assert KlingAccount.objects.get(pk=account.pk).called_back_at > stamps.pop()


def test_an_account_is_not_called_for_another_one(video: ProductVideo, account: KlingAccount, address: str) -> None:
    other = make_account(host="https://other.test")
    KlingAccount.objects.filter(pk=other.pk).update(list_due_at=now() + timedelta(hours=1))

    deliver(address, legacy(video))

    assert is_due(account) and not is_due(other)


def test_who_reads_or_backs_off_just_now_is_left_alone(
    video: ProductVideo, account: KlingAccount, address: str
) -> None:
    for busy in ({"list_token": uuid.uuid4()}, {"list_token": None, "list_failures": 1}):
        KlingAccount.objects.filter(pk=account.pk).update(called_back_at=None, **busy)

        deliver(address, legacy(video))

        assert not is_due(account)


def test_calls_in_any_order_and_twice_end_where_kling_is(
    kling_host: KlingHost, video: ProductVideo, account: KlingAccount, address: str
) -> None:
    task = kling_host.make_task(str(video.pk), task_id=video.task_id)
    kling_host.succeed(task)
    restores.notice(accounts.current_account())

    for status in ("succeed", "processing", "submitted", "succeed", "failed"):
        assert deliver(address, legacy(video, status)).status_code == 200
        pipeline.check(always)
        let_time_pass(2)

    video.refresh_from_db()
    assert video.stage == Stage.STORING
    assert kling_host.reads == ["list"]


def test_the_answer_tells_nothing_of_a_video_that_is_not_there(video: ProductVideo, address: str) -> None:
    there = deliver(address, legacy(video))
    video.events.all().delete()
    video.delete()
    gone = deliver(address, legacy(video))
    never = ProductVideo(pk=uuid.uuid4())
    unknown = deliver(address_of(never), new(never, id="1"))

    answers = {(a.status_code, a.content, tuple(sorted(a.headers.keys()))) for a in (there, gone, unknown)}
    assert len(answers) == 1
    assert there.status_code == 200


def test_signed_or_not_it_does_the_same(
    video: ProductVideo, account: KlingAccount, address: str, settings: Any
) -> None:
    body = new(video)

    answer = deliver(address, body, signed(body))

    assert answer.status_code == 200
    assert is_due(account)
