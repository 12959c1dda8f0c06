"""`/sandbox/account`: what the account has and how it is counted, told and changed without credentials."""

import logging
from typing import Any

from kling.sandbox.account.account import Account
from kling.sandbox.account.cash import Cash
from kling.sandbox.account.packs import Pack
from kling.sandbox.account.reading import read_terms
from kling.sandbox.account.terms import WrongTermsError
from kling.sandbox.answers import Answer, Request, json_answer
from kling.sandbox.front.patches import WrongPatchError, is_json, read_patch, trouble

log = logging.getLogger(__name__)


def account_answer(account: Account, request: Request, *, now_ms: int) -> Answer:
    match request.method:
        case "GET" | "HEAD":
            return json_answer(_account_view(account, now_ms=now_ms))
        case "PATCH":
            return _patch(account, request, now_ms)
        case _:
            return trouble(405, "The account is read with GET and changed with PATCH.")


def _account_view(account: Account, *, now_ms: int) -> dict[str, Any]:
    """Return all that can be changed, in the form in which it is, and what is left; the lag does not count here."""
    account.settle(now_ms)
    terms = account.terms
    return {
        "packs": [_pack_view(account, pack, now_ms) for pack in terms.packs],
        "lag": terms.lag,
        "per_model": terms.per_model,
        "cash": None if terms.cash is None else _cash_view(account, terms.cash),
    }


def _patch(account: Account, request: Request, now_ms: int) -> Answer:
    if not is_json(request):
        return trouble(415, "Send the account as JSON, with Content-Type: application/json.")
    try:
        changes = read_terms(read_patch(request.body, "what the account has"))
    except (WrongTermsError, WrongPatchError) as error:
        return trouble(400, str(error))
    account.change(changes, now_ms=now_ms)
    log.info("The account has other %s.", ", ".join(changes) or "nothing")
    return json_answer(_account_view(account, now_ms=now_ms))


def _pack_view(account: Account, pack: Pack, now_ms: int) -> dict[str, Any]:
    left = account.ledger.left(pack)
    return {
        "name": pack.name,
        "units": float(pack.units),
        "parallel": pack.parallel,
        "days": pack.days,
        "starts_in": pack.starts_in,
        "type": str(pack.type),
        "id": pack.id,
        "status": str(pack.status(now_ms, left=left)),
        "remaining": float(left),
    }


def _cash_view(account: Account, cash: Cash) -> dict[str, Any]:
    return {
        "currency": cash.currency,
        "amount": float(cash.amount),
        "unit_price": float(cash.unit_price),
        "cash_type": cash.cash_type,
        "remaining": float(account.ledger.cash_left(cash)),
    }
