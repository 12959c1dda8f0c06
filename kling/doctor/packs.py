"""The account's packs: what is left in each of them, and until when (kling-api §7.1)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kling.doctor.findings import Check, amount, count, good, said, warn, wrong
from kling.doctor.labels import is_in_use, name_of, parallel_limit
from kling.errors import MEANINGS, KlingError
from kling.types import ResourcePack, units_left

SOON = timedelta(days=14)
_BUY = "Buy a pack in Kling's console"
_LAG = "Kling's figures lag up to 12 hours."
_STATUS_WORDS = {"toBeOnline": "not begun", "runOut": "used up"}


def refused_packs(error: KlingError) -> Check:
    """Report that the keys are good, and the packs were not told."""
    if error.code == 1102:
        return wrong("packs", said(error), f"{_BUY}.")
    is_refusal = error.code in MEANINGS and not MEANINGS[error.code].helps_to_read_again
    hint = "Ask Kling's support to open the list of packs to the account." if is_refusal else "Try again in a minute."
    return wrong("packs", said(error), hint)


def check_packs(packs: tuple[ResourcePack, ...], *, now: datetime) -> Check:
    left = units_left(packs)
    if left is not None:
        return _judge(packs, left, now)
    others = f" for videos. {_listed(packs)}." if packs else "."
    return warn(
        "packs",
        f"Kling accepts the keys and lists no packs of units{others}",
        f"{_BUY}, unless the account is billed in another way.",
        units_left=None,
        packs=[_facts(pack, now) for pack in packs],
    )


def _judge(packs: tuple[ResourcePack, ...], left: Decimal, now: datetime) -> Check:
    message = f"{count(left, 'unit')} {'is' if left == 1 else 'are'} left. {_listed(packs)}. {_LAG}"
    facts = {"units_left": amount(left), "packs": [_facts(pack, now) for pack in packs]}
    if left <= 0:
        return wrong("packs", message, " ".join([f"{_BUY}.", *_tell_beginnings(packs)]), **facts)
    if ending := [pack for pack in packs if _ends_soon(pack, now)]:
        return warn("packs", message, " ".join(_tell_end(pack, now) for pack in ending), **facts)
    return good("packs", message, **facts)


def _listed(packs: tuple[ResourcePack, ...]) -> str:
    return "; ".join(_describe(pack) for pack in packs)


def _describe(pack: ResourcePack) -> str:
    limit = parallel_limit(pack)
    parts = [
        f"{amount(pack.remaining)} of {amount(pack.total)} units",
        _STATUS_WORDS.get(pack.status, pack.status) or "state unknown",
        _dates(pack),
        f"{limit} at once" if limit else "at once: unknown",
        "" if pack.is_for_videos else "not for videos",
    ]
    return f"{name_of(pack)}: {', '.join(filter(None, parts))}"


def _dates(pack: ResourcePack) -> str:
    begins = f"from {pack.effective_at:%Y-%m-%d}" if pack.effective_at else ""
    ends = f"until {pack.invalid_at:%Y-%m-%d}" if pack.invalid_at else ""
    return f"{begins} {ends}".strip()


def _facts(pack: ResourcePack, now: datetime) -> dict[str, Any]:
    return {
        "name": pack.name,
        "units_left": amount(pack.remaining),
        "units_total": amount(pack.total),
        "status": pack.status,
        "begins_at": pack.effective_at and pack.effective_at.isoformat(),
        "ends_at": pack.invalid_at and pack.invalid_at.isoformat(),
        "ends_soon": _ends_soon(pack, now),
        "parallel_limit": parallel_limit(pack),
        "for_videos": pack.is_for_videos,
    }


def _ends_soon(pack: ResourcePack, now: datetime) -> bool:
    is_near = pack.invalid_at is not None and pack.invalid_at - now <= SOON
    return is_near and pack.remaining > 0 and is_in_use(pack, now)


def _tell_end(pack: ResourcePack, now: datetime) -> str:
    days = (pack.invalid_at - now).days if pack.invalid_at else 0
    when = f"in {count(days, 'day')}" if days else "within a day"
    return (
        f"{name_of(pack)} ends {when}: use its {count(pack.remaining, 'unit')} before, and have another pack by then."
    )


def _tell_beginnings(packs: tuple[ResourcePack, ...]) -> list[str]:
    coming = [pack for pack in packs if pack.status == "toBeOnline" and pack.is_for_videos]
    return [f"{name_of(pack)} begins on {pack.effective_at:%Y-%m-%d}." for pack in coming if pack.effective_at]
