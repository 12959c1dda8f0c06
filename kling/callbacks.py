"""Whether Kling is asked to call us back: the switch, and whether our own address can be reached from Kling."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings

from kling.credentials import Problem

SWITCH = "KLING_CALLBACKS"
ADDRESS = "PUBLIC_URL"
OURS_ALONE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion")  # ends of names


def are_used() -> bool:
    """Say whether orders name an address to call back."""
    return settings.KLING_CALLBACKS and what_prevents() is None


def what_prevents() -> Problem | None:
    """Return why callbacks that are wanted are not used; None where they are, and where nobody wants them."""
    if not settings.KLING_CALLBACKS or _can_call(settings.PUBLIC_URL):
        return None
    what = f"{ADDRESS} is no public https address" if settings.PUBLIC_URL else f"{ADDRESS} is empty"
    return Problem(
        message=f"{SWITCH} is true and {what}, so Kling is not asked to call back.",
        hint=f"Set {ADDRESS} to the https address by which this installation is reached from the internet, or"
        f" {SWITCH}=false. Videos are made all the same: Kling's list is read more often instead.",
        is_warning=True,
    )


def _can_call(address: str) -> bool:
    """Say whether the Kling in use can reach an address; a stand-in in our own network also reaches private ones."""
    host = _host(address)
    if not host:
        return False
    return _is_near() or (urlsplit(address).scheme == "https" and is_public_host(host))


def _is_near() -> bool:
    kling = _host(settings.KLING_API_BASE_URL)
    return bool(settings.PRACTICE_MODE) or (bool(kling) and not is_public_host(kling))


def is_public_host(host: str) -> bool:
    """Say whether a host can be one on the internet, by its name or number alone; nobody is asked where it leads."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    labels = host.rstrip(".").lower().split(".")
    is_number = labels[-1][:1].isdigit()  # such as 127.1, which some read as an address
    return len(labels) > 1 and all(labels) and labels[-1] not in OURS_ALONE and not is_number


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
