"""A world for one life: a database and a storage of its own, and a Kling that outlives every process."""

from __future__ import annotations

import json
import os
import shutil
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

FAILED = 1


class World:
    """Makes fresh copies of one seeded database, and runs deeds in processes of their own that use the copy."""

    def __init__(self, *, folder: Path, postgres: str = "") -> None:
        self.folder = folder
        self.postgres = psycopg.connect(postgres, autocommit=True) if postgres else None
        self.database = f"crash_{os.getpid()}" if postgres else str(folder / "life.sqlite3")
        self.template = f"crash_template_{os.getpid()}" if postgres else str(folder / "template.sqlite3")

    def __enter__(self) -> World:
        if self.postgres:
            self.postgres.execute(f"CREATE DATABASE {self.template}")
        return self

    def __exit__(self, *_: object) -> None:
        if self.postgres:
            for name in (self.database, self.template):
                self.postgres.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self.postgres.close()

    def seed(self, deed: Callable[[], None]) -> None:
        """Make the database that every life begins with."""
        status, told = self.run(deed, database=self.template)
        if status:
            raise RuntimeError(told)

    def start_afresh(self) -> None:
        """Forget the last life, and what its processes have seen."""
        (self.folder / "seen").unlink(missing_ok=True)
        shutil.rmtree(self.media / "videos", ignore_errors=True)
        shutil.rmtree(self.media / "posters", ignore_errors=True)
        shutil.rmtree(self.media / "incoming", ignore_errors=True)
        if self.postgres:
            self.postgres.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
            self.postgres.execute(f"CREATE DATABASE {self.database} TEMPLATE {self.template}")
            return
        for end in ("", "-wal", "-shm"):
            Path(self.database + end).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.database)

    @property
    def media(self) -> Path:
        return self.folder / "media"

    def run(self, deed: Callable[[], Any], *, database: str = "") -> tuple[int, Any]:
        """Run a deed in a process of its own; return its exit status and what it returned, or why it failed."""
        reader, writer = os.pipe()
        if not (child := os.fork()):
            os.close(reader)
            status, told = self._in_child(deed, database or self.database)
            os.write(writer, json.dumps(told).encode()[:60_000])
            os._exit(status)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status), json.loads(told) if told else None

    def _in_child(self, deed: Callable[[], Any], database: str) -> tuple[int, Any]:
        from django.db import connection

        connection.settings_dict["NAME"] = database
        try:
            told = deed()
            connection.close()
        except BaseException:  # noqa: BLE001  whatever it was, the parent shall know
            return FAILED, traceback.format_exc()
        return 0, told
