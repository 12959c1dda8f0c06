"""How many requests it takes to wait: few for each video, however many there are, and however old one of them is."""

import random
import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from factories import REAL_HOST, make_account, make_complete_video, make_scene, make_video
from kling_host import KlingHost
from passing_time import always, let_time_pass

import kling
from kling.auth import auth_for
from productvideo import pipeline
from productvideo.models import KlingAccount, ProductVideo
from productvideo.pipeline.reading import read_list
from productvideo.pipeline.rhythm import next_read
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def put_at_kling(host: KlingHost, account: KlingAccount, *, ages: list[float]) -> list[str]:
    """Let Kling make videos that were sent so many seconds ago, oldest first; return their tasks."""
    template = make_video(make_scene(), account)
    tasks = []
    videos = []
    for take, age in enumerate(ages, 2):
        video = ProductVideo.objects.get(pk=template.pk)
        video.pk, video.take, video.stage = uuid.uuid4(), take, Stage.RENDERING
        video.task_id = tasks_of_others(host, 1, age=age)[0]
        host.tasks[video.task_id]["task_info"] = {"external_task_id": str(video.pk)}
        sent = template.created_at - timedelta(seconds=age)
        video.created_at = video.submitted_at = video.accepted_at = sent
        video.due_at = template.created_at + timedelta(seconds=60)
        videos.append(video)
        tasks.append(video.task_id)
    ProductVideo.objects.bulk_create(videos)
    template.delete()
    return tasks


def tasks_of_others(host: KlingHost, count: int, *, age: float = 0) -> list[str]:
    made = int((time.time() - age) * 1000)
    return [host.make_task("", created_at=made, updated_at=made)["task_id"] for _ in range(count)]


def pass_time(host: KlingHost, seconds: float) -> None:
    let_time_pass(seconds)
    for task in host.tasks.values():
        task["created_at"] -= int(seconds * 1000)


def test_a_thousand_in_flight_cost_a_fifth_of_a_request_each(kling_host: KlingHost, account: KlingAccount) -> None:
    tasks = put_at_kling(kling_host, account, ages=[0.0] * 1000)
    lots = random.Random(4)
    left = sorted((lots.uniform(60, 230), task) for task in tasks)

    for second in range(0, 240, 6):  # the first tick after KLING_POLL_SECONDS
        while left and left[0][0] <= second:
            kling_host.succeed(kling_host.tasks[left.pop(0)[1]])
        pipeline.check(always)
        pass_time(kling_host, 6)

    assert ProductVideo.objects.filter(stage=Stage.STORING).count() == 1000
    assert set(kling_host.reads) == {"list"}
    assert len(kling_host.reads) <= 0.2 * 1000


def test_one_that_takes_for_ever_does_not_make_every_read_long(kling_host: KlingHost, account: KlingAccount) -> None:
    put_at_kling(kling_host, account, ages=[3600])
    for minute in range(60, 0, -1):
        tasks_of_others(kling_host, 100, age=60 * minute)
    put_at_kling(kling_host, account, ages=[30] * 5)

    pipeline.check(always)

    assert kling_host.reads == ["list"] * 3


def test_one_that_takes_for_ever_does_not_make_the_whole_read_long(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    put_at_kling(kling_host, account, ages=[36_000])
    for minute in range(600, 0, -1):
        tasks_of_others(kling_host, 10, age=60 * minute)
    waiting = make_video(account=account)
    forgotten = kling_host.make_task(str(waiting.pk))
    KlingAccount.objects.update(listed_at=None)

    pipeline.check(always)

    account.refresh_from_db()
    waiting.refresh_from_db()
    assert account.listed_at is not None
    assert waiting.task_id == forgotten["task_id"]
    assert kling_host.reads == ["list"] * 3


def test_what_waits_longer_than_others_take_is_looked_for_all_the_way(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    waiting = make_video(account=account)
    ProductVideo.objects.update(created_at=now() - timedelta(hours=2))
    forgotten = kling_host.make_task(str(waiting.pk), created_at=int((time.time() - 7000) * 1000))
    tasks_of_others(kling_host, 4500, age=3600)
    KlingAccount.objects.update(listed_at=None)

    pipeline.check(always)

    waiting.refresh_from_db()
    assert waiting.task_id == forgotten["task_id"]
    assert kling_host.reads == ["list"] * 10


def test_a_task_further_down_than_the_list_is_read_is_still_found(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    [old] = put_at_kling(kling_host, account, ages=[3600])
    tasks_of_others(kling_host, 3000)
    kling_host.succeed(kling_host.tasks[old])

    for _ in range(15):
        pipeline.check(always)
        pass_time(kling_host, 5)

    assert ProductVideo.objects.get(task_id=old).stage == Stage.STORING
    assert [name for name in kling_host.reads if name != "list"] == [old]


def test_a_pace_that_slows_down_asks_for_nothing_alone_that_the_list_would_show(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    *old, young = put_at_kling(kling_host, account, ages=[3600.0] * 50 + [1.0])
    pipeline.check(always)
    kling_host.fail(kling_host.tasks[young], "no")

    for _ in range(150):  # five minutes
        pipeline.check(always)
        pass_time(kling_host, 2)

    assert ProductVideo.objects.filter(stage=Stage.RENDERING).count() == len(old)
    assert set(kling_host.reads) == {"list"}
    assert len(kling_host.reads) < 12  # every minute, and at first more often


def renders_took(seconds: float, account: KlingAccount) -> None:
    for _ in range(5):
        done = make_complete_video(account=account)
        times = {"accepted_at": now() - timedelta(seconds=seconds), "rendered_at": now()}
        ProductVideo.objects.filter(pk=done.pk).update(**times)


def seconds_until_next_read(account: KlingAccount) -> float:
    at = KlingAccount.objects.annotate(at=now()).get(pk=account.pk).at
    return round(next_read(account, at).total_seconds())


@pytest.mark.parametrize(("took", "age", "wait"), [(3, 20, 5), (3, 200, 5), (1200, 200, 20), (1200, 890, 10)])
def test_a_history_that_no_longer_holds_costs_seconds_and_no_more(
    kling_host: KlingHost, account: KlingAccount, took: float, age: float, wait: float
) -> None:
    renders_took(took, account)
    put_at_kling(kling_host, account, ages=[age])

    assert seconds_until_next_read(account) == wait


def test_what_practice_renders_take_says_nothing_about_kling(kling_host: KlingHost, account: KlingAccount) -> None:
    renders_took(1200, make_account(host="sandbox", simulated=True))
    put_at_kling(kling_host, account, ages=[100])

    assert seconds_until_next_read(account) == 5


class SlowClient(kling.Client):
    """A client of a Kling that takes its time; here it must really pass, since it is within one step."""

    def list_tasks(self, **asked: Any) -> kling.TaskPage:
        time.sleep(0.5)
        return super().list_tasks(**asked)


def test_the_pace_is_from_the_beginning_of_a_read_to_the_next_one_s(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    put_at_kling(kling_host, account, ages=[60])
    began = KlingAccount.objects.annotate(at=now()).get(pk=account.pk).at

    read_list(SlowClient(auth=auth_for("a" * 32, "b" * 32), base_url=REAL_HOST), account)

    account.refresh_from_db()
    assert (account.list_due_at - began).total_seconds() == pytest.approx(5, abs=0.3)
