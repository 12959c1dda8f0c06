"""Sending: a queued video takes a slot and goes to Kling once; an unclear answer is looked up, never guessed."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

import kling
from kling.connection import open_client
from productvideo import accounts, callbacks, ledger, line, refused, restores
from productvideo.ledger import Outcome
from productvideo.models import KlingAccount, ProductVideo, Submission
from productvideo.pipeline.adopt import write_down_task
from productvideo.pipeline.reading import patience
from productvideo.querysets import now
from productvideo.states import Stage

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)  # SEND_SECONDS, and 15 s to write down what came of it
SEND_SECONDS = 30.0  # from the promise to the end of the answer
EMPTY_LOOKS = 2
MANY_SENDS = 3  # without a clear answer; then a person should look
NEVER_ENDS = timedelta(days=30)  # Kling keeps nothing longer
PHOTO_RETRY = timedelta(minutes=5)
KEY_RETRY = timedelta(minutes=15)


def submit(keep_going: Callable[[], bool]) -> int:
    """Look up what was sent without a clear answer, then send what is due, while there are slots."""
    account = accounts.current_account()
    try:
        client = open_client()
    except kling.NotSentError as error:
        log.debug("Nothing is sent: %s", error)
        return 0
    touched = 0
    while keep_going() and (look := _look_up_one(client, account)):
        touched += 1
        if look is Look.UNCLEAR:
            break  # a Kling in trouble is not asked about every video in a row
    while keep_going() and (promise := claim_slot(account)):
        send(client, promise)
        touched += 1
    return touched


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An order that may now be sent, once and not after its deadline, which began before the promise was certain."""

    video: ProductVideo
    submission: Submission
    deadline: kling.Deadline


def _look_up_one(client: kling.Client, account: KlingAccount) -> Look | None:
    """Look for one video whose sending was not answered; None when none is due."""
    if not account.answers_reads():
        return None
    for video in ProductVideo.objects.of_account(account).unanswered().claim(limit=1, lease=LEASE):
        video.flag_if_deadly()
        return look_up(client, video)
    return None


def claim_slot(account: KlingAccount) -> Promise | None:
    """Move one queued video to `submitting`, if Kling has a slot for it, and write the ledger's promise beside it.

    The account's row is written first: whoever claims at the same time waits there, and then counts this one too.
    """
    mine = ProductVideo.objects.of_account(account)
    if not mine.filter(stage=Stage.QUEUED).due().exists():
        return None  # most ticks find nothing, and this takes no lock
    with _turn(account) as may_send:
        if not may_send:
            return None
        if mine.at_kling().count() >= settings.KLING_MAX_PARALLEL:
            return None
        video = line.next_in_line(account)
        if video is None or not video.mark_submitting(token=uuid.uuid4(), lease=LEASE):
            return None
        return _promise(video)


def _promise(video: ProductVideo) -> Promise:
    return Promise(video=video, submission=ledger.record_sending(video), deadline=kling.Deadline(SEND_SECONDS))


@contextmanager
def _turn(account: KlingAccount) -> Iterator[bool]:
    """One transaction that begins by writing the account's row; others who want to send wait here for its end.

    It says whether anything may be sent now.
    """
    since = restores.believed_since(account)
    with transaction.atomic():
        may_send = KlingAccount.objects.filter(pk=account.pk).may_send(since=since).update(turn=F("turn") + 1)
        yield bool(may_send)
    if may_send:
        restores.count_turn(account)


def send(client: kling.Client, promise: Promise) -> None:
    """POST once, and let the kind of answer decide where the video goes."""
    video, submission = promise.video, promise.submission
    if not client.can_read(video.listing):
        _wait_for_an_api_key(video, submission)
        return
    try:
        with video.photo.file.open("rb") as file:
            image = file.read()
    except OSError:
        log.exception("The photo of video %s cannot be read", video.pk)
        _refuse_unsent(submission, "The photo could not be read from storage; nothing was sent.")
        video.mark_queued_again(why="The photo could not be read from storage; trying again.", after=PHOTO_RETRY)
        return
    order = kling.ImageToVideo(
        image=image,
        end_image=image if video.loop else b"",
        prompt=video.prompt,
        settings=video.settings,
        external_task_id=str(video.pk),
        callback_url=callbacks.callback_url_for(video),
    )
    try:
        task = client.create_image2video(order, deadline=promise.deadline)
    except kling.KlingError as error:
        _take_no(client, video, submission, error)
    else:
        ledger.record_answer(submission, Outcome.ACCEPTED, task=task)
        write_down_task(video, task, why="Kling is making it.")
        video.account.go_on()


def _wait_for_an_api_key(video: ProductVideo, submission: Submission) -> None:
    """Keep back what could be sent and not be found again: a key pair makes the model too, but in the other API."""
    why = f"{video.model_name} was approved with an API key, and none is set now; it waits for one."
    _refuse_unsent(submission, f"{why} Nothing was sent.")
    if video.mark_queued_again(why=why, after=KEY_RETRY):
        video.flag(f"{why} Set KLING_API_KEY to an API key, or cancel it and make it anew.")


def _take_no(client: kling.Client, video: ProductVideo, submission: Submission, error: kling.KlingError) -> None:
    clear = isinstance(error, (kling.RefusedError, kling.NotSentError))
    ledger.record_error(submission, Outcome.REFUSED if clear else Outcome.UNCLEAR, error)
    account = video.account
    match error:
        case kling.DuplicateIdError():
            _adopt_existing(client, video)
        case kling.RateLimitError() | kling.ParallelLimitError():
            video.mark_queued_again(why="Kling is busy; waiting for a free place.")
            account.wait(least=2, most=30)
        case kling.SettingsError():
            video.mark_failed(code="settings", message=f"{error} Nothing was charged.", only_if=video.mine())
        case kling.NotSentError():
            video.mark_queued_again(why=f"{error} Nothing was sent; trying again.")
            account.wait(least=2, most=60)
        case _ if isinstance(error, kling.PAUSES_ACCOUNT):
            account.pause(str(error), ends_on_read=isinstance(error, kling.CredentialsError))
            video.mark_queued_again(why=f"{error} Waiting until this is mended.")
        case kling.RefusedError():
            if error.code == refused.CONTENT_RULES:
                refused.remember([video.pk])
            video.mark_failed(code=_error_code(error), message=f"{error} Nothing was charged.", only_if=video.mine())
        case _:  # no clear answer: it may exist, and it was under way until this moment
            video.postpone(_look_again_after(), submitted_at=now())
            account.wait(least=1, most=60)
            log.warning("No clear answer for video %s: %s", video.pk, error)


def look_up(client: kling.Client, video: ProductVideo) -> Look:
    """Ask Kling by our own id whether a video that got no clear answer is there; send it again when it is time."""
    began = time.monotonic()
    look = _ask(client, video)
    if look is Look.EMPTY:
        _look_was_empty(client, video, took=timedelta(seconds=time.monotonic() - began))
    return look


def _adopt_existing(client: kling.Client, video: ProductVideo) -> None:
    """Fetch what Kling says it has already; what cannot be found yet is looked for again, and not sent again."""
    if _ask(client, video) is Look.EMPTY:
        video.postpone(_look_again_after())


class Look(Enum):
    """What came of asking for a video by its id."""

    FOUND = auto()
    EMPTY = auto()
    STRANGE = auto()
    UNCLEAR = auto()


def _ask(client: kling.Client, video: ProductVideo) -> Look:
    try:
        task = client.get_task(str(video.pk), listing=video.listing)
    except kling.TaskNotFoundError as error:
        _record_look(video, Outcome.ABSENT, error)
        return Look.EMPTY
    except kling.StrangeTaskError as error:
        _record_look(video, Outcome.UNCLEAR, error)
        video.postpone(_look_again_after(), attention=str(error))
        return Look.STRANGE
    except kling.KlingError as error:
        _record_look(video, Outcome.UNCLEAR, error)
        if isinstance(error, kling.PAUSES_ACCOUNT):
            video.account.pause(str(error), ends_on_read=isinstance(error, kling.CredentialsError))
        video.postpone(patience(video.account))
    else:
        with transaction.atomic():
            ledger.record_look_ups([video], Outcome.ADOPTED, request_id=task.request_id)
            if write_down_task(video, task, why="Kling had it already; its answer had got lost."):
                ledger.record_adopted([video])
                video.account.stop_waiting()
        return Look.FOUND
    return Look.UNCLEAR


def _record_look(video: ProductVideo, outcome: Outcome, error: kling.KlingError) -> None:
    told = "" if outcome == Outcome.ABSENT else error.sentence
    ledger.record_look_ups([video], outcome, detail=told, request_id=error.request_id, code=error.code)


def _look_was_empty(client: kling.Client, video: ProductVideo, *, took: timedelta) -> None:
    """Send again, with the same id, once it was looked for twice and long enough; else look again later.

    An answer says what was so when it was asked for, and that was `took` ago.
    """
    if video.looks + 1 >= EMPTY_LOOKS and (promise := _promise_again(video, long_enough_ago=took)):
        video.looks = 0
        _flag_if_endless(video)
        send(client, promise)
    elif not _give_up(video):
        video.postpone(_look_again_after(), looks=F("looks") + 1)


def _flag_if_endless(video: ProductVideo) -> None:
    sent = ledger.orders_of(video).count()
    if sent >= MANY_SENDS:
        video.flag(f"Sent {sent} times under one id, and Kling never gave a clear answer; it goes on being tried.")


def _give_up(video: ProductVideo) -> bool:
    """End a video that Kling has neither taken nor known for as long as it keeps anything."""
    return video.mark_failed(
        code="never_answered",
        message="Kling never gave a clear answer about this video and does not know it. Retake it.",
        only_if=Q(created_at__lt=now() - NEVER_ENDS, lease_token=video.lease_token),
    )


def _promise_again(video: ProductVideo, *, long_enough_ago: timedelta) -> Promise | None:
    # An order whose answer nobody wrote down may have been under way until its sender's lease was over.
    under_way = timedelta() if ledger.answers_lost([video.pk]) else LEASE
    long_ago = now() - long_enough_ago - timedelta(seconds=settings.KLING_RESEND_AFTER) - under_way
    with _turn(video.account) as may_send:
        if not may_send:
            return None
        mine = ProductVideo.objects.filter(
            pk=video.pk, stage=Stage.SUBMITTING, lease_token=video.lease_token, submitted_at__lte=long_ago
        )
        if not mine.update(submitted_at=now(), due_at=now() + LEASE, looks=0):
            return None
        return _promise(video)


def _look_again_after() -> timedelta:
    return timedelta(seconds=min(15.0, settings.KLING_RESEND_AFTER / 4))


def _refuse_unsent(submission: Submission, why: str) -> None:
    Submission.objects.filter(pk=submission.pk).update(outcome=Outcome.REFUSED, answered_at=now(), detail=why)


def _error_code(error: kling.KlingError) -> str:
    return f"kling_{error.code}" if error.code else "kling_refused"
