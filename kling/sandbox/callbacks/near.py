"""Where a callback may go: to loopback addresses, and nowhere else; no other name is even looked up."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from kling.sandbox.callbacks.outcomes import Outcome

_PORTS = {"http": 80, "https": 443}
_AS_IT_STANDS = "%/:=&?~+!$,;'@()*[]"


class UnusableError(ValueError):
    """An address to which nothing is sent; the outcome says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to connect, and what to ask for there."""

    is_encrypted: bool
    host: str
    numbers: Sequence[str]  # IP addresses, each of them loopback
    port: int
    path: str  # with the query

    @property
    def place(self) -> str:
        """As it stands in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self._scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """What can be shown of the address: nothing that only its owner knows."""
        return f"{self._scheme}://{self.place}"

    @property
    def _scheme(self) -> str:
        return "https" if self.is_encrypted else "http"


def find_target(url: str) -> Target:
    """Raise UnusableError for what nothing is sent to."""
    parts, port = _split(url)
    host = parts.hostname or ""
    numbers = _loopback_numbers(host)
    if not numbers:
        raise UnusableError(Outcome.OUTSIDE)
    path = quote(parts.path or "/", safe=_AS_IT_STANDS)
    query = quote(parts.query, safe=_AS_IT_STANDS)
    return Target(
        is_encrypted=parts.scheme == "https",
        host=host,
        numbers=numbers,
        port=port,
        path=f"{path}?{query}" if query else path,
    )


def _split(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnusableError(Outcome.NO_ADDRESS) from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise UnusableError(Outcome.NO_ADDRESS)
    return parts, port or _PORTS[parts.scheme]


def _loopback_numbers(host: str) -> list[str]:
    candidates = _numbers_of_localhost() if host == "localhost" else [host]
    return [number for number in candidates if _is_loopback(number)]


def _numbers_of_localhost() -> list[str]:
    try:
        found = socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _is_loopback(number: str) -> bool:
    try:
        return ipaddress.ip_address(number).is_loopback and "%" not in number
    except ValueError:
        return False
