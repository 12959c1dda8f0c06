"""The page of one take: what Kling was told byte for byte, the timeline, and a receipt that explains every request."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_account, make_complete_video, make_staff, make_video

from kling import NotSentError, UnclearError
from productvideo import ledger
from productvideo.admin.receipt import receipt_of
from productvideo.ledger import Outcome
from productvideo.models import ProductVideo, Submission, VideoEvent
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff(username="anna"))
    return client


def page(staff: Client, video: ProductVideo) -> str:
    response = staff.get(reverse("admin:productvideo_video_take", args=[video.pk]))
    assert response.status_code == 200
    return response.content.decode()


def order(video: ProductVideo, outcome: Outcome, *, charged: str | None = None, request_id: str = "") -> Submission:
    entry = ledger.record_sending(video)
    ledger.record_answer(entry, outcome)
    units = Decimal(charged) if charged is not None else None
    Submission.objects.filter(pk=entry.pk).update(units_charged=units, request_id=request_id)
    return entry


def told(video: ProductVideo) -> list[tuple[str, str]]:
    return [(line.what, line.outcome) for line in receipt_of(video).lines]


def test_the_page_plays_the_film_and_hands_it_out(staff: Client) -> None:
    video = make_complete_video()

    html = page(staff, video)

    assert f'src="{video.url}"' in html and f'href="{video.url}?download=1"' in html
    assert 'hx-trigger="every' not in html


def test_the_prompt_is_shown_byte_for_byte(staff: Client) -> None:
    prompt = "  Two  spaces,\n\n<b>no markup</b> & a [slow] word "
    video = make_complete_video(prompt=prompt, negative_prompt="rain")

    html = page(staff, video)

    assert '<pre class="sr-told">  Two  spaces,\n\n&lt;b&gt;no markup&lt;/b&gt; &amp; a [slow] word </pre>' in html
    assert '<pre class="sr-told">rain</pre>' in html


def test_the_timeline_says_what_happened_and_who_did_it(staff: Client) -> None:
    video = make_complete_video()
    VideoEvent.objects.create(video=video, to_stage=Stage.QUEUED, why="Approved.", who="anna")

    html = page(staff, video)

    assert "Approved." in html and "by anna" in html


@pytest.mark.parametrize("stage", [Stage.QUEUED, Stage.SUBMITTING, Stage.RENDERING, Stage.STORING])
def test_an_unfinished_take_asks_for_itself(staff: Client, stage: Stage) -> None:
    video = make_video(stage=stage, task_id="t1")

    assert 'hx-trigger="every 3s"' in page(staff, video)


def test_a_take_whose_model_ended_and_whose_scene_is_gone_still_has_a_page(staff: Client) -> None:
    video = make_complete_video(model_name="kling-v1-6")
    assert video.scene
    video.scene.delete()

    assert "kling-v1-6" in page(staff, video)


# The receipt.


def test_one_order_that_was_accepted_is_paid_once(staff: Client) -> None:
    video = make_complete_video()
    order(video, Outcome.ACCEPTED, charged="1.5", request_id="req-77")

    html = page(staff, video)

    assert told(video) == [("Ordered", "accepted")]
    assert "Paid once: 1.5 units, $0.21." in html and "req-77" in html


def test_a_lost_answer_that_was_found_shows_every_step_and_one_payment() -> None:
    video = make_complete_video()
    entry = ledger.record_sending(video)
    ledger.record_error(entry, Outcome.UNCLEAR, UnclearError("No answer came.", request_id="req-1"))
    ledger.record_look_ups([video], Outcome.ABSENT)
    ledger.record_look_ups([video], Outcome.ADOPTED, request_id="req-2")
    ledger.record_adopted([video])
    ledger.record_charges({video.task_id: Decimal("1.5")}, host=video.account.host)

    receipt = receipt_of(video)

    assert told(video) == [
        ("Ordered", "no answer; found at Kling and adopted, not sent again"),
        ("Looked up", "not there"),
        ("Looked up", "found"),
    ]
    assert receipt.total == "Paid once: 1.5 units, $0.21."


def test_an_order_sent_again_with_the_same_id_is_still_paid_once() -> None:
    video = make_complete_video()
    order(video, Outcome.UNCLEAR)
    ledger.record_look_ups([video], Outcome.ABSENT)
    order(video, Outcome.ACCEPTED, charged="1.5")

    assert told(video) == [("Ordered", "no answer"), ("Looked up", "not there"), ("Ordered", "accepted")]
    assert receipt_of(video).total == "Paid once: 1.5 units, $0.21."


def test_an_order_whose_answer_may_still_come_is_under_way() -> None:
    video = make_video(stage=Stage.SUBMITTING)
    ledger.record_sending(video)

    assert told(video) == [("Ordered", "waiting for the answer")]
    assert receipt_of(video).total == "Not settled yet: 1.5 units, $0.21 once it is made, nothing if it fails."


def test_what_was_refused_or_never_sent_cost_nothing() -> None:
    refused = make_video(stage=Stage.FAILED, due_at=None)
    ledger.record_error(ledger.record_sending(refused), Outcome.REFUSED, NotSentError("Nothing was sent."))
    never = make_video(stage=Stage.FAILED, due_at=None)

    assert told(refused) == [("Ordered", "refused")]
    assert receipt_of(refused).total == receipt_of(never).total == "Nothing was charged."
    assert told(never) == []


def test_a_failed_render_that_kling_charged_nothing_for_says_so() -> None:
    video = make_video(stage=Stage.FAILED, due_at=None, task_id="t1", units_charged=Decimal(0))
    order(video, Outcome.ACCEPTED, charged="0")

    assert receipt_of(video).total == "Nothing was charged."


def test_a_task_that_kling_lost_is_charged_once_at_the_most() -> None:
    video = make_video(stage=Stage.FAILED, due_at=None, task_id="t1", error_code="lost_at_kling")
    order(video, Outcome.ACCEPTED)

    assert receipt_of(video).total.startswith("Kling has not said what it charged: 1.5 units, $0.21 at the most")


def test_practice_is_never_paid() -> None:
    video = make_complete_video(account=make_account(host="sandbox", simulated=True))
    order(video, Outcome.ACCEPTED, charged="1.5")

    assert receipt_of(video).total == "Practice: nothing was charged. The real thing costs 1.5 units, $0.21."


def test_two_charges_are_never_called_one() -> None:
    video = make_complete_video()
    order(video, Outcome.ACCEPTED, charged="1.5")
    order(video, Outcome.ACCEPTED, charged="1.5")

    assert receipt_of(video).total == "Charged 2 times: 3 units, $0.42; check Kling's bill."
