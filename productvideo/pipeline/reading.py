"""Reading Kling's list: one reader per account, and no further down than what is looked for can be."""

from __future__ import annotations

import logging
import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.db.models import F, Min
from django.db.models.functions import Coalesce, Greatest

import kling
from productvideo import restores
from productvideo.models import KlingAccount, ProductVideo
from productvideo.models.dealings import FRESH_LIST
from productvideo.pipeline.adopt import settle
from productvideo.pipeline.rhythm import next_read
from productvideo.querysets import now
from productvideo.states import Stage

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)  # a read's deadline of 15 s, and 15 s to write down what it said
PAGE_SIZE = 500  # Kling's most
MOST_PAGES = 200  # 100,000 tasks
CLOCK_MARGIN = timedelta(minutes=10)  # by how much Kling's clock and ours may differ
LONGEST_BACKOFF = 60.0  # seconds between reads that fail


class Reading(Enum):
    """What came of a look at the list."""

    NOT_DUE = auto()
    DONE = auto()
    FAILED = auto()


@dataclass(slots=True)
class Search:
    """What one read of the list looks for, and what it has seen.

    `unseen` are tasks that are being made; `oldest` is when the oldest task that matters can have been made, and
    `whole` says that everything since then is wanted: only such a read proves what Kling does not have.
    """

    unseen: set[str]
    oldest: datetime | None
    whole: bool
    newest_first: bool = True  # so far
    last: datetime | None = None

    def take(self, page: kling.TaskPage) -> None:
        self.unseen -= {task.task_id for task in page.tasks} | {entry.task_id for entry in page.strange}
        for task in page.tasks:
            self.newest_first = self.newest_first and (self.last is None or task.created_at <= self.last)
            self.last = task.created_at

    def has_reached_the_end(self, page: kling.TaskPage) -> bool:
        """Say whether no later page can hold what matters. That newest come first is likely, not certain."""
        if page.size < PAGE_SIZE or not page.tasks:
            return True
        return self.newest_first and (self.oldest is None or page.tasks[-1].created_at < self.oldest - CLOCK_MARGIN)


def read_list(client: kling.Client, account: KlingAccount) -> tuple[Reading, int]:
    """Read the list if its turn has come; return what came of it, and how many videos moved."""
    token = _lease(account)
    if token is None:
        return Reading.NOT_DUE, 0
    mine = KlingAccount.objects.filter(pk=account.pk, list_token=token)
    began = account.list_due_at - LEASE
    search, alone_after = _search(account), _alone_after(account, began)
    touched, at_end = 0, False
    try:
        for number in range(1, MOST_PAGES + 1):
            page = client.list_tasks(page=number, page_size=PAGE_SIZE)
            search.take(page)
            touched += settle(account, page, alone_after=alone_after)
            at_end = search.has_reached_the_end(page)
            if at_end or not (search.unseen or search.whole):
                break
            mine.update(list_due_at=now() + LEASE)
    except kling.KlingError as error:
        _fail(account, token, error)
        return Reading.FAILED, touched
    _finish(account, token, began=began, whole=at_end and search.whole)
    return Reading.DONE, touched


def patience(account: KlingAccount) -> timedelta:
    """Return when to ask again about a video that Kling did not answer about: the later, the worse Kling is."""
    failures = KlingAccount.objects.filter(pk=account.pk).values_list("list_failures", flat=True)[0]
    return _backoff(failures + 1)


def _backoff(failures: int) -> timedelta:
    """Return how long to leave Kling alone after so many failed reads; with jitter, so that not all come at once."""
    seconds = min(settings.KLING_POLL_SECONDS * 2 ** min(failures, 6), LONGEST_BACKOFF)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311


def _lease(account: KlingAccount) -> uuid.UUID | None:
    token = uuid.uuid4()
    due = KlingAccount.objects.filter(pk=account.pk).list_is_due()
    if not due.update(list_due_at=now() + LEASE, list_token=token):
        return None
    account.refresh_from_db()
    return token


def _search(account: KlingAccount) -> Search:
    """Look for what is being made; and, as long as something waits to be sent, for all that Kling may have."""
    videos = ProductVideo.objects.of_account(account)
    to_send = videos.filter(stage__in=(Stage.QUEUED, Stage.SUBMITTING))  # the latter perhaps again
    whole = to_send.exists() and not _was_read_whole(account)
    making = videos.filter(stage=Stage.RENDERING)
    if whole:
        oldest = videos.awaited().aggregate(at=Min("created_at"))["at"]
    else:
        oldest = making.aggregate(at=Min(Coalesce("submitted_at", "created_at")))["at"]
    return Search(unseen=set(making.order_by().values_list("task_id", flat=True)), oldest=oldest, whole=whole)


def _was_read_whole(account: KlingAccount) -> bool:
    """Say whether a whole read is young enough to be believed until the next but one."""
    young = {"listed_at__gt": now() - FRESH_LIST / 2, "listed_at__gte": restores.believed_since(account)}
    return KlingAccount.objects.filter(pk=account.pk, **young).exists()


def _alone_after(account: KlingAccount, at: datetime) -> timedelta:
    """Return when a video that is being made is asked for by itself, should no later page show it."""
    return timedelta(seconds=30) + 2 * next_read(account, at)


def _finish(account: KlingAccount, token: uuid.UUID, *, began: datetime, whole: bool) -> None:
    columns: dict[str, object] = {"listed_at": Greatest(Coalesce("listed_at", began), began)} if whole else {}
    mine = KlingAccount.objects.filter(pk=account.pk, list_token=token)
    mine.update(
        list_due_at=now() + next_read(account, began), list_token=None, list_failures=0, list_error="", **columns
    )
    account.end_pause_on_read()


def _fail(account: KlingAccount, token: uuid.UUID, error: kling.KlingError) -> None:
    log.warning("Kling's list could not be read: %s", error)
    next_try: object = now() + _backoff(account.list_failures)
    if isinstance(error, kling.PAUSES_ACCOUNT):
        account.pause(str(error), ends_on_read=True)
        next_try = F("paused_until")
    KlingAccount.objects.filter(pk=account.pk, list_token=token).update(
        list_due_at=next_try, list_token=None, list_failures=F("list_failures") + 1, list_error=str(error)
    )
