"""The requests adapter of one exchange: one fresh connection, guarded by a watchdog, and no repeat of its own.

A fresh connection, because one kept from an earlier call may have been closed by Kling, and what then happens to a
create nobody can tell.
"""

import functools
import http.client
import socket
from collections.abc import Iterator
from typing import Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

from kling.wire.deadline import Stage, Watchdog

# Everything that requests and what lies under it raise for trouble on the line (RequestException is an OSError), and
# the ValueError of http.client for a header, which quotes it, secret and all.
LINE_TROUBLE = (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError, ValueError)
PIECE = 256 * 1024
LAST_PIECE = 1024  # what is held back until all else has gone: without it, no server has a whole request


class Watched:
    """What a connection of either kind does: it connects through the watchdog, and tells it when the line stands.

    Each piece of a request asks for the time before it leaves, and the last one is small. A process that was frozen
    in the middle and wakes after its deadline, when others may have sent the same again, so never completes its own.
    """

    def __init__(self, *args: Any, watchdog: Watchdog, **options: Any) -> None:
        super().__init__(*args, **options)
        self._watchdog = watchdog

    def _new_conn(self) -> socket.socket:
        connection = cast("HTTPConnection", self)
        return self._watchdog.open_connection(connection._dns_host, connection.port)

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._watchdog.stage = Stage.CONNECTED

    def send(self, data: Any) -> None:
        for piece in _pieces(data):
            self._watchdog.require_time()
            super().send(piece)  # type: ignore[misc]


class WatchedHTTPConnection(Watched, HTTPConnection):
    """The line stands when TCP does."""


class WatchedHTTPSConnection(Watched, HTTPSConnection):
    """The line stands when the TLS handshake is done."""


class WatchedAdapter(HTTPAdapter):
    """Sends one request; made anew for each."""

    def __init__(self, watchdog: Watchdog) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._watchdog = watchdog

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> HTTPConnectionPool:
        pool: Any = super().get_connection_with_tls_context(request, *args, **options)
        watched = WatchedHTTPSConnection if pool.scheme == "https" else WatchedHTTPConnection
        pool.ConnectionCls = functools.partial(watched, watchdog=self._watchdog)
        return cast("HTTPConnectionPool", pool)


def _pieces(data: Any) -> Iterator[Any]:
    """Cut what a request sends into pieces, the last one small; anything but bytes goes as it is."""
    if not isinstance(data, bytes):
        yield data
        return
    end = max(0, len(data) - LAST_PIECE)
    for start in range(0, end, PIECE):
        yield data[start : min(start + PIECE, end)]
    yield data[end:]
