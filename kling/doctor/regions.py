"""Kling's own hosts: keys belong to one region, and the other region's host does not know them (kling-api §1.1)."""

from urllib.parse import urlsplit

SINGAPORE = "https://api-singapore.klingai.com"
BEIJING = "https://api-beijing.klingai.com"
OLD = "https://api.klingai.com"
ADDRESS_HINT = f"KLING_API_BASE_URL should be {SINGAPORE} or {BEIJING}, or a stand-in of your own."
_REGIONS = {SINGAPORE: "singapore", BEIJING: "beijing", OLD: "old"}


def region_of(base_url: str) -> str:
    """Return singapore, beijing, old (the former host of all but China), or "" for what is no host of Kling's."""
    return next((region for host, region in _REGIONS.items() if _name(host) == _name(base_url)), "")


def others(base_url: str) -> tuple[str, ...]:
    """Return Kling's regional hosts but for this one: the only addresses, beside it, that may ever see the keys."""
    return tuple(host for host in (SINGAPORE, BEIJING) if _name(host) != _name(base_url))


def console(base_url: str) -> str:
    """Return the page on which that region's keys are made."""
    return f"https://{'klingai.com' if region_of(base_url) == 'beijing' else 'kling.ai'}/dev/api-key"


def _name(address: str) -> str:
    return (urlsplit(address).hostname or "").rstrip(".")
