"""What the sandbox remembers: tasks and tallies in one SQLite file that outlives a killed process."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from kling.sandbox.moves import Move
from kling.sandbox.tasks import Task
from kling.types import Mode

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    number INTEGER PRIMARY KEY,
    id INTEGER NOT NULL UNIQUE,
    external_id TEXT UNIQUE,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    failure TEXT NOT NULL,
    model_name TEXT NOT NULL,
    mode TEXT NOT NULL,
    duration INTEGER NOT NULL,
    sound INTEGER NOT NULL,
    move TEXT NOT NULL,
    photo TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    units TEXT NOT NULL,
    watermark INTEGER,
    broken_downloads INTEGER NOT NULL,
    end_photo TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS tasks_ended ON tasks (ended_ms);
CREATE TABLE IF NOT EXISTS tallies (name TEXT PRIMARY KEY, amount TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_COLUMNS = [column.name for column in fields(Task)]
_INSERT = f"INSERT INTO tasks ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM tasks"  # noqa: S608 (our own column names)


class Store:
    """One connection behind one lock: every call is short, and what happens inside `writing` happens at once."""

    def __init__(self, path: Path, *, now_ms: int) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")  # safe from kill -9; only a power cut can take the last moments
        self._db.executescript(_SCHEMA)
        self._add_what_older_sandboxes_lacked()
        self.secret = self._fact("link secret", secrets.token_hex(32)).encode()
        self.born_ms = int(self._fact("born", str(now_ms)))

    def _add_what_older_sandboxes_lacked(self) -> None:
        if "end_photo" not in {row[1] for row in self._db.execute("PRAGMA table_info(tasks)")}:
            self._db.execute("ALTER TABLE tasks ADD COLUMN end_photo TEXT NOT NULL DEFAULT ''")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Everything in this block, questions too, is one step that no other request comes between."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def add(self, task: Task) -> None:
        with self._lock:
            self._db.execute(_INSERT, [_stored(getattr(task, name)) for name in _COLUMNS])

    def find(self, name: str) -> Task | None:
        """Return the task with this task id or, else, with this external id."""
        by_id = self._tasks(f"{_SELECT} WHERE id = ?", int(name)) if _is_id(name) else []
        found = by_id or self._tasks(f"{_SELECT} WHERE external_id = ?", name)
        return found[0] if found else None

    def has_external_id(self, external_id: str) -> bool:
        return bool(self._tasks(f"{_SELECT} WHERE external_id = ?", external_id))

    def page(self, number: int, size: int) -> list[Task]:
        """Return one page, counted from 1, newest first."""
        return self._tasks(f"{_SELECT} ORDER BY number DESC LIMIT ? OFFSET ?", size, (number - 1) * size)

    def running(self, now_ms: int) -> list[Task]:
        """Return the tasks that have not ended."""
        return self._tasks(f"{_SELECT} WHERE ended_ms > ?", now_ms)

    def count_running(self, now_ms: int) -> int:
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM tasks WHERE ended_ms > ?", [now_ms]).fetchone()[0])

    def break_download(self, task_id: int) -> bool:
        """Say whether this download is to end in the middle, and count it."""
        with self.writing():
            changed = self._db.execute(
                "UPDATE tasks SET broken_downloads = broken_downloads - 1 WHERE id = ? AND broken_downloads > 0",
                [task_id],
            )
            return changed.rowcount == 1

    def count(self, name: str, amount: Decimal | int = 1) -> None:
        with self._lock:
            total = self.tallies().get(name, Decimal(0)) + amount
            self._db.execute("INSERT OR REPLACE INTO tallies VALUES (?, ?)", [name, str(total)])

    def tallies(self) -> dict[str, Decimal]:
        with self._lock:
            return {name: Decimal(amount) for name, amount in self._db.execute("SELECT name, amount FROM tallies")}

    def _fact(self, name: str, default: str) -> str:
        self._db.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", [name, default])
        return str(self._db.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()[0])

    def _tasks(self, question: str, *values: Any) -> list[Task]:
        with self._lock:
            return [_task(row) for row in self._db.execute(question, values)]


def _is_id(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) <= 18


def _stored(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | Mode | Move) else value


def _task(row: tuple[Any, ...]) -> Task:
    known = dict(zip(_COLUMNS, row, strict=True))
    known["mode"], known["move"], known["units"] = Mode(known["mode"]), Move(known["move"]), Decimal(known["units"])
    known["sound"] = bool(known["sound"])
    known["watermark"] = None if known["watermark"] is None else bool(known["watermark"])
    return Task(**known)
