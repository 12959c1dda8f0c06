"""What a `POST /tasks` asks for: a window of time, or a cursor that overrides it, filters and a limit (§3N.3)."""

import base64
import re
from dataclasses import dataclass

from kling.sandbox.answers import invalid_value
from kling.sandbox.fields import Body, read_filters, read_number, read_text
from kling.sandbox.new.views import STATUS_WORDS
from kling.sandbox.tasks import Task
from kling.types import TaskStatus

_DEFAULT_WINDOW_MS = 30 * 24 * 3600 * 1000
_USUAL_LIMIT, _MOST = 100, 500
_STATUSES = {word: status for status, word in STATUS_WORDS.items()}
_PRODUCT_TYPES = ("video", "image", "try_on")
_FILTERS = {"status": tuple(_STATUSES), "product_type": _PRODUCT_TYPES}
_CURSOR = re.compile(rb"([0-9]{1,18}):([0-9]{1,15}):([0-9]{1,15})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Tasks made from `start_ms` to `end_ms` by Kling's clock, listed after the task with the id `after`."""

    start_ms: int
    end_ms: int
    after: int | None
    limit: int
    statuses: frozenset[TaskStatus]
    has_videos: bool  # False when only other products are asked for, which are not made here

    def cursor_after(self, task: Task) -> str:
        """Return what asks for the rest; the window goes with it."""
        return base64.urlsafe_b64encode(f"{task.id}:{self.start_ms}:{self.end_ms}".encode()).decode()


def read_listing(body: Body, *, now_ms: int) -> Listing:
    """Raise Refused for the first field that is not as it should be."""
    limit = read_number(body, "limit", default=_USUAL_LIMIT)
    if not 1 <= limit <= _MOST:
        raise invalid_value("limit", body["limit"])
    end_ms = read_number(body, "end_time", default=now_ms)
    start_ms = read_number(body, "start_time", default=end_ms - _DEFAULT_WINDOW_MS)
    after = None
    if cursor := read_text(body, "cursor"):
        after, start_ms, end_ms = _read_cursor(cursor)
    filters = read_filters(body, _FILTERS)
    return Listing(
        start_ms=start_ms,
        end_ms=end_ms,
        after=after,
        limit=limit,
        statuses=frozenset(_STATUSES[word] for word in filters.get("status", _STATUSES)),
        has_videos="video" in filters.get("product_type", _PRODUCT_TYPES),
    )


def _read_cursor(text: str) -> tuple[int, int, int]:
    try:
        found = _CURSOR.fullmatch(base64.urlsafe_b64decode(text.encode()))
    except ValueError:
        found = None
    if found is None:
        raise invalid_value("cursor", text)
    return int(found[1]), int(found[2]), int(found[3])
