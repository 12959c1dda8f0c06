"""An HTTP adapter that looks where a name leads before it connects: no private, loopback or link-local address.

The name is resolved once, every answer is judged, and the connection goes to the address that was judged, so a name
that answers differently the second time gains nothing. TLS still checks the certificate against the name.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
Connect = Callable[[tuple[str, int], Any], socket.socket]

# What `is_global` lets through although it leads elsewhere: 6to4 and NAT64 carry a v4 address, the rest is special.
DENIED = [
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "fec0::/10",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
    )
]


class PrivateAddressError(Exception):
    """The name leads into a network that a film cannot come from."""


def is_public(text: str) -> bool:
    """Say whether an IP address belongs to the public internet."""
    address: Address = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in network for network in DENIED if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a name, as the system resolves it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


def connect(address: tuple[str, int], timeout: Any) -> socket.socket:
    """Open a TCP connection to an IP address."""
    return socket.create_connection(address, timeout)


class GuardedAdapter(requests.adapters.HTTPAdapter):
    """Connects only to public addresses, unless `allow_private`; never repeats a request."""

    def __init__(self, *, allow_private: bool, resolve: Resolve = resolve, connect: Connect = connect) -> None:
        self.allow_private = allow_private
        self.resolve = resolve
        self.connect = connect
        self.sockets: list[socket.socket] = []
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._pool(HTTPConnectionPool, HTTPConnection),
            "https": self._pool(HTTPSConnectionPool, HTTPSConnection),
        }

    def open_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        """Resolve once, judge every answer, and connect to the first."""
        try:
            addresses = self.resolve(host.strip("[]"), port)
        except (OSError, UnicodeError):  # the second: a label that is empty or too long
            raise urllib3.exceptions.HTTPError("The name does not resolve.") from None
        if not self.allow_private and not all(map(is_public, addresses)):
            raise PrivateAddressError(
                "The link to the film leads into a private network. If this file server is yours,"
                " set ALLOW_PRIVATE_DOWNLOADS=true."
            )
        opened = self.connect((addresses[0], port), timeout)
        self.sockets.append(opened)
        return opened

    def _pool(self, pool: type[HTTPConnectionPool], connection: type[HTTPConnection]) -> type[HTTPConnectionPool]:
        adapter = self

        class GuardedConnection(connection):  # type: ignore[misc, valid-type]
            def _new_conn(self) -> socket.socket:
                try:
                    return adapter.open_socket(self._dns_host, self.port or self.default_port, self.timeout)
                except TimeoutError as error:
                    raise urllib3.exceptions.ConnectTimeoutError(self, "No answer.") from error
                except OSError as error:
                    raise urllib3.exceptions.NewConnectionError(self, "No connection.") from error

        return type("GuardedPool", (pool,), {"ConnectionCls": GuardedConnection})


@contextmanager
def cutting_off(adapter: GuardedAdapter, *, after: float) -> Iterator[None]:
    """Shut the adapter's connections after so many seconds, whatever the other side drips until then."""

    def shut() -> None:
        for opened in adapter.sockets:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)

    watchdog = threading.Timer(after, shut)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
