"""Whether the worker and beat are alive: ticks write a sign of life, since nothing else moves while nothing waits."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection

from productvideo.ages import age_of
from productvideo.models import Heartbeat
from productvideo.querysets import now

WORKER, BEAT = "worker", "beat"
EVERY = 10.0  # seconds between two signs of life of one kind
SILENT = timedelta(seconds=60)  # after which it is taken for dead; ticks come every two seconds

log = logging.getLogger(__name__)
_written: dict[str, float] = {}  # by this process, by its own clock


@dataclass(frozen=True, slots=True)
class Pulse:
    """When a kind of process was last heard of; None for never."""

    at: datetime | None = None

    @property
    def is_alive(self) -> bool:
        return self.at is not None and age_of(self.at) < SILENT


def note(name: str) -> None:
    """Write a sign of life, every ten seconds at most; a database in trouble is no reason to stop."""
    if time.monotonic() - _written.get(name, -EVERY) < EVERY:
        return
    _written[name] = time.monotonic()
    try:
        old = Heartbeat.objects.filter(pk=name)
        if not old.filter(at__lt=now() - timedelta(seconds=EVERY)).update(at=now()) and not old.exists():
            Heartbeat.objects.bulk_create([Heartbeat(name=name, at=now())], ignore_conflicts=True)
    except (DatabaseError, InterfaceError) as error:
        log.warning("No sign of life of %s could be written: %s", name, error)
        connection.close()


def pulses() -> dict[str, Pulse]:
    """Return when the worker and beat were last heard of."""
    known = dict(Heartbeat.objects.values_list("name", "at"))
    return {name: Pulse(known.get(name)) for name in (WORKER, BEAT)}


def forget() -> None:
    """Forget what this process has written, as a new one would; for tests."""
    _written.clear()
