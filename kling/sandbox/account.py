"""The account behind the credentials: its resource pack, what is left in it, and how many tasks may run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kling.sandbox.answers import Refused, invalid, invalid_value
from kling.sandbox.store import Store

_YEAR_MS = 365 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    store: Store
    units: Decimal
    parallel: int

    def admit(self, *, external_id: str, units: Decimal, now_ms: int, may_repeat: bool = False) -> None:
        """Raise Refused when no such task may be made now; call it inside `store.writing`, with the making.

        The order is that of kling-api §11. Units of running tasks count as spent, so that the pack never goes
        below nothing.
        """
        if external_id and not may_repeat and self.store.has_external_id(external_id):
            raise invalid(f"External_task_id {external_id} already exists")
        if self._promised() + units > self.units or now_ms >= self._ends_ms:
            raise Refused(429, 1102, "Account balance not enough")
        if self.store.count_running(now_ms) >= self.parallel:
            raise Refused(429, 1303, "parallel task over resource pack limit")

    def charged(self, now_ms: int) -> Decimal:
        """Return the units of all tasks that have succeeded by now: Kling deducts at completion (§4.3)."""
        return self._promised() - self.store.under_way(now_ms).units

    def costs(self, query: Mapping[str, str], *, now_ms: int) -> dict[str, Any]:
        """The answer of `/account/costs` (§7.1)."""
        for name in ("start_time", "end_time"):
            if not query.get(name):
                raise invalid(f"{name} can not be null")
            if not re.fullmatch(r"[0-9]{1,15}", query[name]):
                raise invalid_value(name, query[name])
        answer: dict[str, Any] = {"code": 0, "msg": "success"}
        if query.get("resource_pack_name") in (None, "", self.pack_name):
            answer["resource_pack_subscribe_infos"] = [self._pack(now_ms)]
        return answer

    @property
    def pack_name(self) -> str:
        """In the pattern of Kling's own names, such as `Trial-Video-100Units-5Con-1Months` (§5.1)."""
        return f"Practice-Video-{self.units:f}Units-{self.parallel}Con-12Months"

    @property
    def _ends_ms(self) -> int:
        return self.store.born_ms + _YEAR_MS

    def _promised(self) -> Decimal:
        return self.store.tally("units")

    def _pack(self, now_ms: int) -> dict[str, Any]:
        left = max(self.units - self.charged(now_ms), Decimal(0))
        return {
            "resource_pack_name": self.pack_name,
            "resource_pack_id": f"{self.store.born_ms:032x}",
            "resource_pack_type": "decreasing_total",
            "total_quantity": float(self.units),
            "remaining_quantity": float(left),
            "purchase_time": self.store.born_ms,
            "effective_time": self.store.born_ms,
            "invalid_time": self._ends_ms,
            "status": "expired" if now_ms >= self._ends_ms else "online" if left else "runOut",
        }
