"""What the sandbox remembers: tasks and tallies in one SQLite file that outlives a killed process."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from kling.sandbox.moves import Move
from kling.sandbox.tasks import Task
from kling.types import Mode

_TASKS = """
CREATE TABLE IF NOT EXISTS tasks (
    number INTEGER PRIMARY KEY,
    id INTEGER NOT NULL UNIQUE,
    external_id TEXT,
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
    end_photo TEXT NOT NULL DEFAULT '',
    skew_ms INTEGER NOT NULL DEFAULT 0,
    prompt_sha256 TEXT NOT NULL DEFAULT ''
)
"""
_BESIDE = """
CREATE INDEX IF NOT EXISTS tasks_ended ON tasks (ended_ms);
CREATE INDEX IF NOT EXISTS tasks_external ON tasks (external_id);
CREATE TABLE IF NOT EXISTS tallies (name TEXT PRIMARY KEY, amount TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
# What came after the first version; a file that an older sandbox made gets it when it is opened.
_LATER_COLUMNS = {
    "end_photo": "TEXT NOT NULL DEFAULT ''",
    "skew_ms": "INTEGER NOT NULL DEFAULT 0",
    "prompt_sha256": "TEXT NOT NULL DEFAULT ''",
}
_COLUMNS = [column.name for column in fields(Task)]
_INSERT = f"INSERT INTO tasks ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM tasks"  # noqa: S608 (our own column names)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """The tasks that have not ended, summed up."""

    running: int
    failing: int
    units: Decimal  # that will be charged


class Store:
    """One connection behind one lock: every call is short, and what happens inside `writing` happens at once."""

    def __init__(self, path: Path, *, now_ms: int) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")  # safe from kill -9; only a power cut can take the last moments
        self._db.create_function("plus", 2, _plus, deterministic=True)
        self._db.execute(_TASKS)
        self._add_what_older_sandboxes_lacked()
        self._db.executescript(_BESIDE)
        self.secret = self._fact("link secret", secrets.token_hex(32)).encode()
        self.born_ms = int(self._fact("born", str(now_ms)))

    def _add_what_older_sandboxes_lacked(self) -> None:
        present = {row[1] for row in self._db.execute("PRAGMA table_info(tasks)")}
        for name, kind in _LATER_COLUMNS.items():
            if name not in present:
                self._db.execute(f"ALTER TABLE tasks ADD COLUMN {name} {kind}")
        made_as = self._db.execute("SELECT sql FROM sqlite_master WHERE name = 'tasks'").fetchone()[0]
        if "external_id TEXT UNIQUE" in made_as:
            self._let_external_ids_repeat()

    def _let_external_ids_repeat(self) -> None:
        """SQLite cannot drop a constraint: the tasks move to a new table, all of them or none."""
        columns = f"number, {', '.join(_COLUMNS)}"
        with self.writing():
            self._db.execute("ALTER TABLE tasks RENAME TO older_tasks")
            self._db.execute(_TASKS)
            self._db.execute(f"INSERT INTO tasks ({columns}) SELECT {columns} FROM older_tasks")  # noqa: S608
            self._db.execute("DROP TABLE older_tasks")

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
        """Return the task with this task id or, else, the oldest one with this external id."""
        by_id = self._tasks(f"{_SELECT} WHERE id = ?", int(name)) if _is_id(name) else []
        found = by_id or self._tasks(f"{_SELECT} WHERE external_id = ? ORDER BY number LIMIT 1", name)
        return found[0] if found else None

    def has_external_id(self, external_id: str) -> bool:
        return bool(self._number("SELECT EXISTS (SELECT 1 FROM tasks WHERE external_id = ?)", external_id))

    def count_repeated_ids(self) -> int:
        """Return how many external ids have more than one task."""
        return self._number(
            "SELECT count(*) FROM"
            " (SELECT 1 FROM tasks WHERE external_id IS NOT NULL GROUP BY external_id HAVING count(*) > 1)"
        )

    def page(self, number: int, size: int, *, until_ms: int | None = None) -> list[Task]:
        """Return one page, counted from 1, newest first, of the tasks made by then."""
        offset = (number - 1) * size
        if until_ms is None:
            return self._tasks(f"{_SELECT} ORDER BY number DESC LIMIT ? OFFSET ?", size, offset)
        shown = f"{_SELECT} WHERE created_ms <= ? ORDER BY number DESC LIMIT ? OFFSET ?"
        return self._tasks(shown, until_ms, size, offset)

    def every_task(self) -> list[Task]:
        """Return all tasks, oldest first."""
        return self._tasks(f"{_SELECT} ORDER BY number")

    def was_made_after(self, moment_ms: int) -> bool:
        """Say whether the newest task was made later than this."""
        newest = self._rows("SELECT created_ms FROM tasks ORDER BY number DESC LIMIT 1")
        return bool(newest) and newest[0][0] > moment_ms

    def under_way(self, now_ms: int) -> UnderWay:
        groups = self._rows(
            "SELECT units, failure != '', count(*) FROM tasks WHERE ended_ms > ? GROUP BY units, failure != ''", now_ms
        )
        return UnderWay(
            running=sum(tasks for *_, tasks in groups),
            failing=sum(tasks for _, fails, tasks in groups if fails),
            units=sum((Decimal(units) * tasks for units, fails, tasks in groups if not fails), Decimal(0)),
        )

    def count_running(self, now_ms: int) -> int:
        return self._number("SELECT count(*) FROM tasks WHERE ended_ms > ?", now_ms)

    def break_download(self, task_id: int) -> bool:
        """Say whether this download is to end in the middle, and count it."""
        with self.writing():
            changed = self._db.execute(
                "UPDATE tasks SET broken_downloads = broken_downloads - 1 WHERE id = ? AND broken_downloads > 0",
                [task_id],
            )
            return changed.rowcount == 1

    def count(self, name: str, amount: Decimal | int = 1) -> None:
        self._keep(name, amount, "plus(amount, excluded.amount)")

    def count_most(self, name: str, amount: int) -> None:
        """Keep the largest number that was ever given under this name."""
        self._keep(name, amount, "max(CAST(amount AS INTEGER), CAST(excluded.amount AS INTEGER))")

    def tallies(self) -> dict[str, Decimal]:
        return {name: Decimal(amount) for name, amount in self._rows("SELECT name, amount FROM tallies")}

    def tally(self, name: str) -> Decimal:
        rows = self._rows("SELECT amount FROM tallies WHERE name = ?", name)
        return Decimal(rows[0][0]) if rows else Decimal(0)

    def _keep(self, name: str, amount: Decimal | int, total: str) -> None:
        with self._lock:
            self._db.execute(
                f"INSERT INTO tallies VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET amount = {total}",  # noqa: S608
                [name, str(amount)],
            )

    def _fact(self, name: str, default: str) -> str:
        self._db.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", [name, default])
        return str(self._db.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()[0])

    def _tasks(self, question: str, *values: Any) -> list[Task]:
        return [_task(row) for row in self._rows(question, *values)]

    def _number(self, question: str, *values: Any) -> int:
        return int(self._rows(question, *values)[0][0])

    def _rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(question, values).fetchall()


def _plus(one: str, other: str) -> str:
    """Add as decimals: units must not drift, as sums of SQLite's would."""
    return str(Decimal(one) + Decimal(other))


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
