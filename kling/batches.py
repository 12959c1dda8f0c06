"""Hearing about many tasks with few requests: by their ids, or by pages of 500 (kling-api §3.3, §3N).

Where in a list they are is not known before. So a list is followed while its pages, those in vain and the least that
must follow, may be fewer than the calls by id for what is left: in the end it costs at most about twice the cheaper
way, however long the list is, and even if it goes round in circles.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from kling.dialects import legacy, new
from kling.errors import StrangeTaskError, TaskNotFoundError
from kling.types import Listing, Task, TaskPage

CLOCK_MARGIN = timedelta(minutes=10)  # by how much Kling's clock and the caller's may differ


class Reader(Protocol):
    """The single reads that many are made of: those of `kling.Client`, and no more of it."""

    def get_task(self, id_or_external_id: str, *, listing: Listing) -> Task: ...

    def get_tasks(self, *, task_ids: Sequence[str] = (), external_ids: Sequence[str] = ()) -> TaskPage: ...

    def list_tasks(self, *, page: int, listing: Listing) -> TaskPage: ...

    def list_since(self, since: datetime, *, cursor: str) -> TaskPage: ...


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
    reader: Reader, task_ids: set[str], external_ids: set[str], *, since: datetime
) -> Iterator[TaskPage]:
    """Follow the new API's list while that may be cheaper, then ask by 20 ids a call."""
    wanted, cursor, in_vain = Wanted(task_ids, external_ids), "", 0
    while wanted.calls_by_id > in_vain + wanted.least_pages:
        before = wanted.calls_by_id
        page = reader.list_since(since - CLOCK_MARGIN, cursor=cursor)
        wanted.take(page)
        yield page
        cursor, in_vain = page.next_cursor, in_vain + (wanted.calls_by_id == before)
        if not cursor:
            return  # what a list that was read to its end has not shown is not there
    yield from _by_ids(reader, wanted)


def by_page_numbers(
    reader: Reader, task_ids: set[str], external_ids: set[str], *, since: datetime, listing: Listing
) -> Iterator[TaskPage]:
    """Follow a legacy list until older tasks follow, while that may be cheaper, then ask one by one."""
    wanted, number, in_vain = Wanted(task_ids, external_ids), 1, 0
    while wanted.count > in_vain + wanted.least_pages and number <= legacy.MOST_PAGES:
        before = wanted.count
        page = reader.list_tasks(page=number, listing=listing)
        wanted.take(page)
        yield page
        number, in_vain = number + 1, in_vain + (wanted.count == before)
        if page.size < legacy.LARGEST_PAGE or _is_past(page, since - CLOCK_MARGIN):
            return
    yield from _one_by_one(reader, wanted, listing)


def _one_by_one(reader: Reader, wanted: Wanted, listing: Listing) -> Iterator[TaskPage]:
    for name in sorted(wanted.task_ids | wanted.external_ids):
        try:
            yield TaskPage(tasks=(reader.get_task(name, listing=listing),), strange=(), size=1)
        except TaskNotFoundError:
            continue
        except StrangeTaskError as error:
            yield TaskPage(tasks=(), strange=(error.task,), size=1)


def _by_ids(reader: Reader, wanted: Wanted) -> Iterator[TaskPage]:
    for ids in _parts(wanted.task_ids):
        yield reader.get_tasks(task_ids=ids)
    for ids in _parts(wanted.external_ids):
        yield reader.get_tasks(external_ids=ids)


def _parts(ids: set[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), new.MOST_IDS):
        yield ordered[start : start + new.MOST_IDS]


def _is_past(page: TaskPage, moment: datetime) -> bool:
    """Say whether what follows is older; that newest come first is likely, so a page out of order proves nothing."""
    made = [task.created_at for task in page.tasks]
    return bool(made) and made[-1] < moment and made == sorted(made, reverse=True)
