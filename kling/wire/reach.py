"""Knocking at an address of our own, as a stranger would: no keys, no redirects, a hard deadline, no body read."""

import ssl
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import urlsplit

import requests

from kling.wire.adapter import LINE_TROUBLE, WatchedAdapter
from kling.wire.deadline import Deadline, Stage, Watchdog
from kling.wire.transport import clean_address


class Barrier(Enum):
    """What kept a knock from being answered."""

    LINE = auto()  # no such name, no connection
    TLS = auto()
    SILENCE = auto()  # the line stood, and no answer came on it in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    barrier: Barrier
    reason: str  # the end of a sentence that names the host first


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`location` is where a redirect leads, as scheme and host, "" for none."""

    http_status: int
    mark: str
    location: str


def knock(address: str, *, mark: str, seconds: float) -> Reply | Blocked:
    """GET an address; return its status and its header `mark`, or what was in the way."""
    with Watchdog(Deadline(seconds)) as watchdog:
        try:
            return _get(address, mark, watchdog)
        except LINE_TROUBLE as trouble:
            return _judge(trouble, watchdog)


def _get(address: str, mark: str, watchdog: Watchdog) -> Reply:
    """Send by the adapter itself: a session would follow redirects, add keys of ~/.netrc, or ask a proxy."""
    headers = {"User-Agent": "check_kling", "Connection": "close"}
    request = requests.Request("GET", f"{clean_address(address)}/", headers=headers).prepare()
    seconds = max(watchdog.deadline.remaining(), 0.001)
    with WatchedAdapter(watchdog).send(request, stream=True, timeout=seconds) as response:
        if watchdog.expired:
            raise TimeoutError  # what was read may end where the line was cut
        return Reply(
            http_status=response.status_code,
            mark=response.headers.get(mark, ""),
            location=_site(response.headers.get("Location", "")),
        )


def _judge(trouble: Exception, watchdog: Watchdog) -> Blocked:
    if watchdog.stage is Stage.CONNECTING and watchdog.trouble:
        return Blocked(barrier=Barrier.LINE, reason=watchdog.trouble)
    if isinstance(trouble, requests.exceptions.SSLError):
        return Blocked(barrier=Barrier.TLS, reason=f"the secure connection failed{_certificate(trouble)}")
    if watchdog.expired or isinstance(trouble, TimeoutError | requests.exceptions.Timeout):
        return Blocked(barrier=Barrier.SILENCE, reason="it did not answer in time")
    return Blocked(barrier=Barrier.SILENCE, reason="the line broke before it answered")


def _certificate(trouble: BaseException) -> str:
    """Return what is wrong with the certificate, from under what requests and urllib3 have wrapped around it."""
    inner: object = trouble
    for _ in range(5):
        if isinstance(inner, ssl.SSLCertVerificationError):
            return f": {inner.verify_message}"
        inner = getattr(inner, "reason", None) or (inner.args[0] if isinstance(inner, Exception) and inner.args else 0)
    return ""


def _site(location: str) -> str:
    try:
        parts = urlsplit(location)
        return f"{parts.scheme}://{parts.hostname}" if parts.scheme and parts.hostname else location and "elsewhere"
    except ValueError:
        return "elsewhere"
