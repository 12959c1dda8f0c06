"""What was deducted: settled when somebody asks, as it was when each task ended (kling-api §4.3, §7.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kling.sandbox.account.cash import Cash
from kling.sandbox.account.packs import Pack, for_videos
from kling.sandbox.memory.store import Store

_DUE = """
SELECT id, units, money, currency, created_ms, ended_ms FROM tasks
WHERE settled = 0 AND failure = '' AND ended_ms <= ? ORDER BY ended_ms, number
"""
_PROMISED = """
SELECT units, money, count(*) FROM tasks
WHERE settled = 0 AND failure = '' GROUP BY units, money
"""
_NOTE = """
INSERT INTO deductions (task_id, pack_id, pack_name, pack_type, at_ms, before, amount, after)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class _Due:
    """A task that has succeeded, and is not paid yet."""

    task_id: int
    units: Decimal
    money: Decimal
    currency: str
    created_ms: int
    ended_ms: int


class Ledger:
    def __init__(self, store: Store) -> None:
        self._store = store

    def settle(self, packs: Sequence[Pack], cash: Cash | None, *, now_ms: int) -> None:
        """Deduct what has come due; call it inside `store.writing`.

        A pack that ends while a task runs still pays for it when nothing else can; what no pack covers is forgiven.
        """
        for row in self._store.rows(_DUE, now_ms):
            due = _Due(row[0], Decimal(row[1]), Decimal(row[2]), *row[3:])
            if due.currency:
                self._pay_in_cash(due, cash)
            else:
                self._pay_in_units(due, packs)
            self._store.change("UPDATE tasks SET settled = 1 WHERE id = ?", due.task_id)

    def left(self, pack: Pack) -> Decimal:
        """Return what a pack has left by all that was settled."""
        return max(pack.units - self._spent(pack.id), Decimal(0))

    def left_at(self, pack: Pack, moment_ms: int) -> Decimal:
        """Return what it had left at a moment that is past."""
        later = self._store.rows("SELECT amount FROM deductions WHERE at_ms > ? AND pack_id = ?", moment_ms, pack.id)
        return self.left(pack) + sum((Decimal(amount) for (amount,) in later), Decimal(0))

    def cash_left(self, cash: Cash) -> Decimal:
        return max(cash.amount - self._spent(_cash_key(cash.currency)), Decimal(0))

    def promised(self) -> tuple[Decimal, Decimal]:
        """Return the units and the money that will be deducted for tasks that were made already."""
        rows = self._store.rows(_PROMISED)
        return (
            sum((Decimal(units) * tasks for units, _, tasks in rows), Decimal(0)),
            sum((Decimal(money) * tasks for _, money, tasks in rows), Decimal(0)),
        )

    def _spent(self, key: str) -> Decimal:
        return self._store.tally(f"spent {key}")

    def _pay_in_units(self, due: _Due, packs: Sequence[Pack]) -> None:
        need = due.units
        for pack in _payers(packs, due):
            left = self.left(pack)
            if (part := min(left, need)) > 0:
                self._note(due, part, before=left, pack=(pack.id, pack.name, str(pack.type)))
                need -= part

    def _pay_in_cash(self, due: _Due, cash: Cash | None) -> None:
        if cash is not None and cash.currency == due.currency:
            self._note(due, due.money, before=self.cash_left(cash), pack=(_cash_key(due.currency), "", ""))

    def _note(self, due: _Due, amount: Decimal, *, before: Decimal, pack: tuple[str, str, str]) -> None:
        self._store.count(f"spent {pack[0]}", amount)
        values: list[Any] = [due.task_id, *pack, due.ended_ms, str(before), str(amount), str(before - amount)]
        self._store.change(_NOTE, *values)


def _payers(packs: Sequence[Pack], due: _Due) -> list[Pack]:
    """Return who pays, in this order: packs that lasted when the task ended, then those that did when it began."""
    paying = for_videos(packs)
    first = [pack for pack in paying if pack.lasts_at(due.ended_ms)]
    return first + [pack for pack in paying if pack.lasts_at(due.created_ms) and pack not in first]


def _cash_key(currency: str) -> str:
    return f"cash {currency}"
