"""Watching: one reader per account asks for Kling's list, and every video on it moves at once."""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Max, Min, Q
from django.db.models.functions import Coalesce

import kling
from kling.connection import open_client
from productvideo import accounts, ledger
from productvideo.models import KlingAccount, ProductVideo
from productvideo.pipeline.adopt import settle
from productvideo.querysets import now
from productvideo.states import Stage

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)  # a read's deadline of 15 s, and 15 s to write down what it said
PAGE_SIZE = 500  # Kling's most
MOST_PAGES = 200  # 100,000 tasks
CLOCK_MARGIN = timedelta(minutes=10)  # by how much Kling's clock and ours may differ
SLOWEST_READ = timedelta(minutes=10)
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
    touched = 0
    if account.answers_reads() and _something_to_ask(account) and (token := _lease_list(account)):
        touched += _read_list(client, account, token)
    while keep_going() and account.answers_reads() and (videos := _claim_lone(account)):
        _ask_alone(client, videos[0])
        touched += 1
    return touched


def _something_to_ask(account: KlingAccount) -> bool:
    """A paused account is only asked about what it is making, and once the pause is over."""
    awaited = ProductVideo.objects.of_account(account).awaited()
    if KlingAccount.objects.filter(pk=account.pk, paused_until__gt=now()).exists():
        awaited = awaited.exclude(stage=Stage.QUEUED)
    return awaited.exists()


def _lease_list(account: KlingAccount) -> uuid.UUID | None:
    token = uuid.uuid4()
    due = KlingAccount.objects.filter(pk=account.pk).list_is_due()
    if not due.update(list_due_at=now() + LEASE, list_token=token):
        return None
    account.refresh_from_db()
    return token


def _read_list(client: kling.Client, account: KlingAccount, token: uuid.UUID) -> int:
    """Settle page after page until no later one can hold an awaited video; only then the list counts as read."""
    mine = KlingAccount.objects.filter(pk=account.pk, list_token=token)
    began = account.list_due_at - LEASE
    interval = _interval(account, began)
    touched, is_whole, times = 0, False, list[datetime]()
    try:
        for number in range(1, MOST_PAGES + 1):
            page = client.list_tasks(page=number, page_size=PAGE_SIZE)
            touched += settle(account, page, alone_after=2 * interval + timedelta(seconds=30))
            times += [task.created_at for task in page.tasks]
            if is_whole := _is_last(account, page, newest_first=times == sorted(times, reverse=True)):
                break
            mine.update(list_due_at=now() + LEASE)
    except kling.KlingError as error:
        _reading_failed(account, token, error)
        return touched
    mine.update(list_due_at=now() + interval, list_token=None, list_failures=0, list_error="")
    if is_whole:
        KlingAccount.objects.filter(pk=account.pk).update(listed_at=began)
    account.end_pause_on_read()
    return touched


def _is_last(account: KlingAccount, page: kling.TaskPage, *, newest_first: bool) -> bool:
    """Say whether no later page can hold an awaited video. That newest come first is likely, not certain."""
    if page.size < PAGE_SIZE or not page.tasks:
        return True
    oldest = ProductVideo.objects.of_account(account).awaited().aggregate(at=Min("created_at"))["at"]
    return oldest is None or (newest_first and page.tasks[-1].created_at < oldest - CLOCK_MARGIN)


def _interval(account: KlingAccount, at: datetime) -> timedelta:
    """Every KLING_POLL_SECONDS; ever more rarely when even the youngest video has been at Kling for long."""
    pace = timedelta(seconds=settings.KLING_POLL_SECONDS)
    youngest = (
        ProductVideo.objects.of_account(account)
        .awaited()
        .aggregate(at=Max(Coalesce("submitted_at", "created_at")))["at"]
    )
    if youngest is None:
        return pace
    if ProductVideo.objects.of_account(account).filter(stage=Stage.QUEUED).exists():
        return pace
    age: timedelta = at - youngest
    return max(pace, min(age / 60, SLOWEST_READ))


def _reading_failed(account: KlingAccount, token: uuid.UUID, error: kling.KlingError) -> None:
    log.warning("Kling's list could not be read: %s", error)
    next_read: object = now() + timedelta(seconds=_backoff(account.list_failures))
    if isinstance(error, kling.PAUSES_ACCOUNT):
        account.pause(str(error), ends_on_read=True)
        next_read = F("paused_until")
    KlingAccount.objects.filter(pk=account.pk, list_token=token).update(
        list_due_at=next_read, list_token=None, list_failures=F("list_failures") + 1, list_error=str(error)
    )


def _backoff(failures: int) -> float:
    """Seconds until the next read after so many failed ones, with jitter so that many hosts do not come at once."""
    seconds: float = min(settings.KLING_POLL_SECONDS * 2 ** min(failures, 6), 60)
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311


def _claim_lone(account: KlingAccount) -> list[ProductVideo]:
    rendering = ProductVideo.objects.of_account(account).filter(stage=Stage.RENDERING)
    return rendering.claim(limit=1, lease=LEASE)


def _ask_alone(client: kling.Client, video: ProductVideo) -> None:
    """Ask by task id, then by our own id; what is not found for half an hour is lost at Kling."""
    video.flag_if_deadly()
    for name in (video.task_id, str(video.pk)):
        try:
            task = client.get_task(name)
        except kling.TaskNotFoundError:
            continue
        except kling.StrangeTaskError as error:
            video.postpone(_rarely(video), attention=str(error))
            return
        except kling.KlingError:
            video.postpone(timedelta(seconds=30))
            return
        page = kling.TaskPage(tasks=(task,), strange=(), size=1)
        if not settle(video.account, page, alone_after=_rarely(video)):
            _still_there(video)
        return
    _not_found(video)


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
