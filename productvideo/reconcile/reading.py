"""Kling's side of a comparison: its whole lists, and single look-ups for what they do not settle. Only reads."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import kling
from kling.connection import ConfigurationError, Host, current_host, open_client

PAGE_SIZE = 500  # Kling's most, as is the number of pages (kling-api §3.3)
MOST_PAGES = 1000
KEPT = timedelta(days=31)  # Kling keeps nothing for longer than 30 days
PATIENCE = (1.0, 3.0, 9.0)  # seconds to wait when Kling says that workers and we ask too much at once

Answer = TypeVar("Answer")
Say = Callable[[str], None]


class NotComparableError(Exception):
    """One of the two sides cannot be read; the text says which and why. Nothing was concluded and nothing changed."""


@dataclass(slots=True, kw_only=True)
class KlingsSide:
    """What Kling has, by task id, and what it does not have, by the id that was asked for."""

    host: Host
    client: kling.Client
    tasks: dict[str, kling.Task] = field(default_factory=dict)
    strange: dict[str, kling.StrangeTask] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    external_ids: set[str] = field(default_factory=set)
    listed: int = 0
    is_whole: bool = False

    def knows(self, *names: str) -> bool:
        """Say whether one of these ids is a task's, or an external id, of what was read so far."""
        return any(name in self.tasks or name in self.strange or name in self.external_ids for name in names if name)

    def has(self, *names: str) -> bool:
        """Say whether Kling has a task of one of these ids, and ask it, once for each, when the list has none."""
        return self.knows(*names) or any(self._ask(name) for name in names if name)

    def take(self, entries: tuple[kling.Task, ...], strange: tuple[kling.StrangeTask, ...]) -> None:
        """Add what was read; a list that shifts while it is read shows a task twice, and the later record counts."""
        self.tasks |= {task.task_id: task for task in entries}
        for entry in strange:
            self.strange[entry.task_id or entry.external_task_id or f"nameless {len(self.strange)}"] = entry
        named = [*(task.external_task_id for task in entries), *(entry.external_task_id for entry in strange)]
        self.external_ids.update(filter(None, named))

    def _ask(self, name: str) -> bool:
        if name in self.absent:
            return False
        try:
            task = _patiently(lambda: self.client.get_task(name))
        except kling.TaskNotFoundError:
            self.absent.add(name)
            return False
        except kling.StrangeTaskError as error:
            self.take((), (error.task,))
        except kling.KlingError as error:
            raise _not_comparable(error) from None
        else:
            self.take((task,), ())
        return True


def read_kling(say: Say) -> KlingsSide:
    """Read the whole list; a failure on any of its pages raises NotComparableError, for half a list proves nothing."""
    try:
        side = KlingsSide(host=current_host(), client=open_client())
        _read_lists(side, say)
    except ConfigurationError as error:
        raise NotComparableError(str(error)) from None
    except kling.KlingError as error:
        raise _not_comparable(error) from None
    side.listed = len(side.tasks) + len(side.strange)
    return side


def _read_lists(side: KlingsSide, say: Say) -> None:
    """Read every list that the credentials open: which ones hold tasks of ours, a restored database may not know."""
    side.is_whole = True
    for listing in (kling.Listing.IMAGE2VIDEO, kling.Listing.OMNI_VIDEO):
        side.is_whole &= _read_pages(side, _numbered(side.client, listing), say)
    if side.client.can_read(kling.Listing.TASKS):
        side.is_whole &= _read_pages(side, _by_cursor(side.client), say)


def _read_pages(side: KlingsSide, pages: Iterator[tuple[kling.TaskPage, bool]], say: Say) -> bool:
    """Take page after page; say whether the last one came."""
    for page, is_last in pages:
        side.take(page.tasks, page.strange)
        if is_last:
            return True
        say(f"{len(side.tasks)} tasks read from Kling's list.")
    return False


def _numbered(client: kling.Client, listing: kling.Listing) -> Iterator[tuple[kling.TaskPage, bool]]:
    """Yield the pages of a legacy list, and of each whether it is the last one."""
    before: set[str] = set()
    for number in range(1, MOST_PAGES + 1):
        page = _patiently(lambda number=number: client.list_tasks(page=number, page_size=PAGE_SIZE, listing=listing))  # type: ignore[misc]
        ids = {entry.task_id for entry in page.entries}
        if number > 1 and ids and ids == before:
            return  # the same again: this list cannot be read to its end
        yield page, page.size < PAGE_SIZE
        before = ids


def _by_cursor(client: kling.Client) -> Iterator[tuple[kling.TaskPage, bool]]:
    """Yield the pages of the new API's list, over all that Kling keeps."""
    since, cursor = datetime.now(tz=UTC) - KEPT, ""
    for _ in range(MOST_PAGES):
        page = _patiently(lambda cursor=cursor: client.list_since(since, cursor=cursor))  # type: ignore[misc]
        yield page, not page.next_cursor
        cursor = page.next_cursor


def _patiently(ask: Callable[[], Answer]) -> Answer:
    for seconds in PATIENCE:
        try:
            return ask()
        except kling.RateLimitError:
            time.sleep(seconds)
    return ask()


def _not_comparable(error: kling.KlingError) -> NotComparableError:
    sentence = error.sentence.replace(f" {kling.AGAIN}", "")  # not by this command
    return NotComparableError(f"{sentence} Nothing was compared and nothing was changed; run it again later.")


def as_uuid(text: str) -> uuid.UUID | None:
    """Return an external id of ours, None for anybody else's: ours are UUIDs as Python writes them."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None
