"""The requests adapter of one exchange: one fresh connection, guarded by a watchdog, and no repeat of its own.

A fresh connection, because one kept from an earlier call may have been closed by Kling, and what then happens to a
create nobody can tell.
"""

import functools
import socket
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

from kling.deadline import Stage, Watchdog


class Watched:
    """What a connection of either kind does: it connects through the watchdog, and tells it when the line stands."""

    def __init__(self, *args: Any, watchdog: Watchdog, **options: Any) -> None:
        super().__init__(*args, **options)
        self._watchdog = watchdog

    def _new_conn(self) -> socket.socket:
        connection = cast("HTTPConnection", self)
        return self._watchdog.open_connection(connection._dns_host, connection.port)

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._watchdog.stage = Stage.CONNECTED


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
