"""Whether the address that Kling would call back is reachable from here, and is this program's."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from kling.callbacks import what_prevents
from kling.doctor.findings import Check, good, warn, wrong
from kling.wire.reach import Barrier, Blocked, Reply, knock
from kling.wire.transport import clean_address

MARK, RECEIVER = "X-Stillreel", "webhooks"  # the header by which the receiver is told from anything else
PATH = "/webhooks/kling"
SECONDS = 5.0
_NO_PROOF = "Reachable from here is no proof that Kling reaches it too; polling goes on beside it."


def check_callbacks() -> Check:
    if not settings.KLING_CALLBACKS:
        return good("callbacks", "Callbacks are off; videos are polled.", enabled=False)
    signed = bool(settings.KLING_WEBHOOK_SECRET)
    site = clean_address(settings.PUBLIC_URL) if settings.PUBLIC_URL else ""
    facts: dict[str, Any] = {"enabled": True, "public_url": site, "signatures_checked": signed}
    if not site:
        message = "KLING_CALLBACKS is on and PUBLIC_URL is not set, so Kling is given no address to call."
        return wrong("callbacks", message, _or_off("Set PUBLIC_URL"), **facts, reachable=False)
    # A token that no video has: the receiver refuses it, and shows by its header that it is the one who does.
    found = knock(f"{site}{PATH}/{secrets.token_urlsafe(24)}", mark=MARK, seconds=SECONDS)
    if isinstance(found, Blocked):
        return _blocked(found, facts)
    facts["http_status"] = found.http_status
    if found.mark == RECEIVER and found.http_status < 500:
        return _reachable(facts)
    return wrong("callbacks", *_somebody_else(found, site), **facts, reachable=False)


def _reachable(facts: dict[str, Any]) -> Check:
    site = facts["public_url"]
    if what_prevents():
        message = f"{site} answers here, but it is plain http or a private address, which Kling cannot call."
        return warn(
            "callbacks", message, _or_off("Set PUBLIC_URL to the public https address"), **facts, reachable=True
        )
    message = f"{site}{PATH}/ is reachable. {_NO_PROOF}"
    if facts["signatures_checked"]:
        return good("callbacks", f"{message} Signatures are checked.", **facts, reachable=True)
    hint = "To have signatures checked, make a webhook secret in Kling's console and set KLING_WEBHOOK_SECRET."
    return good("callbacks", message, hint, **facts, reachable=True)


def _blocked(found: Blocked, facts: dict[str, Any]) -> Check:
    site = facts["public_url"]
    host = urlsplit(site).hostname
    match found.barrier:
        case Barrier.LINE:
            deed = (
                f"Check the DNS entry of {host}, the firewall, and that the proxy runs. Some networks cannot reach"
                f" their own public address from inside: then try `curl -i {site}{PATH}/x/` from elsewhere"
            )
        case Barrier.TLS:
            deed = f"Mend the certificate of {host}, which Kling will hardly accept either"
        case Barrier.SILENCE:
            deed = f"See that the web server runs behind the proxy of {host}, and read its log"
    message = f"{site} could not be reached: {found.reason}."
    return wrong("callbacks", message, _or_off(deed), **facts, reachable=False)


def _somebody_else(reply: Reply, site: str) -> tuple[str, str]:
    """Say who seems to have answered, and what to do about it."""
    told = f"{site}{PATH}/ answers (HTTP {reply.http_status})"
    match reply.http_status:
        case status if 300 <= status < 400:
            message = f"{told} with a redirect to {reply.location or 'nowhere'}; a callback needs a plain answer."
            deed = f"Set PUBLIC_URL to where it leads, or let the proxy pass {PATH}/ on without a redirect"
        case 401 | 403:
            message = f"{told}: something in front of this program wants a sign-in."
            deed = f"Let the proxy pass {PATH}/ on without one: Kling has none, and the address itself is the secret"
        case 400:
            message = f"{told}: the web server does not take this host's name."
            deed = "Start it with the same PUBLIC_URL, and let the proxy pass the Host header on unchanged"
        case status if status >= 500:
            message = f"{told}: the web server, or the proxy before it, is in trouble."
            deed = "See that the web server runs, and read its log"
        case _:
            message = f"{told}, but not as this program does."
            deed = f"Let the proxy pass {PATH}/ on to this program, with its path and headers unchanged"
    return message, _or_off(deed)


def _or_off(deed: str) -> str:
    return f"{deed}, or set KLING_CALLBACKS=false: videos are polled in any case."
