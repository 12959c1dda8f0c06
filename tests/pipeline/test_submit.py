"""Sending: each kind of answer puts the video where it belongs, and nothing is ever sent twice by mistake."""

import time
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from factories import make_persona, make_product, make_scene, make_video
from kling_host import Answer, KlingHost, refusal, yes
from passing_time import always, let_time_pass

import kling
from kling.connection import open_client
from productvideo import ledger, pipeline, restores
from productvideo.models import KlingAccount, ProductVideo, Submission
from productvideo.pipeline.submit import claim_slot, send
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def test_a_queued_video_is_sent_once_with_its_id_and_its_words(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account, negative_prompt="text")

    pipeline.submit(always)
    pipeline.submit(always)

    video.refresh_from_db()
    [order] = kling_host.creates
    assert video.stage == Stage.RENDERING
    assert video.task_id in kling_host.tasks
    assert (order["external_task_id"], order["prompt"], order["negative_prompt"]) == (
        str(video.pk),
        video.prompt,
        "text",
    )
    assert (order["model_name"], order["mode"], order["duration"]) == ("kling-v2-5-turbo", "std", "5")
    submission = Submission.objects.get()
    assert (submission.outcome, submission.task_id) == ("accepted", video.task_id)
    assert [event.to_stage for event in video.events.all()] == ["submitting", "rendering"]


def test_nothing_is_sent_until_the_list_was_read_a_moment_ago(kling_host: KlingHost, account: KlingAccount) -> None:
    make_video(account=account)
    KlingAccount.objects.update(listed_at=now() - timedelta(seconds=61))
    restores.forget()
    restores._here[account.pk] = restores.Seen()  # a process that has lived for long and saw nothing go back

    pipeline.submit(always)

    assert kling_host.creates == []


def test_a_lost_answer_is_looked_up_and_never_sent_twice(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account)
    kling_host.next_creates.append(kling_host.accept_but_lose_the_answer)

    pipeline.submit(always)
    video.refresh_from_db()
    assert video.stage == Stage.SUBMITTING
    let_time_pass(60)
    pipeline.submit(always)

    video.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert len(kling_host.creates) == len(kling_host.tasks) == 1
    assert told() == [("order", "adopted"), ("look-up", "adopted")]


def test_a_request_that_never_arrived_is_sent_again_with_the_same_id_after_two_minutes_and_two_empty_looks(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account)
    kling_host.next_creates.append(requests.ReadTimeout("lost on the way"))

    pipeline.submit(always)
    let_time_pass(60)
    pipeline.submit(always)
    assert len(kling_host.creates) == 1
    let_time_pass(61)
    pipeline.submit(always)

    video.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert [order["external_task_id"] for order in kling_host.creates] == [str(video.pk)] * 2
    assert told() == [("order", "unclear"), ("look-up", "absent"), ("look-up", "absent"), ("order", "accepted")]


def told() -> list[tuple[str, str]]:
    """Return the ledger's lines, oldest first."""
    return list(Submission.objects.order_by("pk").values_list("kind", "outcome"))


def test_two_minutes_alone_are_no_reason_to_send_again(kling_host: KlingHost, account: KlingAccount) -> None:
    make_video(account=account)
    kling_host.next_creates.append(requests.ReadTimeout("lost on the way"))

    pipeline.submit(always)
    let_time_pass(200)
    pipeline.submit(always)

    assert len(kling_host.creates) == 1


def test_already_exists_means_look_it_up(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account)
    task = kling_host.make_task(str(video.pk))

    pipeline.submit(always)

    video.refresh_from_db()
    assert (video.stage, video.task_id) == (Stage.RENDERING, task["task_id"])
    assert len(kling_host.tasks) == 1


@pytest.mark.parametrize(
    "answer",
    [
        refusal(500, 5000),
        refusal(503, 5001),
        refusal(504, 5002),
        (502, {}, "<html>bad gateway</html>"),
        (200, {}, '{"code": 0, "data": {"task'),
        yes({"task_status": "submitted"}),
        (408, {}, "time-out"),
        requests.ConnectionError("reset"),
    ],
)
def test_no_clear_answer_leaves_the_video_submitting(
    kling_host: KlingHost, account: KlingAccount, answer: object
) -> None:
    video = make_video(account=account)
    kling_host.next_creates.append(answer)  # type: ignore[arg-type]

    pipeline.submit(always)

    video.refresh_from_db()
    assert video.stage == Stage.SUBMITTING
    assert Submission.objects.get().outcome == "unclear"


@pytest.mark.parametrize("code", [1302, 1303])
def test_a_busy_kling_is_a_reason_to_wait_and_never_a_failure(
    kling_host: KlingHost, account: KlingAccount, code: int
) -> None:
    video = make_video(account=account)
    for _ in range(8):
        kling_host.next_creates.append(refusal(429, code))
        pipeline.submit(always)
        let_time_pass(100)

    video.refresh_from_db()
    assert (video.stage, video.error_message, video.claims) == (Stage.QUEUED, "", 0)
    pipeline.submit(always)
    video.refresh_from_db()
    account.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert account.waits == 0


def test_a_busy_kling_is_not_hammered(kling_host: KlingHost, account: KlingAccount) -> None:
    for _ in range(3):
        make_video(account=account)
    kling_host.next_creates.append(refusal(429, 1303))

    for _ in range(20):
        pipeline.submit(always)

    assert len(kling_host.creates) == 1


@pytest.mark.parametrize(("http_status", "code"), [(429, 1100), (429, 1101), (429, 1102), (429, 1304), (401, 1002)])
def test_trouble_with_the_account_pauses_it_and_fails_nothing(
    kling_host: KlingHost, account: KlingAccount, http_status: int, code: int
) -> None:
    videos = [make_video(account=account) for _ in range(2)]
    kling_host.next_creates.append(refusal(http_status, code))

    pipeline.submit(always)
    pipeline.submit(always)

    account.refresh_from_db()
    assert account.pause_reason
    assert len(kling_host.creates) == 1
    assert {ProductVideo.objects.get(pk=video.pk).stage for video in videos} == {Stage.QUEUED}
    let_time_pass(61)
    pipeline.submit(always)
    account.refresh_from_db()
    assert account.pause_reason == ""
    assert {ProductVideo.objects.get(pk=video.pk).stage for video in videos} == {Stage.RENDERING}


@pytest.mark.parametrize(("http_status", "code"), [(400, 1200), (400, 1201), (400, 1301), (403, 1103), (404, 1203)])
def test_any_other_clear_no_fails_the_video_with_the_reason(
    kling_host: KlingHost, account: KlingAccount, http_status: int, code: int
) -> None:
    video = make_video(account=account)
    kling_host.next_creates.append(refusal(http_status, code, "the reason"))

    pipeline.submit(always)

    video.refresh_from_db()
    assert (video.stage, video.due_at) == (Stage.FAILED, None)
    assert video.error_code == f"kling_{code}"
    assert "Nothing was charged" in video.error_message


def test_slots_are_never_exceeded_and_go_to_the_persona_with_the_fewest(
    kling_host: KlingHost, account: KlingAccount, settings: object
) -> None:
    settings.KLING_MAX_PARALLEL = 3  # type: ignore[attr-defined]
    busy, quiet = make_scene(), make_scene()
    first = [make_video(busy, account) for _ in range(4)]
    late = make_video(quiet, account)

    pipeline.submit(always)

    assert ProductVideo.objects.at_kling().count() == 3
    late.refresh_from_db()
    assert late.stage == Stage.RENDERING
    assert sum(ProductVideo.objects.get(pk=video.pk).stage == Stage.QUEUED for video in first) == 2


def test_no_row_of_another_account_is_sent(kling_host: KlingHost, account: KlingAccount) -> None:
    elsewhere = KlingAccount.objects.create(host="https://elsewhere.test", listed_at=now())
    make_video(account=elsewhere)

    pipeline.submit(always)

    assert kling_host.creates == []


def test_a_worker_that_died_before_sending_costs_two_minutes_and_no_second_video(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account)
    assert pipeline.submit.__module__  # the promise below is what a worker writes before it sends
    video.mark_submitting(token=uuid.uuid4(), lease=timedelta(seconds=45))

    for _ in range(5):
        let_time_pass(46)
        pipeline.submit(always)

    video.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert len(kling_host.creates) == 1


def test_an_order_that_may_have_left_late_is_waited_for_longer(kling_host: KlingHost, account: KlingAccount) -> None:
    """Its worker died; it may have been taken 40 s after it was promised, and show 120 s after that."""
    video = make_video(account=account)
    video.mark_submitting(token=uuid.uuid4(), lease=timedelta(seconds=45))
    ledger.record_sending(video)

    for seconds in (46, 46, 46, 21):
        let_time_pass(seconds)
        pipeline.submit(always)
    assert kling_host.creates == []
    let_time_pass(16)
    pipeline.submit(always)

    assert len(kling_host.creates) == 1


def test_a_row_that_kills_its_workers_is_flagged_and_tried_more_and_more_rarely(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account, stage=Stage.SUBMITTING)
    waits = []
    for _ in range(13):
        [claimed] = ProductVideo.objects.unanswered().claim(limit=1, lease=timedelta(seconds=45))
        claimed.flag_if_deadly()
        at = ProductVideo.objects.annotate(at=now()).get(pk=video.pk)
        waits.append(round((at.due_at - at.at).total_seconds() / 15) / 4)  # minutes
        let_time_pass(waits[-1] * 60 + 10)

    video.refresh_from_db()
    assert waits == [0.75] * 5 + [2, 4, 8, 16, 32, 60, 60, 60]
    assert "workers stopped" in video.attention


def test_a_photo_that_cannot_be_read_is_waited_for(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(make_scene(make_product(make_persona())), account)
    video.photo.file.name = "photos/not-there.jpg"
    video.photo.save()

    pipeline.submit(always)

    video.refresh_from_db()
    assert video.stage == Stage.QUEUED
    assert kling_host.creates == []


def test_a_list_read_before_this_process_began_is_not_believed(kling_host: KlingHost, account: KlingAccount) -> None:
    make_video(account=account)
    KlingAccount.objects.update(listed_at=restores.believed_since(account) - timedelta(seconds=1))

    pipeline.submit(always)

    assert kling_host.creates == []


def test_exists_but_cannot_be_found_yet_is_looked_for_again_and_not_sent_in_a_circle(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account, looks=1, submitted_at=now() - timedelta(minutes=5))
    kling_host.make_task(str(video.pk))
    kling_host.found = False

    pipeline.submit(always)

    video.refresh_from_db()
    assert len(kling_host.creates) == 1
    assert video.stage == Stage.SUBMITTING


def test_a_video_that_kling_never_clearly_answers_is_flagged(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account)
    for _ in range(20):
        kling_host.next_creates.append(refusal(500, 5000))
        pipeline.submit(always)
        let_time_pass(65)

    video.refresh_from_db()
    assert video.stage == Stage.SUBMITTING
    assert "never gave a clear answer" in video.attention
    assert {order["external_task_id"] for order in kling_host.creates} == {str(video.pk)}


def test_after_thirty_days_without_any_answer_it_ends(kling_host: KlingHost, account: KlingAccount) -> None:
    video = make_video(account=account, stage=Stage.SUBMITTING, submitted_at=now(), created_at=now())
    ProductVideo.objects.update(created_at=now() - timedelta(days=31))

    pipeline.submit(always)

    video.refresh_from_db()
    assert (video.stage, video.error_code) == (Stage.FAILED, "never_answered")


def test_a_task_id_that_belongs_to_another_video_is_flagged_and_stops_nothing(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    make_video(account=account, stage=Stage.RENDERING, task_id="7")
    video = make_video(account=account)
    kling_host.next_creates.append(lambda: yes(kling_host.make_task(str(video.pk), task_id="7")))

    pipeline.submit(always)

    video.refresh_from_db()
    assert video.stage == Stage.SUBMITTING
    assert "belongs to another" in video.attention


def test_an_answer_for_a_video_that_is_gone_holds_nothing_up(kling_host: KlingHost, account: KlingAccount) -> None:
    gone, next_one = make_video(account=account), make_video(account=account)

    def answer_after_it_was_made_and_deleted() -> Answer:
        task = kling_host.make_task(str(gone.pk))
        ProductVideo.objects.filter(pk=gone.pk).delete()
        return yes(task)

    kling_host.next_creates.append(answer_after_it_was_made_and_deleted)

    pipeline.submit(always)

    next_one.refresh_from_db()
    assert next_one.stage == Stage.RENDERING
    assert told() == [("order", "accepted")] * 2


def test_a_pause_that_many_find_out_at_once_counts_once(kling_host: KlingHost, account: KlingAccount) -> None:
    for _ in range(5):
        account.pause("no units", ends_on_read=False)

    assert account.pauses == 1


def test_refused_credentials_are_not_asked_with_again_and_again(kling_host: KlingHost, account: KlingAccount) -> None:
    for _ in range(3):
        make_video(account=account, stage=Stage.SUBMITTING, submitted_at=now())
    kling_host.next_reads.extend([refusal(401, 1002)] * 10)

    for _ in range(5):
        pipeline.submit(always)
        pipeline.check(always)
        let_time_pass(10)

    assert len(kling_host.reads) == 1


def test_a_place_that_becomes_free_ends_the_wait_for_one(kling_host: KlingHost, account: KlingAccount) -> None:
    waiting = make_video(account=account)
    kling_host.next_creates.append(refusal(429, 1303))
    pipeline.submit(always)
    done = make_video(account=account)
    task = kling_host.make_task(str(done.pk))
    done.mark_rendering(task["task_id"], why="test")
    kling_host.succeed(task)

    pipeline.check(always)
    pipeline.submit(always)

    waiting.refresh_from_db()
    assert waiting.stage == Stage.RENDERING


def test_a_loop_is_sent_with_the_photo_as_its_end_frame_too(kling_host: KlingHost, account: KlingAccount) -> None:
    make_video(account=account, mode="pro", loop=True)
    make_video(account=account, mode="pro")

    pipeline.submit(always)

    loop, plain = kling_host.creates
    assert loop["image_tail"] == loop["image"]
    assert "image_tail" not in plain


def test_a_database_that_was_restored_under_a_running_worker_is_noticed_before_anything_is_bought_again(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account)
    backup = KlingAccount.objects.filter(pk=account.pk).values("turn", "listed_at").get()
    pipeline.submit(always)
    ProductVideo.objects.update(stage=Stage.QUEUED, task_id="", due_at=now(), lease_token=None)
    KlingAccount.objects.update(**backup)

    pipeline.submit(always)
    assert len(kling_host.creates) == 1
    pipeline.check(always)
    pipeline.submit(always)

    video.refresh_from_db()
    assert video.stage == Stage.RENDERING
    assert len(kling_host.creates) == len(kling_host.tasks) == 1


def test_what_arrived_late_is_waited_for_from_when_its_answer_was_given_up(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    make_video(account=account)
    kling_host.next_creates.append(requests.ReadTimeout("no answer for half a minute"))
    pipeline.submit(always)

    [video] = ProductVideo.objects.annotate(at=now())
    assert video.submitted_at is not None
    assert video.at - video.submitted_at < timedelta(seconds=1)


def test_a_clear_no_that_comes_after_the_lease_was_lost_decides_nothing(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account)

    def somebody_else_takes_over() -> tuple[int, dict[str, str], str]:
        ProductVideo.objects.update(lease_token=uuid.uuid4())
        return refusal(400, 1201, "too late")  # type: ignore[return-value]

    kling_host.next_creates.append(somebody_else_takes_over)
    pipeline.submit(always)

    video.refresh_from_db()
    assert video.stage == Stage.SUBMITTING


def test_what_the_list_has_found_meanwhile_is_not_unwritten_by_an_answer_that_never_came(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account)

    def listed_before_it_got_lost() -> Exception:
        cut = kling_host.accept_but_lose_the_answer()
        KlingAccount.objects.update(list_due_at=now())
        pipeline.check(always)
        assert isinstance(cut, Exception)
        return cut

    kling_host.next_creates.append(listed_before_it_got_lost)
    pipeline.submit(always)

    video.refresh_from_db()
    order = Submission.objects.get(kind="order")
    assert (video.stage, order.outcome, order.task_id) == (Stage.RENDERING, "adopted", video.task_id)


def test_an_answer_that_was_long_under_way_says_what_was_so_when_it_was_asked_for(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    video = make_video(account=account, stage=Stage.SUBMITTING, looks=1, submitted_at=now())
    kling_host.after_each_look = lambda: time.sleep(0.3)
    Submission.objects.create(**answered_too_late(video))
    ProductVideo.objects.update(submitted_at=now() - timedelta(seconds=119.8))

    pipeline.submit(always)
    assert kling_host.creates == []
    let_time_pass(16)
    pipeline.submit(always)

    assert len(kling_host.creates) == 1


def answered_too_late(video: ProductVideo) -> dict[str, object]:
    """Return the ledger's line of an order whose answer was given up."""
    whose = {"video_id": video.pk, "host": video.account.host, "persona_key": video.persona_id, "persona": "P"}
    return whose | {"units_estimated": video.units_estimated, "answered_at": now()}


def test_a_process_that_slept_between_its_promise_and_the_order_sends_nothing(
    kling_host: KlingHost, account: KlingAccount
) -> None:
    make_video(account=account)
    promise = claim_slot(account)
    assert promise is not None

    send(open_client(), replace(promise, deadline=kling.Deadline(0.0)))

    assert kling_host.creates == []


def test_two_empty_looks_alone_are_no_reason_to_send_again(kling_host: KlingHost, account: KlingAccount) -> None:
    make_video(account=account)
    kling_host.next_creates.append(requests.ReadTimeout("lost on the way"))

    pipeline.submit(always)
    for _ in range(4):
        let_time_pass(20)
        pipeline.submit(always)

    assert len(kling_host.creates) == 1
    assert Submission.objects.filter(outcome="absent").count() == 4
