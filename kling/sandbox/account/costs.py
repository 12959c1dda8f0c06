"""`GET /account/costs`: the packs of the account (kling-api §7.1)."""

import re
from collections.abc import Mapping
from typing import Any

from kling.sandbox.account.account import Account
from kling.sandbox.account.packs import Pack
from kling.sandbox.answers import invalid, invalid_value


def read_costs(account: Account, query: Mapping[str, str], *, now_ms: int) -> dict[str, Any]:
    """Return the answer's data; without packs, or with none of the name that was asked for, it has no list at all."""
    for name in ("start_time", "end_time"):
        if not query.get(name):
            raise invalid(f"{name} can not be null")
        if not re.fullmatch(r"[0-9]{1,15}", query[name]):
            raise invalid_value(name, query[name])
    account.settle(now_ms)
    wanted = query.get("resource_pack_name")
    packs = [_view(account, pack, now_ms) for pack in account.terms.packs if wanted in (None, "", pack.name)]
    answer: dict[str, Any] = {"code": 0, "msg": "success"}
    return answer | ({"resource_pack_subscribe_infos": packs} if packs else {})


def _view(account: Account, pack: Pack, now_ms: int) -> dict[str, Any]:
    """A pack; what is left in it is told late, as Kling does, by as much as the terms say."""
    left = account.ledger.left_at(pack, now_ms - int(account.terms.lag * 1000))
    return {
        "resource_pack_name": pack.name,
        "resource_pack_id": pack.id,
        "resource_pack_type": "decreasing_total",
        "total_quantity": float(pack.units),
        "remaining_quantity": float(left),
        "purchase_time": pack.bought_ms,
        "effective_time": pack.begins_ms,
        "invalid_time": pack.ends_ms,
        "status": str(pack.status(now_ms, left=left)),
    }
