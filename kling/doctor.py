"""What `check_kling` looks at: the keys, the host, whether the one accepts the other, and the units that are left.

One free `GET /account/costs` answers the last three (kling-api §7.3); nothing here can spend anything.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from kling import credentials
from kling.auth import API_KEY_PREFIX
from kling.connection import current_host, open_client, sandbox_note
from kling.errors import (
    AGAIN,
    AccountError,
    BalanceError,
    CredentialsError,
    KlingError,
    NotSentError,
    RefusedError,
)
from kling.types import AccountCosts, ResourcePack

SINGAPORE = "https://api-singapore.klingai.com"
BEIJING = "https://api-beijing.klingai.com"
_ADDRESS_HINT = f"KLING_API_BASE_URL should be {SINGAPORE} or {BEIJING}, or a stand-in of your own."
_LATER_HINT = "Kling itself seems to be in trouble. Try again in a few minutes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the report; `hint` says what to do, "" when there is nothing to do."""

    name: str
    ok: bool
    message: str
    hint: str = ""


def examine() -> list[Check]:
    """Look at everything, in the order in which it has to be right."""
    keys = _check_keys()
    if not keys.ok:
        return [keys, *_not_tried("host", "access", "packs", because="there are no keys to use")]
    try:
        costs = _ask_for_costs()
    except KlingError as error:
        return [keys, *_explain(error)]
    return [
        keys,
        _host_answers(),
        Check(name="access", ok=True, message="Kling accepts the keys."),
        _check_packs(costs),
    ]


def _check_keys() -> Check:
    if settings.PRACTICE_MODE:
        return _no_keys()
    key, secret = settings.KLING_API_KEY, settings.KLING_API_SECRET
    problems = credentials.inspect(key, secret)
    if address := credentials.inspect_address(settings.KLING_API_BASE_URL):
        problems.append(address)
    ok = all(problem.is_warning for problem in problems)
    kind = "An API key is set." if key.startswith(API_KEY_PREFIX) else "An access key and a secret key are set."
    messages = [kind] * ok + [problem.message for problem in problems]
    return Check(
        name="credentials", ok=ok, message=" ".join(messages), hint=" ".join(problem.hint for problem in problems)
    )


def _no_keys() -> Check:
    note = sandbox_note()
    sandbox = f"the practice sandbox runs at {note.base_url}" if note else "the practice sandbox is not running"
    return Check(
        name="credentials",
        ok=False,
        message=f"No Kling keys are set: this is practice mode, and {sandbox}.",
        hint=f"To make real videos set KLING_API_KEY and KLING_API_SECRET, or KLING_API_KEY alone to a key that begins"
        f" with {API_KEY_PREFIX}, in the environment or in .env.",
    )


def _ask_for_costs() -> AccountCosts:
    now = datetime.now(UTC)
    with open_client() as client:
        return client.account_costs(start=now - timedelta(days=30), end=now)


def _explain(error: KlingError) -> list[Check]:
    """Say how far the question came: to no host, to something else, or to Kling, which then did not like it."""
    if isinstance(error, NotSentError) or error.http_status is None:
        hint = f"Check this machine's network and the address. {_ADDRESS_HINT}"
        return [Check(name="host", ok=False, message=_said(error), hint=hint), *_no_answer()]
    if isinstance(error, CredentialsError):
        return [_host_answers(), *_no_access(error, _region_hint())]
    if error.code is None and error.http_status < 500:
        return [_not_kling(error.http_status), *_no_answer()]
    if isinstance(error, RefusedError) or error.code == 0:
        return [_host_answers(), *_explain_refusal(error)]
    return [_host_answers(), *_no_access(error, _LATER_HINT)]


def _explain_refusal(error: KlingError) -> list[Check]:
    """Kling looks at the keys first: any other answer means that it knows them."""
    if isinstance(error, AccountError) and not isinstance(error, BalanceError):
        return _no_access(error, "Log in to Kling's console and mend the account.")
    accepted = Check(name="access", ok=True, message="Kling accepts the keys.")
    hint = "Buy a pack in Kling's console." if isinstance(error, BalanceError) else "Try again in a minute."
    return [accepted, Check(name="packs", ok=False, message=_said(error), hint=hint)]


def _said(error: KlingError) -> str:
    """Return the error's sentence without its promise to go on, which holds for videos and not here."""
    return error.sentence.replace(f" {AGAIN}", "")


def _host_answers() -> Check:
    return Check(name="host", ok=True, message=f"{current_host().base_url} answers.")


def _not_kling(http_status: int) -> Check:
    return Check(
        name="host",
        ok=False,
        message=f"{current_host().base_url} answers (HTTP {http_status}), but not as Kling does.",
        hint=f"Something else listens there, or a proxy is in between. {_ADDRESS_HINT}",
    )


def _no_access(error: KlingError, hint: str) -> list[Check]:
    refused = Check(name="access", ok=False, message=_said(error), hint=hint)
    return [refused, *_not_tried("packs", because="Kling did not let us in")]


def _no_answer() -> list[Check]:
    return _not_tried("access", "packs", because="Kling did not answer")


def _not_tried(*names: str, because: str) -> list[Check]:
    return [
        Check(name=name, ok=False, message=f"Not tried: {because}.", hint="Mend what is wrong above, then try again.")
        for name in names
    ]


def _region_hint() -> str:
    """Keys belong to one region, and the other region's host does not know them (kling-api §1.1)."""
    here = current_host().base_url
    others = " or ".join(host for host in (SINGAPORE, BEIJING) if host != here)
    return (
        "Compare the keys with Kling's console (https://kling.ai/dev/api-key): they may have been deleted there. If"
        f" they are from another region, set KLING_API_BASE_URL={others}. See also that this machine's clock is right."
    )


def _check_packs(costs: AccountCosts) -> Check:
    if costs.remaining is None:
        return Check(
            name="packs",
            ok=True,
            message="Warning: Kling accepts the keys and lists no packs of units.",
            hint="Buy a pack in Kling's console, unless the account is billed in another way.",
        )
    listed = "; ".join(_describe(pack) for pack in costs.packs)
    message = f"{costs.remaining.normalize():f} units are left. {listed}."
    if costs.remaining > 0:
        return Check(name="packs", ok=True, message=message)
    return Check(name="packs", ok=False, message=message, hint="Buy a pack in Kling's console.")


def _describe(pack: ResourcePack) -> str:
    until = f", until {pack.invalid_at:%Y-%m-%d}" if pack.invalid_at else ""
    left = f"{pack.remaining.normalize():f} of {pack.total.normalize():f} units"
    return f"{pack.name or 'Pack without a name'}: {left}, {pack.status or 'state unknown'}{until}"
