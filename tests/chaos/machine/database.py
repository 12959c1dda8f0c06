"""A database of a life's own, on either engine: begun afresh, backed up, restored under processes that live on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, connections
from machine.clock import POSTGRES_OPTIONS


class SQLiteDatabase:
    """A file; a backup is a copy of it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "life.sqlite3"
        self.settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(self.path)}
        self.settings |= {"OPTIONS": dict(connections.databases["default"].get("OPTIONS", {}))}
        if "init_command" not in self.settings["OPTIONS"]:
            self.settings["OPTIONS"] = {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            }

    def keep_as(self, name: str) -> None:
        connection.close()  # which also moves what is in the WAL into the file
        shutil.copyfile(self.path, self.path.with_name(name))

    def go_back_to(self, name: str) -> None:
        connection.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)
        shutil.copyfile(self.path.with_name(name), self.path)

    def close(self) -> None:
        connection.close()


class PostgresDatabase:
    """A database of its own; a backup is another one, made with it as the template."""

    def __init__(self, url: str) -> None:
        self.name = url.rpartition("/")[2]
        self.server = psycopg.connect(url.replace(f"/{self.name}", "/postgres"), autocommit=True)
        info = self.server.info
        self.settings: dict[str, Any] = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "HOST": info.host,
            "PORT": info.port,
            "USER": info.user,
            "OPTIONS": {"options": POSTGRES_OPTIONS},
        }
        self.kept: set[str] = set()

    def keep_as(self, name: str) -> None:
        self._copy(self.name, f"{self.name}_{name}")
        self.kept.add(f"{self.name}_{name}")

    def go_back_to(self, name: str) -> None:
        self._copy(f"{self.name}_{name}", self.name)

    def _copy(self, source: str, target: str) -> None:
        connection.close()
        self.server.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        self.server.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY file_copy')

    def close(self) -> None:
        connection.close()
        for name in self.kept:
            self.server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.server.close()


Database = SQLiteDatabase | PostgresDatabase


@contextmanager
def used(database: Database, seed: Callable[[], None]) -> Iterator[Database]:
    """Let Django use this database instead of the tests', with what `seed` puts into it as the beginning of a life."""
    before, told = connections["default"], connections.databases["default"]
    connections.databases["default"] = database.settings
    connections.configure_settings(connections.databases)
    del connections["default"]
    try:
        seed()
        database.keep_as("beginning")
        yield database
    finally:
        database.close()
        connections.databases["default"] = told
        connections["default"] = before
