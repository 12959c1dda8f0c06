"""Beat's scheduler: Celery's own, in memory, that also says in the database that it is alive."""

from __future__ import annotations

from typing import Any

from celery.beat import Scheduler as InMemory


class Scheduler(InMemory):
    """Sends what is due, and writes a sign of life, so that a page can tell a dead beat from a dead worker."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        from productvideo import heartbeats  # Django is ready by now

        heartbeats.note(heartbeats.BEAT)
        seconds: float = super().tick(*args, **kwargs)
        return seconds
