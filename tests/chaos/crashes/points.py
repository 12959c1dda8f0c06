"""Crash points: before and after every commit, send, receive, fsync, rename and removal that our code brings about.

They are put around the primitives themselves, so no code of the product knows of them, and a new side effect has its
points from the day it is written. A point is named by when, what, and the function of ours that caused it.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
OURS = tuple(str(ROOT / room) + os.sep for room in ("kling", "productvideo", "personas"))
CRASHED = 86  # the exit status of a process that died at a point
WRITES = ("INSERT", "UPDATE", "DELETE")

Die = Callable[[str], None]


def die_for_good(_: str) -> None:
    """End this process as kill -9 does: nothing is closed, flushed or rolled back."""
    os._exit(CRASHED)


class Points:
    """Remembers the points that are passed, and dies at one of them.

    The same point is passed again and again, so the second time it is called "… #2".
    """

    def __init__(self, *, crash_at: str = "", die: Die = die_for_good) -> None:
        self.crash_at = crash_at
        self.die = die
        self.passed: list[str] = []
        self.times: Counter[str] = Counter()

    def reach(self, when: str, what: str) -> None:
        name = f"{when} {what} in {_our_function()}"
        self.times[name] += 1
        self.passed.append(name if self.times[name] == 1 else f"{name} #{self.times[name]}")
        if self.passed[-1] == self.crash_at:
            self.die(self.crash_at)

    def around(self, what: str, deed: Callable[..., Any]) -> Callable[..., Any]:
        """Return the deed with a point on both sides."""

        def between_points(*args: Any, **options: Any) -> Any:
            self.reach("before", what)
            outcome = deed(*args, **options)
            self.reach("after", what)
            return outcome

        return between_points

    def around_statement(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """A statement outside a transaction commits itself; for `connection.execute_wrapper`."""
        context = rest[-1]
        if context["connection"].in_atomic_block or not sql.lstrip().upper().startswith(WRITES):
            return execute(sql, *rest)
        return self.around("commit", execute)(sql, *rest)


@contextmanager
def watched(points: Points) -> Iterator[None]:
    """Put the points around everything that the outside can see of this process."""
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper
    from requests.adapters import HTTPAdapter
    from urllib3.response import HTTPResponse

    from kling.wire.adapter import Watched

    places: list[tuple[Any, str, str]] = [
        (BaseDatabaseWrapper, "_commit", "commit"),
        (Watched, "send", "send"),
        (HTTPAdapter, "send", "exchange"),
        (HTTPResponse, "read1", "receive"),
        (HTTPResponse, "stream", "receive"),
        (os, "fsync", "fsync"),
        (os, "replace", "rename"),
        (os, "rename", "rename"),
        (os, "unlink", "removal"),
        (os, "remove", "removal"),
    ]
    before = [(place, name, getattr(place, name)) for place, name, _ in places]
    for place, name, what in places:
        setattr(place, name, points.around(what, getattr(place, name)))
    try:
        with connection.execute_wrapper(points.around_statement):
            yield
    finally:
        for place, name, deed in before:
            setattr(place, name, deed)


def _our_function() -> str:
    """Return the innermost function of ours that is being run."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(OURS):
            return f"{Path(path).relative_to(ROOT).with_suffix('')}:{frame.f_code.co_name}".replace(os.sep, ".")
        frame = frame.f_back  # type: ignore[assignment]
    return "nothing of ours"
