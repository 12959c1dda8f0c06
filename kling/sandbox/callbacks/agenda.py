"""What is due when: a heap, and threads that wait at it without looking through it."""

import heapq
import itertools
import threading
from collections.abc import Callable

from kling.sandbox.callbacks.changes import Plan

LOOK = 0.05  # seconds between two looks at a clock that need not go as the machine's does


class Agenda:
    def __init__(self, due_until_ms: Callable[[], int]) -> None:
        """`due_until_ms` tells up to which moment things are due now; it may be set back and forth."""
        self._due_until_ms = due_until_ms
        self._heap: list[tuple[int, int, Plan]] = []
        self._numbers = itertools.count()  # of two that are due at once, the one that was added first
        self._news = threading.Condition()
        self._turn = threading.Lock()
        self._is_closed = False

    def add(self, due_ms: int, plan: Plan) -> None:
        with self._news:
            heapq.heappush(self._heap, (due_ms, next(self._numbers), plan))
            self._news.notify()

    def take(self) -> Plan | None:
        """Return what is due first, waiting for it; None once this is closed. One thread looks for all."""
        with self._turn, self._news:
            while not self._is_closed:
                if self._heap and self._heap[0][0] <= self._due_until_ms():
                    return heapq.heappop(self._heap)[2]
                self._news.wait(LOOK if self._heap else None)
        return None

    def close(self) -> None:
        with self._news:
            self._is_closed = True
            self._news.notify_all()
