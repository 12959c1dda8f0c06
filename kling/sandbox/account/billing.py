"""`POST /account/billing/package` and `/balance`: every single deduction, newest first (kling-api §7.2)."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kling.sandbox.account.account import Account
from kling.sandbox.account.details import BALANCE, PACKAGE, detail
from kling.sandbox.answers import invalid, invalid_value
from kling.sandbox.fields import Body, read_filters, read_number, read_text

_MOST = 500
_PACK_TYPES = ("video", "image", "try-on")
_FILTERS: Mapping[str, Mapping[str, tuple[str, ...] | None]] = {
    PACKAGE: {"api_key_name": None, "product_type": _PACK_TYPES, "package_name": None, "package_id": None},
    BALANCE: {"api_key_name": None},
}
_COLUMNS = {
    "api_key_name": "tasks.api_key_name",
    "product_type": "deductions.pack_type",
    "package_name": "deductions.pack_name",
    "package_id": "deductions.pack_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A window of the tasks' making by Kling's clock; `after`: the deduction to go on after, 0 for none."""

    start: int
    end: int
    limit: int
    filters: Mapping[str, list[str]]
    after: int = 0

    def cursor_after(self, number: int) -> str:
        """Return what asks for the rest, and overrides everything beside it."""
        asked = [self.start, self.end, self.limit, dict(self.filters), number]
        return base64.urlsafe_b64encode(json.dumps(asked).encode()).decode()


def read_billing(account: Account, kind: str, body: Body, *, now_ms: int) -> dict[str, Any]:
    """Return the answer's data; `kind` is the last word of the path."""
    asked = _read_asked(body, kind)
    account.settle(now_ms)
    rows = _find(account, kind, asked)
    shown = rows[: asked.limit]
    has_more = len(rows) > asked.limit
    return {
        "result": {"detail": [detail(kind, row) for row in shown], "count": len(shown)},
        "next_cursor": asked.cursor_after(shown[-1]["number"]) if has_more else "",
        "has_more": has_more,
    }


def _read_asked(body: Body, kind: str) -> Asked:
    if cursor := read_text(body, "cursor"):
        return _read_cursor(cursor, kind)
    for name in ("start_time", "end_time"):
        if body.get(name) in (None, ""):
            raise invalid(f"{name} can not be null")
    start, end = read_number(body, "start_time", default=0), read_number(body, "end_time", default=0)
    if start >= end:
        raise invalid("start_time must be earlier than end_time")
    return Asked(start=start, end=end, limit=_read_limit(body), filters=_read_filters(body, kind))


def _read_limit(body: Body) -> int:
    limit = read_number(body, "limit", default=_MOST)
    if not 1 <= limit <= _MOST:
        raise invalid_value("limit", body["limit"])
    return limit


def _read_filters(body: Body, kind: str) -> dict[str, list[str]]:
    filters = read_filters(body, _FILTERS[kind])
    if {"package_name", "package_id"} <= set(filters):
        raise invalid("only one of package_name and package_id is supported")
    return {name: sorted(values) for name, values in filters.items()}


def _read_cursor(text: str, kind: str) -> Asked:
    try:
        start, end, limit, filters, after = json.loads(base64.urlsafe_b64decode(text.encode()))
        body = {"start_time": start, "end_time": end, "limit": limit}
        body["filters"] = [{"key": name, "values": values} for name, values in dict(filters).items()]
        return replace(_read_asked(body, kind), after=read_number({"after": after}, "after", default=0))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise invalid_value("cursor", text) from None


def _find(account: Account, kind: str, asked: Asked) -> list[dict[str, Any]]:
    """Return the deductions of one piece, and one more where there is more."""
    where = ["tasks.created_ms + tasks.skew_ms BETWEEN ? AND ?", "(tasks.currency != '') = ?"]
    values: list[Any] = [asked.start, asked.end, kind == BALANCE]
    if asked.after:
        where.append("deductions.number < ?")
        values.append(asked.after)
    for name, words in asked.filters.items():
        where.append(f"{_COLUMNS[name]} IN ({', '.join('?' * len(words))})")
        values.extend(words)
    return account.store.deductions(where, values, limit=asked.limit + 1)
