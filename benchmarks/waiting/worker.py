"""A worker's process that ticks one step as beat would, until its part is done: `worker.py STEP REPORT`.

It writes to the file REPORT what that cost: CPU seconds, memory, and SQL statements for each page of Kling's list.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]
django.setup()

from django.db import connection  # noqa: E402

from productvideo import pace, pipeline  # noqa: E402
from productvideo.models import ProductVideo  # noqa: E402
from productvideo.pipeline import reading  # noqa: E402
from productvideo.states import AWAITED, UNFINISHED, Stage  # noqa: E402
from waiting import clock  # noqa: E402

TICK = 2.0  # seconds, as CELERY_BEAT_SCHEDULE has it
SLICE = 20.0  # as productvideo/tasks.py has it
STEPS: dict[str, tuple[Callable[..., int], frozenset[Stage]]] = {
    "submit": (pipeline.submit, frozenset({Stage.QUEUED, Stage.SUBMITTING})),
    "check": (pipeline.check, AWAITED),
    "collect": (pipeline.collect, UNFINISHED),
}


class Statements:
    """Counts SQL statements, and how many of them each page of the list takes."""

    def __init__(self) -> None:
        self.count = 0
        self.of_pages: list[int] = []

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.count += 1
        return execute(*asked)

    def watch_pages(self) -> None:
        settle = reading.settle

        def counted(*given: Any, **named: Any) -> int:
            before = self.count
            moved = settle(*given, **named)
            self.of_pages.append(self.count - before)
            return moved

        reading.settle = counted


def main(name: str, report: str) -> None:
    step, stages = STEPS[name]
    factor = clock.inherited().factor
    if factor != 1:
        clock.set_sqlite(clock.inherited())
        pace.BELIEVED /= factor  # the one time in the way of the list that is this process's own
    statements = Statements()
    statements.watch_pages()
    with connection.execute_wrapper(statements):
        cpu, began = time.process_time(), time.monotonic()
        ticks = tick(step, stages, factor)
        cpu = time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"cpu": cpu, "peak_mb": peak, "ticks": ticks, "seconds": (time.monotonic() - began) * factor}
    Path(report).write_text(json.dumps({**told, "statements": statements.count, "pages": statements.of_pages}))


def tick(step: Callable[..., int], stages: frozenset[Stage], factor: float) -> int:
    """Do the step on a grid of ticks, as beat sends them, while videos are where it may find them."""
    began, ticks = time.monotonic(), 0
    while ProductVideo.objects.filter(stage__in=stages).exists():
        end = time.monotonic() + SLICE / factor
        step(lambda: time.monotonic() < end)  # noqa: B023  called before `end` changes
        ticks += 1
        grid = TICK / factor
        time.sleep(grid - (time.monotonic() - began) % grid)
    return ticks


if __name__ == "__main__":
    main(*sys.argv[1:])
