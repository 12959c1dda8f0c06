"""Every delivery that was made or given up, and with it what is still to be delivered: the same file as the tasks'."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kling.sandbox.callbacks.changes import Change, Plan, changes_of
from kling.sandbox.callbacks.outcomes import Outcome, Result
from kling.sandbox.callbacks.signing import delivery_id
from kling.sandbox.memory.schema import SELECT
from kling.sandbox.memory.store import Store
from kling.sandbox.tasks import Task

_TABLE = """
CREATE TABLE IF NOT EXISTS callbacks (
    number INTEGER PRIMARY KEY,
    task_id INTEGER NOT NULL,
    change TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    origin TEXT NOT NULL,
    outcome TEXT NOT NULL,
    answer INTEGER,
    settles INTEGER NOT NULL
)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS callbacks_settled ON callbacks (task_id, change) WHERE settles"
_IS_SETTLED = "EXISTS (SELECT 1 FROM callbacks WHERE task_id = tasks.id AND change = ? AND settles)"
_TALLY = "callbacks "


class Kind(StrEnum):
    TRUE = "true"
    DOUBLED = "doubled"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A delivery: `settles` when this change is done with, and will not be told again after a restart."""

    task_id: int
    change: Change
    kind: Kind
    status: str  # the word that was told
    at_ms: int
    origin: str
    result: Result
    settles: bool = False


class Journal:
    def __init__(self, store: Store) -> None:
        self._store = store
        store.change(_TABLE)
        store.change(_INDEX)

    def delivery_id(self, task_id: int, change: Change) -> str:
        """Return the `webhook-id` under which a change is told, after a restart too."""
        return delivery_id(self._store.secret, task_id, change)

    def write(self, entry: Entry) -> None:
        """A delivery and its place in the books; what is forged is no delivery of Kling's."""
        result = entry.result
        values = (entry.task_id, str(entry.change), str(entry.kind), entry.status, entry.at_ms, entry.origin)
        with self._store.writing():
            self._store.change(
                "INSERT INTO callbacks (task_id, change, kind, status, at_ms, origin, outcome, answer, settles)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *values,
                str(result.outcome),
                result.status,
                entry.settles,
            )
            if entry.kind is not Kind.FORGED:
                self._store.count(f"{_TALLY}{result.outcome}")

    def books(self) -> dict[str, int]:
        """Return how many deliveries had each outcome."""
        tallies = self._store.tallies()
        return {str(outcome): int(tallies.get(f"{_TALLY}{outcome}", 0)) for outcome in Outcome}

    def listing(self) -> list[dict[str, Any]]:
        """Return every delivery, oldest first, without what only the owner of an address should know."""
        columns = ("task_id", "status", "kind", "at_ms", "origin", "outcome", "answer")
        rows = self._store.rows(f"SELECT {', '.join(columns)} FROM callbacks ORDER BY number")  # noqa: S608
        return [{**dict(zip(columns, row, strict=True)), "task_id": str(row[0])} for row in rows]

    def unsettled(self) -> list[tuple[Task, Plan]]:
        """Return what a sandbox that has just been started has still to tell. `submitted` is history by then."""
        where = f"callback_url != '' AND NOT {_IS_SETTLED}"
        tasks = self._store.tasks(f"{SELECT} WHERE {where} ORDER BY number", str(Change.ENDED))
        begun = self._store.rows(
            f"SELECT id FROM tasks WHERE {where} AND {_IS_SETTLED}",  # noqa: S608
            str(Change.ENDED),
            str(Change.PROCESSING),
        )
        told = {int(row[0]) for row in begun}
        return [(task, Plan(task.id, _left(task, is_begun=task.id in told))) for task in tasks]


def _left(task: Task, *, is_begun: bool) -> tuple[Change, ...]:
    gone = (Change.SUBMITTED, Change.PROCESSING) if is_begun else (Change.SUBMITTED,)
    return tuple(change for change in changes_of(task) if change not in gone)
