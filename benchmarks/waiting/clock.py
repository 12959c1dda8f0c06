"""A clock that may run several times as fast as the machine's: the sandbox and the database go by it."""

import os
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.backends.signals import connection_created

VARIABLE = "BENCHMARK_CLOCK"


class Clock(NamedTuple):
    """Shows `began` when the machine's clock does, and goes on from there `factor` times as fast."""

    began: float
    factor: float

    def now(self) -> float:
        return self.began + (time.time() - self.began) * self.factor

    def __str__(self) -> str:
        return f"{self.began!r} {self.factor!r}"


def inherited() -> Clock:
    """Return the clock that the parent process has set."""
    began, factor = os.environ[VARIABLE].split()
    return Clock(float(began), float(factor))


def set_sqlite(clock: Clock) -> None:
    """Let every SQLite connection of this process go by the clock, defaults of columns too.

    Nothing of the product is changed: all its times are the database's, so leases, back-offs and the pace shrink with
    the clock. In PostgreSQL a function in front of the built-in one does the same (`world.py`).
    """

    def strftime(form: str, moment: str) -> str:
        if (form, moment.upper()) != ("%Y-%m-%d %H:%M:%f", "NOW"):
            raise ValueError("only the form that Django's Now() asks for")
        return datetime.fromtimestamp(clock.now(), tz=UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]

    def replace(connection: Any, **_: object) -> None:
        if connection.vendor == "sqlite":
            connection.connection.create_function("strftime", 2, strftime)

    connection_created.connect(replace, weak=False)
