"""What the sandbox remembers: tasks and tallies, and every question that is asked of them."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from kling.sandbox.memory.database import Database
from kling.sandbox.memory.schema import COLUMNS, DEDUCTION_COLUMNS, DEDUCTIONS, INSERT, SELECT
from kling.sandbox.products import Product
from kling.sandbox.studio.moves import Move
from kling.sandbox.tasks import Task
from kling.types import Dialect, Mode, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """The tasks that have not ended, summed up."""

    running: int
    failing: int
    units: Decimal  # that will be charged


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Tasks made from `start_ms` to `end_ms` by Kling's clock, listed after the task with the id `after`, and made
    until `until_ms` by the true one."""

    start_ms: int
    end_ms: int
    after: int | None = None
    until_ms: int | None = None


# What is true of a task of each status at the moment `:now`.
_STATUS = {
    TaskStatus.SUBMITTED: "started_ms > :now AND ended_ms > :now",
    TaskStatus.PROCESSING: "started_ms <= :now AND ended_ms > :now",
    TaskStatus.SUCCEED: "ended_ms <= :now AND failure = ''",
    TaskStatus.FAILED: "ended_ms <= :now AND failure != ''",
}
_ENDS = {TaskStatus.SUCCEED, TaskStatus.FAILED}
_RUNS = "number IN (SELECT number FROM tasks WHERE ended_ms > :now)"  # which are few, and found by an index
_NEWEST = """
created_ms + skew_ms BETWEEN :start AND :end
AND (:until IS NULL OR created_ms <= :until)
AND (:after IS NULL OR number < (SELECT number FROM tasks WHERE id = :after))
"""


class Store(Database):
    def __init__(self, path: Path, *, now_ms: int) -> None:
        super().__init__(path)
        self.secret = self.fact("link secret", secrets.token_hex(32)).encode()
        self.born_ms = int(self.fact("born", str(now_ms)))

    def add(self, task: Task) -> None:
        self.change(INSERT, *(_stored(getattr(task, name)) for name in COLUMNS))

    def find(self, name: str, *, product: Product | None = None) -> Task | None:
        """Return the task with this task id or, else, the oldest one with this external id.

        With a product, only what was made by its legacy path is found.
        """
        by_id = [task for task in self._with_ids([name]) if product is None or _is_of(task, product)]
        found = by_id or [task for task in self._with_external_ids([name]) if product is None or _is_of(task, product)]
        return found[0] if found else None

    def find_all(self, *, ids: Sequence[str] = (), external_ids: Sequence[str] = ()) -> list[Task]:
        """Return every task with one of these ids; of external ids with several, all of them, oldest first."""
        return self._with_ids(ids) + self._with_external_ids(external_ids)

    def has_external_id(self, external_id: str) -> bool:
        return bool(self.number("SELECT EXISTS (SELECT 1 FROM tasks WHERE external_id = ?)", external_id))

    def count_repeated_ids(self) -> int:
        """Return how many external ids have more than one task."""
        return self.number(
            "SELECT count(*) FROM"
            " (SELECT 1 FROM tasks WHERE external_id IS NOT NULL GROUP BY external_id HAVING count(*) > 1)"
        )

    def page(
        self, number: int, size: int, *, until_ms: int | None = None, product: Product | None = None
    ) -> list[Task]:
        """Return one page, counted from 1, newest first, of the tasks made by then; with a product, by its legacy
        path."""
        where, values = ["TRUE"], list[Any]()
        if until_ms is not None:
            where.append("created_ms <= ?")
            values.append(until_ms)
        if product is not None:
            where.append("dialect = 'legacy' AND product = ?")
            values.append(str(product))
        return self.tasks(
            f"{SELECT} WHERE {' AND '.join(where)} ORDER BY number DESC LIMIT ? OFFSET ?",
            *values,
            size,
            (number - 1) * size,
        )

    def newest(self, window: Window, statuses: Collection[TaskStatus], *, now_ms: int, limit: int) -> list[Task]:
        """Return tasks of both APIs and all products, newest first."""
        where = _NEWEST if _ENDS & set(statuses) else f"{_NEWEST} AND {_RUNS}"
        is_wanted = " OR ".join(f"({_STATUS[status]})" for status in statuses) or "FALSE"
        asked = f"{SELECT} WHERE {where} AND ({is_wanted}) ORDER BY number DESC LIMIT :limit"
        values = {
            "start": window.start_ms,
            "end": window.end_ms,
            "until": window.until_ms,
            "after": window.after,
            "now": now_ms,
            "limit": limit,
        }
        return [_task(row) for row in self.named_rows(asked, values)]

    def every_task(self) -> list[Task]:
        """Return all tasks, oldest first."""
        return self.tasks(f"{SELECT} ORDER BY number")

    def was_made_after(self, moment_ms: int) -> bool:
        """Say whether the newest task was made later than this."""
        newest = self.rows("SELECT created_ms FROM tasks ORDER BY number DESC LIMIT 1")
        return bool(newest) and newest[0][0] > moment_ms

    def under_way(self, now_ms: int) -> UnderWay:
        groups = self.rows(
            "SELECT units, failure != '', count(*) FROM tasks WHERE ended_ms > ? GROUP BY units, failure != ''", now_ms
        )
        return UnderWay(
            running=sum(tasks for *_, tasks in groups),
            failing=sum(tasks for _, fails, tasks in groups if fails),
            units=sum((Decimal(units) * tasks for units, fails, tasks in groups if not fails), Decimal(0)),
        )

    def count_running(self, now_ms: int, *, models: Sequence[str] = ()) -> int:
        """Return how many tasks have not ended; with models, only theirs."""
        of_models = f" AND model_name IN ({', '.join('?' * len(models))})" if models else ""
        return self.number(f"SELECT count(*) FROM tasks WHERE ended_ms > ?{of_models}", now_ms, *models)  # noqa: S608

    def deductions(self, where: Sequence[str], values: Sequence[Any], *, limit: int) -> list[dict[str, Any]]:
        """Return what was deducted, newest first: each deduction's columns with those of its task."""
        asked = f"{DEDUCTIONS} WHERE {' AND '.join(where)} ORDER BY deductions.number DESC LIMIT ?"
        return [dict(zip(DEDUCTION_COLUMNS, row, strict=True)) for row in self.rows(asked, *values, limit)]

    def break_download(self, task_id: int) -> bool:
        """Say whether this download is to end in the middle, and count it."""
        changed = self.change(
            "UPDATE tasks SET broken_downloads = broken_downloads - 1 WHERE id = ? AND broken_downloads > 0", task_id
        )
        return changed == 1

    def count(self, name: str, amount: Decimal | int = 1) -> None:
        self._keep(name, amount, "plus(amount, excluded.amount)")

    def count_most(self, name: str, amount: int) -> None:
        """Keep the largest number that was ever given under this name."""
        self._keep(name, amount, "max(CAST(amount AS INTEGER), CAST(excluded.amount AS INTEGER))")

    def tallies(self) -> dict[str, Decimal]:
        return {name: Decimal(amount) for name, amount in self.rows("SELECT name, amount FROM tallies")}

    def tally(self, name: str) -> Decimal:
        rows = self.rows("SELECT amount FROM tallies WHERE name = ?", name)
        return Decimal(rows[0][0]) if rows else Decimal(0)

    def tasks(self, question: str, *values: Any) -> list[Task]:
        """Return the tasks that a question beginning with SELECT finds."""
        return [_task(row) for row in self.rows(question, *values)]

    def _with_ids(self, names: Sequence[str]) -> list[Task]:
        ids = [int(name) for name in names if _is_id(name)]
        return self.tasks(f"{SELECT} WHERE id IN ({', '.join('?' * len(ids))})", *ids) if ids else []

    def _with_external_ids(self, names: Sequence[str]) -> list[Task]:
        if not names:
            return []
        return self.tasks(f"{SELECT} WHERE external_id IN ({', '.join('?' * len(names))}) ORDER BY number", *names)

    def _keep(self, name: str, amount: Decimal | int, total: str) -> None:
        self.change(
            f"INSERT INTO tallies VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET amount = {total}",  # noqa: S608
            name,
            str(amount),
        )


def _is_of(task: Task, product: Product) -> bool:
    return task.dialect is Dialect.LEGACY and task.product is product


def _is_id(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) <= 18


def _stored(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | Mode | Move | Dialect | Product) else value


def _task(row: tuple[Any, ...]) -> Task:
    known = dict(zip(COLUMNS, row, strict=True))
    known["mode"], known["move"], known["units"] = Mode(known["mode"]), Move(known["move"]), Decimal(known["units"])
    known["dialect"], known["product"] = Dialect(known["dialect"]), Product(known["product"])
    known["money"] = Decimal(known["money"])
    for name in ("sound", "video_input", "chosen_voice"):
        known[name] = bool(known[name])
    known["watermark"] = None if known["watermark"] is None else bool(known["watermark"])
    return Task(**known)
