"""Videos of both of Kling's APIs on one account: each is sent, watched, recovered and proved where its model lives."""

from typing import Any

import pytest
from factories import make_scene, make_video
from new_kling_host import API_KEY, NewKlingHost, new_kling_host
from passing_time import always, let_time_pass

from productvideo import pipeline, restores
from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import now
from productvideo.states import Stage

__all__ = ["new_kling_host"]
pytestmark = pytest.mark.django_db


def turbo(account: KlingAccount, **columns: Any) -> ProductVideo:
    return make_video(make_scene(), account, model_name="kling-3.0-turbo", units_estimated="4", **columns)


def at_kling(host: NewKlingHost, account: KlingAccount) -> ProductVideo:
    video = turbo(account)
    assert video.mark_rendering(host.make_new_task(str(video.pk))["task_id"], why="test")
    return video


def test_a_video_of_the_new_api_goes_from_approval_to_ready(
    new_kling_host: NewKlingHost, account: KlingAccount
) -> None:
    video = turbo(account)

    pipeline.submit(always)
    video.refresh_from_db()
    new_kling_host.succeed(new_kling_host.tasks[video.task_id], units="4")
    pipeline.check(always)

    video.refresh_from_db()
    [order] = new_kling_host.creates
    assert order["path"] == "/image-to-video/kling-3.0-turbo"
    assert order["options"]["external_task_id"] == str(video.pk)
    assert (video.stage, str(video.units_charged)) == (Stage.STORING, "4.0000")
    assert new_kling_host.reads == ["ids"]


def test_each_list_that_has_something_of_ours_is_read_and_no_other(
    new_kling_host: NewKlingHost, account: KlingAccount
) -> None:
    new = at_kling(new_kling_host, account)
    old = make_video(account=account)
    assert old.mark_rendering(new_kling_host.make_task(str(old.pk))["task_id"], why="test")
    for video in (new, old):
        new_kling_host.succeed(new_kling_host.tasks[video.task_id])

    pipeline.check(always)

    assert sorted(new_kling_host.reads) == ["ids", "list"]
    assert set(ProductVideo.objects.values_list("stage", flat=True)) == {Stage.STORING}


def test_a_lost_answer_of_the_new_api_is_looked_up_there_and_never_sent_twice(
    new_kling_host: NewKlingHost, account: KlingAccount
) -> None:
    video = turbo(account)
    new_kling_host.next_creates.append(new_kling_host.accept_but_lose_the_answer)

    pipeline.submit(always)
    let_time_pass(20)
    pipeline.submit(always)

    video.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert len(new_kling_host.creates) == 1
    assert "ids" in new_kling_host.reads


def test_what_a_restored_backup_has_forgotten_is_found_in_the_new_api_before_it_is_bought_again(
    new_kling_host: NewKlingHost, account: KlingAccount
) -> None:
    video = turbo(account)
    new_kling_host.succeed(new_kling_host.make_new_task(str(video.pk)))
    KlingAccount.objects.update(listed_at=None)
    restores.forget()

    pipeline.submit(always)
    pipeline.check(always)
    pipeline.submit(always)

    video.refresh_from_db()
    assert new_kling_host.creates == []
    assert video.stage == Stage.STORING


def test_nothing_is_sent_while_one_of_the_lists_cannot_be_read(
    new_kling_host: NewKlingHost, account: KlingAccount
) -> None:
    turbo(account)
    make_video(account=account)
    KlingAccount.objects.update(listed_at=None)
    restores.forget()
    new_kling_host.pages_answered = 0  # the old list answers 500

    pipeline.check(always)
    pipeline.submit(always)

    assert new_kling_host.creates == []
    assert KlingAccount.objects.get().listed_at is None


def test_five_hundred_in_flight_are_one_page_and_twenty_are_one_call(
    new_kling_host: NewKlingHost, account: KlingAccount
) -> None:
    for _ in range(20):
        at_kling(new_kling_host, account)
    pipeline.check(always)
    assert new_kling_host.reads == ["ids"]

    at_kling(new_kling_host, account)
    new_kling_host.reads.clear()
    let_time_pass(120)
    pipeline.check(always)
    assert new_kling_host.reads[0] == "page"


def test_without_an_api_key_the_old_list_goes_on_and_the_new_ones_are_flagged(
    new_kling_host: NewKlingHost, account: KlingAccount, settings: Any
) -> None:
    new = at_kling(new_kling_host, account)
    old = make_video(account=account)
    assert old.mark_rendering(new_kling_host.make_task(str(old.pk))["task_id"], why="test")
    new_kling_host.succeed(new_kling_host.tasks[old.task_id])
    settings.KLING_API_KEY, settings.KLING_API_SECRET = "a" * 32, "s" * 32

    let_time_pass(120)
    pipeline.check(always)
    pipeline.check(always)

    for video in (new, old):
        video.refresh_from_db()
    assert old.stage == Stage.STORING
    assert new.stage == Stage.RENDERING
    assert "API keys only" in new.attention


@pytest.mark.parametrize("model_name", ["kling-3.0", "kling-3.0-turbo"])
def test_what_was_approved_with_an_api_key_waits_for_one_and_is_not_made_where_it_would_not_be_looked_for(
    new_kling_host: NewKlingHost, account: KlingAccount, settings: Any, model_name: str
) -> None:
    video = make_video(account=account, model_name=model_name)
    settings.KLING_API_KEY, settings.KLING_API_SECRET = "a" * 32, "s" * 32

    pipeline.submit(always)

    video.refresh_from_db()
    assert new_kling_host.creates == []
    assert video.stage == Stage.QUEUED
    assert "Set KLING_API_KEY to an API key" in video.attention
    settings.KLING_API_KEY, settings.KLING_API_SECRET = API_KEY, ""
    KlingAccount.objects.update(listed_at=now())
    ProductVideo.objects.update(due_at=now())
    pipeline.submit(always)
    video.refresh_from_db()
    assert [order["path"] for order in new_kling_host.creates] == [f"/image-to-video/{model_name}"]
    assert video.stage == Stage.RENDERING


def test_an_order_that_no_model_can_make_fails_without_being_sent(
    new_kling_host: NewKlingHost, account: KlingAccount
) -> None:
    video = turbo(account, mode="4k")

    pipeline.submit(always)

    video.refresh_from_db()
    assert new_kling_host.creates == []
    assert (video.stage, video.error_code) == (Stage.FAILED, "settings")
    assert video.error_message == "Kling 3.0 Turbo has no mode '4k'; it offers std and pro. Nothing was charged."
