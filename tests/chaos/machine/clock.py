"""The time of a world in which hours pass in no time: one clock for the databases, for Kling and for `time`.

Other tests make time pass by moving stored times back. Here processes live on with times in their memory while a
backup is restored, and both would be wrong by then. So it is the databases' own clock that goes on: the function that
`Now()` calls is replaced inside the database, on SQLite by one of ours, on PostgreSQL by one in a schema that is
looked at first. Between two rules no time passes, and ids come in their order, so that a life can be lived again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from django.db import connection
from django.db.backends.signals import connection_created

POSTGRES_CLOCK = """
CREATE OR REPLACE FUNCTION public.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
AS $$ SELECT current_setting('world.now')::timestamptz $$
"""
POSTGRES_OPTIONS = "-c search_path=public,pg_catalog -c synchronous_commit=off"


class Clock:
    """Stands still until it is told how much time has passed."""

    def __init__(self) -> None:
        self.start_afresh()

    def start_afresh(self) -> None:
        """Begin near the machine's time, since film links are judged by it, and far from the end of a month."""
        today = datetime.now(UTC).replace(microsecond=0)
        self.began = today if today.day <= 20 else today - timedelta(days=11)
        self.passed = 0.0
        self.ids = itertools.count(1)

    @property
    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.passed)

    def milliseconds(self) -> int:
        return round(self.now.timestamp() * 1000)

    def monotonic(self) -> float:
        return self.passed

    def random_bytes(self, size: int) -> bytes:
        """What UUIDs are made of: of rows that are equally old, the order is that of their ids."""
        return next(self.ids).to_bytes(size, "big")

    def let_pass(self, seconds: float) -> None:
        self.passed = round(self.passed + seconds, 3)
        if connection.vendor == "postgresql" and connection.connection is not None:
            self._tell_postgres()

    def _tell_postgres(self) -> None:
        with connection.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('world.now', %s, false)", [self.now.isoformat()])

    def _strftime(self, form: str, moment: str) -> str:
        assert (form, moment) == ("%Y-%m-%d %H:%M:%f", "NOW")
        return self.now.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]

    def _set_up(self, *, connection: Any, **_: object) -> None:
        if connection.vendor == "sqlite":
            connection.connection.create_function("strftime", 2, self._strftime)
        else:
            connection.connection.execute(POSTGRES_CLOCK)
            self._tell_postgres()

    @contextmanager
    def rules(self) -> Iterator[None]:
        """Let the databases and `time` tell this time. Whoever sleeps lets it pass: the client does between reads."""
        connection_created.connect(self._set_up)
        try:
            with (
                mock.patch("time.monotonic", self.monotonic),
                mock.patch("time.clock_gettime", lambda _: self.monotonic()),
                mock.patch("time.sleep", self.let_pass),
                mock.patch("os.urandom", self.random_bytes),
            ):
                yield
        finally:
            connection_created.disconnect(self._set_up)
