"""Reading Kling's list: one reader per account, and no further down than what is looked for can be."""

from __future__ import annotations

import logging
import random
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import chain
from math import ceil

from django.conf import settings
from django.db.models import Case, F, Min, When
from django.db.models.functions import Coalesce, Greatest

import kling
from productvideo import restores
from productvideo.models import KlingAccount, ProductVideo
from productvideo.models.dealings import FRESH_LIST
from productvideo.pipeline.adopt import settle
from productvideo.pipeline.rhythm import next_read
from productvideo.querysets import ProductVideoQuerySet, now
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

    `making` are tasks that are being made and not seen so far, the oldest made since `making_since`. `sent_since` is
    when Kling can have got the first of what waits to be sent: only a read back to there proves what Kling does not
    have. It is None when that need not be proved now.
    """

    listing: kling.Listing
    making: set[str]
    making_since: datetime | None
    to_send: set[str]  # our ids of what is to be proved not to be there; only of the new API's list
    sent_since: datetime | None
    deepest: int  # page that is read for what is being made; what lies below is asked for alone
    pages: int = 0
    newest_first: bool = True  # so far
    last: datetime | None = None
    at_end: bool = False

    def pages_from(self, client: kling.Client) -> Iterator[kling.TaskPage]:
        """Yield what Kling tells, page by page, as far as it is worth its requests."""
        if self.listing is kling.Listing.TASKS:
            yield from self._named_pages(client)
            return
        for number in range(1, MOST_PAGES + 1):
            page = client.list_tasks(page=number, page_size=PAGE_SIZE, listing=self.listing)
            self.take(page)
            yield page
            if self.is_over():
                return

    def _named_pages(self, client: kling.Client) -> Iterator[kling.TaskPage]:
        """Ask the new API for these tasks by name; what it has not shown in the end is surely not there."""
        if moments := [moment for moment in (self.making_since, self.sent_since) if moment]:
            yield from client.read_tasks(task_ids=self.making, external_ids=self.to_send, since=min(moments))
        self.at_end = True

    def take(self, page: kling.TaskPage) -> None:
        self.pages += 1
        self.making -= {entry.task_id for entry in page.entries}
        for task in page.tasks:
            self.newest_first = self.newest_first and (self.last is None or task.created_at <= self.last)
            self.last = task.created_at
        self.at_end = page.size < PAGE_SIZE

    def is_over(self) -> bool:
        """Say whether no later page is worth its request."""
        if self.at_end:
            return True
        if self.sent_since is not None and not self._is_past(self.sent_since):
            return False
        return not self.making or self.pages >= self.deepest or self._is_past(self.making_since)

    @property
    def proves(self) -> bool:
        """Say whether it is to show what Kling does not have."""
        return self.sent_since is not None

    def is_whole(self) -> bool:
        """Say whether what was to be proved is proved."""
        return not self.proves or self.at_end or self._is_past(self.sent_since)

    def _is_past(self, moment: datetime | None) -> bool:
        """Say whether later pages are older than this. That newest come first is likely, not certain."""
        if moment is None or self.last is None or not self.newest_first:
            return False
        return self.last < moment - CLOCK_MARGIN


def read_list(client: kling.Client, account: KlingAccount) -> tuple[Reading, int]:
    """Read the list if its turn has come; return what came of it, and how many videos moved."""
    token = _lease(account)
    if token is None:
        return Reading.NOT_DUE, 0
    began = account.list_due_at - LEASE
    searches, rest, touched = list(_searches(client, account)), next_read(account, began), 0
    try:
        for page in _pages(client, account, token, searches):
            touched += settle(account, page, alone_after=_alone_after(rest))
    except kling.KlingError as error:
        _fail(account, token, error)
        return Reading.FAILED, touched
    whole = any(search.proves for search in searches) and all(search.is_whole() for search in searches)
    _finish(account, token, began=began, whole=whole, at_latest=rest)
    return Reading.DONE, touched


def _pages(
    client: kling.Client, account: KlingAccount, token: uuid.UUID, searches: Sequence[Search]
) -> Iterator[kling.TaskPage]:
    """Yield every page of every list that is read, holding on to the lease from page to page."""
    for position, page in enumerate(chain.from_iterable(search.pages_from(client) for search in searches)):
        if position:
            KlingAccount.objects.filter(pk=account.pk, list_token=token).update(list_due_at=now() + LEASE)
        yield page


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


def _searches(client: kling.Client, account: KlingAccount) -> Iterator[Search]:
    """Return a search for each of Kling's lists that has, or may have, something of ours now.

    Where the credentials open a list no more, nothing can be sent either, and what is made there is asked for alone.
    """
    awaited = ProductVideo.objects.of_account(account).awaited().order_by()
    names: defaultdict[kling.Listing, list[str]] = defaultdict(list)
    for model_name in awaited.values_list("model_name", flat=True).distinct():
        names[kling.listing_of(model_name)].append(model_name)
    for listing in sorted(names) or [kling.Listing.IMAGE2VIDEO]:
        if client.can_read(listing):
            yield _search(account, listing, awaited.filter(model_name__in=names[listing]))


def _search(account: KlingAccount, listing: kling.Listing, videos: ProductVideoQuerySet) -> Search:
    """Look for what is being made; and, as long as something waits to be sent, for all that Kling may have."""
    making = videos.filter(stage=Stage.RENDERING)
    to_send = videos.filter(stage__in=(Stage.QUEUED, Stage.SUBMITTING))  # the latter perhaps again
    ids = set(making.values_list("task_id", flat=True))
    sent_since = None if _was_read_whole(account) else _unproved_since(account, to_send)
    is_named = listing is kling.Listing.TASKS and sent_since is not None
    return Search(
        listing=listing,
        making=ids,
        making_since=making.aggregate(at=Min(Coalesce("submitted_at", "created_at")))["at"],
        to_send={str(pk) for pk in to_send.values_list("pk", flat=True)} if is_named else set(),
        sent_since=sent_since,
        deepest=1 + 2 * ceil(len(ids) / PAGE_SIZE),
    )


def _unproved_since(account: KlingAccount, to_send: ProductVideoQuerySet) -> datetime | None:
    """Return since when Kling may have tasks of what waits to be sent that this database does not know.

    What was on the last whole read is known. A restored backup brings the time of its own last one back with it.
    """
    oldest: datetime | None = to_send.aggregate(at=Min("created_at"))["at"]
    if oldest is None or account.listed_at is None:
        return oldest
    return max(oldest, account.listed_at)


def _was_read_whole(account: KlingAccount) -> bool:
    """Say whether a whole read is young enough to be believed until the next but one."""
    young = {"listed_at__gt": now() - FRESH_LIST / 2, "listed_at__gte": restores.believed_since(account)}
    return KlingAccount.objects.filter(pk=account.pk, **young).exists()


def _alone_after(rest: timedelta) -> timedelta:
    """Return when a video that is being made is asked for by itself, should no later page show it."""
    return timedelta(seconds=30) + 2 * rest


def _finish(account: KlingAccount, token: uuid.UUID, *, began: datetime, whole: bool, at_latest: timedelta) -> None:
    """Say when to read next: not later than was right before this read, by which its videos were told to wait.

    The pace is from beginning to beginning, but a slow Kling gets half of it to itself.
    """
    columns: dict[str, object] = {"listed_at": Greatest(Coalesce("listed_at", began), began)} if whole else {}
    rest = min(next_read(account, began), at_latest)
    mine = KlingAccount.objects.filter(pk=account.pk, list_token=token)
    # A callback that came while this was read may tell of what came too late for it.
    due_at = Case(When(called_back_at__gte=began, then=now()), default=Greatest(began + rest, now() + rest / 2))
    mine.update(list_due_at=due_at, list_token=None, list_failures=0, list_error="", **columns)
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
