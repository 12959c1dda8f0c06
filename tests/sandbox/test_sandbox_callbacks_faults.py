"""Callbacks that are late, lost, doubled, forged, stale, sent again or in the wrong order, each on request."""

import time

import pytest
from callback_receiver import (
    QUIET,
    Receiver,
    ended,
    is_signed,
    outcomes,
    wait_until_noted,
)
from sandbox_caller import Caller, Clock

import kling as library


def test_late_callbacks_come_late_and_at_once_when_they_are_late_no_more(
    kling: Caller, clock: Clock, receiver: Receiver
) -> None:
    kling.set_faults(callback_delay=600)
    kling.made(callback_url=receiver.url)
    clock.forward(599)
    time.sleep(QUIET)
    assert receiver.taken == []

    clock.forward(12)
    assert receiver.wait_for(1)[0].status == "processing"
    kling.session.delete(f"{kling.base_url}/sandbox/faults", timeout=20)
    receiver.wait_for(2)
    assert kling.books()["faults"]["callback_delay"] == 1


def test_lost_callbacks_are_not_sent(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    kling.set_faults(lost_callbacks=1)
    kling.made(callback_url=receiver.url)
    clock.forward(41)
    noted = wait_until_noted(kling, 2)
    time.sleep(QUIET)

    assert receiver.taken == []
    assert [(each["outcome"], each["answer"]) for each in noted] == [("lost", None)] * 2
    assert kling.books()["faults"]["lost_callbacks"] == 2


def test_doubled_callbacks_come_twice_under_one_id(signing: Caller, clock: Clock, receiver: Receiver) -> None:
    signing.set_faults(doubled_callbacks=1)
    signing.made(callback_url=receiver.url)
    clock.forward(41)

    one, again, other, _ = receiver.wait_for(4)
    assert receiver.statuses == ["processing", "processing", "succeed", "succeed"]
    assert (one.body, one.headers["webhook-id"]) == (again.body, again.headers["webhook-id"])
    assert other.headers["webhook-id"] != one.headers["webhook-id"]
    assert is_signed(again, clock)
    assert [each["kind"] for each in wait_until_noted(signing, 4)] == ["true", "doubled"] * 2
    assert outcomes(signing) == {"delivered": 4}


def test_out_of_order_the_end_comes_first(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    kling.set_faults(unordered_callbacks=1, submitted_callbacks=1)
    kling.made(callback_url=receiver.url)
    clock.forward(15)
    time.sleep(QUIET)
    assert receiver.taken == []

    clock.forward(26)
    receiver.wait_for(3)
    assert receiver.statuses == ["succeed", "processing", "submitted"]
    assert kling.books()["faults"]["unordered_callbacks"] == 1


@pytest.mark.parametrize("is_new", [False, True])
def test_forged_callbacks_lie_before_the_true_one(
    signing: Caller, clock: Clock, receiver: Receiver, is_new: bool
) -> None:
    signing.set_faults(forged_callbacks=1)
    task = (
        signing.new_made(options={"callback_url": receiver.url}) if is_new else signing.made(callback_url=receiver.url)
    )
    clock.forward(41)

    taken = receiver.wait_for(6)
    good = "succeeded" if is_new else "succeed"
    assert receiver.statuses == [good, good, "processing", "failed", "failed", good]
    assert [is_signed(delivery, clock) for delivery in taken] == [False, True, True] * 2
    assert ["evil.invalid" in delivery.body.decode() for delivery in taken] == [True, True, False] * 2
    told = [library.read_callback(delivery.body) for delivery in taken]
    assert {callback.task_id for callback in told if callback} == {task}
    assert len({delivery.headers["webhook-id"] for delivery in taken}) == 6
    noted = wait_until_noted(signing, 6)
    assert [each["kind"] for each in noted] == ["forged", "forged", "true"] * 2
    assert outcomes(signing) == {"delivered": 2}
    assert signing.books()["faults"]["forged_callbacks"] == 2


def test_without_a_secret_a_lie_is_unsigned_as_the_truth_is(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    kling.set_faults(forged_callbacks=1)
    kling.made(prompt="[fail]", callback_url=receiver.url)
    clock.forward(5)

    taken = receiver.wait_for(6)
    assert ["webhook-id" in delivery.headers for delivery in taken] == [True, False, False] * 2
    assert receiver.statuses[3:] == ["succeed", "succeed", "failed"]


def test_stale_callbacks_are_signed_ten_minutes_ago(signing: Caller, clock: Clock, receiver: Receiver) -> None:
    signing.set_faults(stale_callbacks=1)
    ended(signing, clock, receiver)

    for delivery in receiver.taken:
        assert int(delivery.headers["webhook-timestamp"]) == int(clock.now) - 600
        assert not is_signed(delivery, clock)


def test_without_a_secret_none_is_stale(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    kling.set_faults(stale_callbacks=1)
    ended(kling, clock, receiver)

    assert kling.books()["faults"]["stale_callbacks"] == 0


def test_submitted_is_told_on_request(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    kling.set_faults(submitted_callbacks=1)
    kling.made(callback_url=receiver.url)

    assert receiver.wait_for(1)[0].told["task_status"] == "submitted"
    clock.forward(41)
    receiver.wait_for(3)
    assert receiver.statuses == ["submitted", "processing", "succeed"]


def test_what_was_not_taken_is_not_sent_again_unless_that_is_asked_for(
    kling: Caller, clock: Clock, receiver: Receiver
) -> None:
    receiver.answers = [500]
    ended(kling, clock, receiver)
    wait_until_noted(kling, 2)
    clock.forward(3600)
    time.sleep(QUIET)

    assert len(receiver.taken) == 2


def test_retries_come_later_and_later_and_under_one_id_before_anything_else_is_told(
    signing: Caller, clock: Clock, receiver: Receiver
) -> None:
    signing.set_faults(callback_retries=2)
    receiver.answers = [500, 302, 503, 500, 200]
    signing.made(callback_url=receiver.url)
    clock.forward(41)

    for count, seconds in enumerate((5, 10), start=1):
        wait_until_noted(signing, count)
        clock.forward(seconds - 1)
        time.sleep(QUIET)
        assert len(receiver.taken) == count
        clock.forward(1)
    receiver.wait_for(4)  # the third attempt was the last, and the next change follows
    wait_until_noted(signing, 4)
    clock.forward(5)
    receiver.wait_for(5)
    wait_until_noted(signing, 5)
    clock.forward(600)
    time.sleep(QUIET)

    assert receiver.statuses == ["processing"] * 3 + ["succeed"] * 2
    assert len({delivery.headers["webhook-id"] for delivery in receiver.taken}) == 2
    assert outcomes(signing) == {"refused": 4, "delivered": 1}
    assert signing.books()["faults"]["callback_retries"] == 3
