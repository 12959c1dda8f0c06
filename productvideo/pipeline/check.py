"""Watching: what Kling's list says moves every video on it at once; what it does not say is asked for alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

import kling
from kling.connection import open_client
from productvideo import accounts, ledger
from productvideo.models import KlingAccount, ProductVideo
from productvideo.pipeline.adopt import settle
from productvideo.pipeline.reading import Reading, patience, read_list
from productvideo.querysets import now
from productvideo.states import Stage

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)  # two reads with a deadline of 15 s, and 15 s to write down what they said
GIVEN_UP = timedelta(minutes=30)  # of "not found", before a task counts as lost at Kling
NEVER_ENDS = timedelta(days=30)  # Kling keeps nothing longer


def check(keep_going: Callable[[], bool]) -> int:
    """Read the account's list if its turn has come, then ask for single videos that no page has settled."""
    account = accounts.current_account()
    if not account.simulated:
        accounts.close_practice_videos()
    try:
        client = open_client()
    except kling.NotSentError as error:
        log.debug("Nothing is checked: %s", error)
        return 0
    if not account.answers_reads():
        return 0
    reading, touched = read_list(client, account) if _something_to_ask(account) else (Reading.NOT_DUE, 0)
    if reading is Reading.NOT_DUE and account.is_silent():
        return touched  # a Kling in trouble is tried when the list is due, and not by every video
    while keep_going() and account.answers_reads() and (videos := _claim_lone(account)):
        touched += 1
        if not _ask_alone(client, videos[0]):
            break
    return touched


def _something_to_ask(account: KlingAccount) -> bool:
    """A paused account is only asked about what it is making, and once the pause is over."""
    awaited = ProductVideo.objects.of_account(account).awaited()
    if KlingAccount.objects.filter(pk=account.pk, paused_until__gt=now()).exists():
        awaited = awaited.exclude(stage=Stage.QUEUED)
    return awaited.exists()


def _claim_lone(account: KlingAccount) -> list[ProductVideo]:
    rendering = ProductVideo.objects.of_account(account).filter(stage=Stage.RENDERING)
    return rendering.claim(limit=1, lease=LEASE)


def _ask_alone(client: kling.Client, video: ProductVideo) -> bool:
    """Ask by task id, then by our own id; what is not found for half an hour is lost at Kling. False: no answer."""
    video.flag_if_deadly()
    for name in (video.task_id, str(video.pk)):
        try:
            task = client.get_task(name, listing=video.listing)
        except kling.TaskNotFoundError:
            continue
        except (kling.StrangeTaskError, kling.WrongCredentialsError) as error:
            video.postpone(_rarely(video), attention=str(error))
            return True
        except kling.KlingError:
            video.postpone(patience(video.account))
            return False
        page = kling.TaskPage(tasks=(task,), strange=(), size=1)
        if not settle(video.account, page, alone_after=_rarely(video)):
            _still_there(video)
        return True
    _not_found(video)
    return True


def _still_there(video: ProductVideo) -> None:
    ended = Q(submitted_at__lt=now() - NEVER_ENDS) | Q(submitted_at__isnull=True, created_at__lt=now() - NEVER_ENDS)
    never = video.mark_failed(
        code="never_ended", message="Kling never finished this video within 30 days.", only_if=ended
    )
    if never:
        _count_as_charged(video)
    else:
        video.postpone(_rarely(video), missing_since=None)


def _not_found(video: ProductVideo) -> None:
    lost = video.mark_failed(
        code="lost_at_kling",
        message="Kling no longer knows this video's task, by list, task id and our id, for half an hour. Retake it.",
        only_if=Q(missing_since__lte=now() - GIVEN_UP),
    )
    if lost:
        _count_as_charged(video)
    else:
        video.postpone(timedelta(minutes=1), missing_since=Coalesce("missing_since", now()))


def _count_as_charged(video: ProductVideo) -> None:
    """Nobody will tell what it cost; the persona's month counts it at its list price."""
    ledger.record_charges({video.task_id: video.units_estimated}, host=video.account.host)


def _rarely(video: ProductVideo) -> timedelta:
    """A minute at first; a tenth of the video's age later."""
    claimed_at = (video.due_at or video.updated_at) - LEASE
    return max(timedelta(minutes=1), (claimed_at - (video.submitted_at or video.created_at)) / 10)
