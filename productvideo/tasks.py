"""Celery's doors into the pipeline: four ticks without arguments, which look at what is due, and a nightly sweep."""

from __future__ import annotations

import fcntl
import logging
import mmap
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup, worker_shutting_down

from kling.connection import ConfigurationError
from productvideo import bin, heartbeats, pipeline, services

log = logging.getLogger(__name__)

SLICE = 20.0  # seconds after which a tick ends, though more may be due; the next tick goes on
GRACE = 30.0  # seconds that a stopping worker gives its ticks; what is held then is left to its lease

# Of a worker's five children, so many at once; the rest is always free to poll. A sweep takes a sixth place, for the
# seconds that it lasts once a night.
PLACES = {"submit": 1, "check": 1, "collect": 2, "sweep": 1, "write": 1}

# Both are shared with the children that the worker forks.
_stopping = mmap.mmap(-1, 1)
_places = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process


@shared_task
def submit() -> None:
    """Send what is due."""
    _tick("submit", pipeline.submit)


@shared_task
def check() -> None:
    """See what Kling has finished."""
    _tick("check", pipeline.check)


@shared_task
def collect() -> None:
    """Save what Kling has finished, and tell who approved it."""
    _tick("collect", lambda keep_going: pipeline.collect(keep_going) + pipeline.tell())


@shared_task
def write() -> None:
    """Have the scenes written of products that were made many at once."""
    _tick("write", services.write_wanted_scenes)


@shared_task
def sweep() -> None:
    """Delete what has lain in the bin for 30 days, and the files that nobody owns."""
    _tick("sweep", lambda _: bin.empty() + len(pipeline.sweep()))


def _tick(name: str, step: Callable[[Callable[[], bool]], int]) -> None:
    end = time.monotonic() + SLICE
    with _place(name) as free:
        if not free:
            return
        heartbeats.note(heartbeats.WORKER)
        try:
            step(lambda: time.monotonic() < end and not _stopping[0])
        except ConfigurationError as error:
            log.error("Nothing can be done: %s", error)  # noqa: TRY400  a sentence, not a crash


@contextmanager
def _place(name: str) -> Iterator[bool]:
    """Hold one of this worker's places for a step; the system frees it when the process dies.

    A place is one locked byte of the nameless file that all children of a worker have inherited.
    """
    first = 4 * list(PLACES).index(name)
    for place in range(first, first + PLACES[name]):
        with suppress(OSError):
            fcntl.lockf(_places, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            break
    else:
        yield False
        return
    try:
        yield True
    finally:
        fcntl.lockf(_places, fcntl.LOCK_UN, 1, place)


@celeryd_after_setup.connect
def leave_room_to_poll(instance: Any, **_: object) -> None:
    """In a small worker, slow downloads may not take every child."""
    PLACES["collect"] = max(1, min(PLACES["collect"], instance.concurrency - 3))


@worker_shutting_down.connect
def stop_ticks(**_: object) -> None:
    """Let running ticks begin nothing new, and end the worker for good when they take too long."""
    _stopping[0] = 1
    last = threading.Timer(GRACE, os.kill, (os.getpid(), signal.SIGQUIT))
    last.daemon = True
    last.start()
