"""Kling's JSON, read into our values: strict about what money hangs on, patient about the rest.

Kling's envelope is in kling-api §2, its packs in §7.1; tasks are read in `kling.dialects`. Ids and numbers may come as
numbers or as strings; unknown fields are ignored.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from kling.types import AccountCosts, ResourcePack

LONGEST_TEXT = 2000
LONGEST_ID = 64
LARGEST_NUMBER = Decimal(10) ** 18
SECONDS_BELOW = Decimal(10) ** 11
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE = re.compile(r"\s*-?[0-9]{1,18}\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is around every answer. `code` is None when the body is not Kling's; `found` is its `data`."""

    code: int | None
    message: str
    request_id: str
    found: Any


class UnreadableError(ValueError):
    """An answer that has not the shape Kling promises; the text says what is wrong with it."""


def read_envelope(content: bytes) -> Envelope:
    """Read any body; one that is not Kling's becomes an envelope without a code."""
    try:
        body = json.loads(content, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return Envelope(code=None, message="", request_id="", found=None)
    return Envelope(
        code=read_whole(body.get("code")),
        message=read_words(body.get("message")),
        request_id=read_text(body.get("request_id"))[:100],
        found=body.get("data"),
    )


def read_costs(found: Any, *, request_id: str) -> AccountCosts:
    """Read the packs; the key is absent when there are none, and a pack that cannot be read is left out."""
    listed = {} if found is None else found
    if isinstance(listed, dict):
        listed = listed.get("resource_pack_subscribe_infos")
    if listed is not None and not isinstance(listed, list):
        raise UnreadableError("it holds no list of packs")
    packs = (_read_pack(entry) for entry in listed or [])
    return AccountCosts(packs=tuple(pack for pack in packs if pack is not None), request_id=request_id)


def read_inner(found: Any) -> tuple[int, str]:
    """Return the second code and message that `/account/costs` has inside its data; (0, "") where there are none."""
    if not isinstance(found, dict):
        return 0, ""
    return read_whole(found.get("code")) or 0, read_words(found.get("msg")) or read_words(found.get("message"))


def read_text(value: Any) -> str:
    """Return a text that any database can keep: no NUL, no half characters, not longer than a page."""
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode(errors="replace").decode().strip()[:LONGEST_TEXT]


def read_words(value: Any) -> str:
    """Return a text for people, in one line that does nothing to a terminal or a log."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in read_text(value)).split())


def read_id(value: Any) -> str:
    """Return an id as text, "" if it is none; Kling sends strings, look-alikes also numbers."""
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else read_text(value)
    return found if len(found) <= LONGEST_ID else ""


def read_whole(value: Any) -> int | None:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_amount(value: Any) -> Decimal | None:
    """Return a number if it is a sane one, else None."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        amount = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < LARGEST_NUMBER else None


def read_time(value: Any) -> datetime | None:
    """Read Kling's milliseconds since 1970; so small a number that it would be 1970 is seconds."""
    amount = read_amount(value)
    if not amount:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=int(amount * 1000 if amount < SECONDS_BELOW else amount))
    except OverflowError:
        return None


def milliseconds(moment: datetime) -> int:
    """Write an aware moment as Kling does."""
    return int(moment.timestamp() * 1000)


def _read_pack(entry: Any) -> ResourcePack | None:
    if not isinstance(entry, dict):
        return None
    total, remaining = read_amount(entry.get("total_quantity")), read_amount(entry.get("remaining_quantity"))
    if remaining is None:
        return None
    return ResourcePack(
        name=read_text(entry.get("resource_pack_name")),
        id=read_id(entry.get("resource_pack_id")),
        total=remaining if total is None else total,
        remaining=remaining,
        effective_at=read_time(entry.get("effective_time")),
        invalid_at=read_time(entry.get("invalid_time")),
        status=read_text(entry.get("status")),
    )
