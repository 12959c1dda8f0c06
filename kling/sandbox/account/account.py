"""Whether a task may be made, what pays for it, and what is left."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from kling.catalog import names_of
from kling.sandbox.account.cash import Price, in_cash
from kling.sandbox.account.ledger import Ledger
from kling.sandbox.account.packs import Pack, for_videos
from kling.sandbox.account.terms import Terms
from kling.sandbox.answers import Refused, invalid
from kling.sandbox.memory.store import Store
from kling.sandbox.order import Order


class Account:
    def __init__(self, *, store: Store, terms: Terms) -> None:
        self.store, self.terms = store, terms
        self.ledger = Ledger(store)

    def change(self, changes: dict[str, Any], *, now_ms: int) -> None:
        """Have other terms from now on; what has come due is paid by those that were."""
        self.settle(now_ms)
        changes = dict(changes)
        terms = self.terms.with_packs(changes.pop("packs", self.terms.packs), now_ms=now_ms)
        self.terms = replace(terms, **changes)

    def admit(self, order: Order, *, now_ms: int, may_repeat: bool = False) -> Price:
        """Return what a task will cost; raise Refused when it may not be made now.

        Settle first; then call it inside `store.writing`, with the making. The order is that of kling-api §11. What
        running tasks will cost counts as spent, so that no pack ever goes below nothing.
        """
        external_id = order.notes.external_id
        if external_id and not may_repeat and self.store.has_external_id(external_id):
            raise invalid(f"External_task_id {external_id} already exists")
        price = self._price(order.units, now_ms)
        if self._count_running(order, now_ms) >= self.parallel(now_ms):
            raise Refused(429, 1303, "parallel task over resource pack limit")
        return price

    def settle(self, now_ms: int) -> None:
        """Deduct what has come due."""
        with self.store.writing():
            self.ledger.settle(self.terms.packs, self.terms.cash, now_ms=now_ms)

    def charged(self, now_ms: int) -> Decimal:
        """Return the units of all tasks that have succeeded by now: Kling deducts at completion (§4.3)."""
        return self.store.tally("units") - self.store.under_way(now_ms).units

    def left(self, now_ms: int) -> Decimal:
        """Return the units in the packs that pay for videos now, by what was settled."""
        return sum((self.ledger.left(pack) for pack in self._online(now_ms)), Decimal(0))

    def parallel(self, now_ms: int) -> int:
        """Return how many tasks may run at once: as many as the best of the packs allows (§5.1)."""
        limits = [pack.parallel for pack in self._online(now_ms)]
        return max(limits) if limits else self.terms.cash_parallel * (self.terms.cash is not None)

    def _online(self, now_ms: int) -> list[Pack]:
        lasting = [pack for pack in for_videos(self.terms.packs) if pack.lasts_at(now_ms)]
        return [pack for pack in lasting if self.ledger.left(pack) > 0]

    def _price(self, units: Decimal, now_ms: int) -> Price:
        """Return what pays for so many units: packs where they can, money where they cannot."""
        promised, promised_money = self.ledger.promised()
        if promised + units <= self.left(now_ms):
            return Price(units=units)
        if (cash := self.terms.cash) is not None:
            price = in_cash(units, cash)
            if promised_money + price.money <= self.ledger.cash_left(cash):
                return price
        raise Refused(429, 1102, "Account balance not enough")

    def _count_running(self, order: Order, now_ms: int) -> int:
        models = names_of(order.model.name) if self.terms.per_model else ()
        return self.store.count_running(now_ms, models=models)
