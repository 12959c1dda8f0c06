"""One SQLite file that outlives a killed process, behind one connection and one lock."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from kling.sandbox.memory.schema import bring_up


class Database:
    """Every call is short, and what happens inside `writing` happens at once."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")  # safe from kill -9; only a power cut can take the last moments
        self._db.create_function("plus", 2, _plus, deterministic=True)
        bring_up(self._db)

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

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(question, values).fetchall()

    def named_rows(self, question: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(question, values).fetchall()

    def number(self, question: str, *values: Any) -> int:
        return int(self.rows(question, *values)[0][0])

    def change(self, order: str, *values: Any) -> int:
        """Return how many rows were changed."""
        with self._lock:
            return self._db.execute(order, values).rowcount

    def fact(self, name: str, default: str) -> str:
        """Return what this file was told first under this name: `default`, if it was nothing yet."""
        self.change("INSERT OR IGNORE INTO facts VALUES (?, ?)", name, default)
        return str(self.rows("SELECT value FROM facts WHERE name = ?", name)[0][0])


def _plus(one: str, other: str) -> str:
    """Add as decimals: units must not drift, as sums of SQLite's would."""
    return str(Decimal(one) + Decimal(other))
