"""Hearing about many tasks with the fewest requests: by 20 ids a call, or by pages of 500 (kling-api §3.3, §3N)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from kling.dialects import legacy, new
from kling.errors import AGAIN, UnclearError
from kling.types import Listing, TaskPage

if TYPE_CHECKING:
    from kling.client import Client

CLOCK_MARGIN = timedelta(minutes=10)  # by how much Kling's clock and the caller's may differ


class Wanted:
    """The ids that no page has shown so far."""

    def __init__(self, task_ids: set[str], external_ids: set[str]) -> None:
        self.task_ids = task_ids
        self.external_ids = external_ids

    def take(self, page: TaskPage) -> None:
        self.task_ids -= {entry.task_id for entry in page.entries}
        self.external_ids -= {entry.external_task_id for entry in page.entries}

    @property
    def count(self) -> int:
        return len(self.task_ids) + len(self.external_ids)

    @property
    def calls_by_id(self) -> int:
        return ceil(len(self.task_ids) / new.MOST_IDS) + ceil(len(self.external_ids) / new.MOST_IDS)

    @property
    def least_pages(self) -> int:
        """How many pages of the list these alone would fill; others' tasks between them make it more."""
        return ceil(self.count / new.LARGEST_PAGE)


def by_ids_or_cursor(
    client: Client, task_ids: set[str], external_ids: set[str], *, since: datetime
) -> Iterator[TaskPage]:
    """Follow the new API's list while that can be cheaper than asking for what is left by its ids."""
    wanted, cursor, is_first = Wanted(task_ids, external_ids), "", True
    while wanted.count and (cursor or is_first) and wanted.calls_by_id > wanted.least_pages:
        page = client.list_since(since - CLOCK_MARGIN, cursor=cursor)
        if cursor and page.next_cursor == cursor:
            raise UnclearError(f"Kling's list goes round in circles. {AGAIN}")
        cursor, is_first = page.next_cursor, False
        wanted.take(page)
        yield page
    if is_first or cursor:  # what a list that was read to its end has not shown is not there
        yield from _by_ids(client, wanted)


def by_page_numbers(
    client: Client, task_ids: set[str], external_ids: set[str], *, since: datetime, listing: Listing
) -> Iterator[TaskPage]:
    """Follow a legacy list from its newest task, until all were seen or older ones follow."""
    wanted = Wanted(task_ids, external_ids)
    for number in range(1, legacy.MOST_PAGES + 1):
        if not wanted.count:
            return
        page = client.list_tasks(page=number, listing=listing)
        wanted.take(page)
        yield page
        if page.size < legacy.LARGEST_PAGE or _is_past(page, since - CLOCK_MARGIN):
            return


def _by_ids(client: Client, wanted: Wanted) -> Iterator[TaskPage]:
    for ids in _parts(wanted.task_ids):
        yield client.get_tasks(task_ids=ids)
    for ids in _parts(wanted.external_ids):
        yield client.get_tasks(external_ids=ids)


def _parts(ids: set[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), new.MOST_IDS):
        yield ordered[start : start + new.MOST_IDS]


def _is_past(page: TaskPage, moment: datetime) -> bool:
    """Say whether what follows is older; that newest come first is likely, so a page out of order proves nothing."""
    made = [task.created_at for task in page.tasks]
    return bool(made) and made[-1] < moment and made == sorted(made, reverse=True)
