"""One POST to an address on this machine: no proxy, no redirect, and an end after five seconds whatever comes back."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing, suppress

from kling.sandbox.callbacks.near import Target
from kling.sandbox.callbacks.outcomes import Outcome, Result
from kling.wire.deadline import Deadline, Watchdog

SECONDS = 5.0
_MOST_BYTES = 64 * 1024  # of an answer that nobody reads


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> Result:
    """Never raises for anything that the other side does."""
    with Watchdog(Deadline(SECONDS)) as watchdog:
        try:
            status = _exchange(watchdog, target, body, headers)
        except (OSError, http.client.HTTPException):
            return Result(Outcome.TIMED_OUT if watchdog.expired else Outcome.UNREACHABLE)
    return Result(Outcome.DELIVERED if 200 <= status < 300 else Outcome.REFUSED, status)


def _exchange(watchdog: Watchdog, target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    with closing(http.client.HTTPConnection(target.host, target.port)) as connection:
        connection.sock = _connect(watchdog, target)
        connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
        own = {"Host": target.place, "Content-Length": str(len(body)), "Connection": "close"}
        for name, value in {**own, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        with suppress(OSError, http.client.HTTPException):
            answer.read(_MOST_BYTES)  # who answers at length is not cut off in the middle
        return answer.status


def _connect(watchdog: Watchdog, target: Target) -> socket.socket:
    """Try the numbers of a name in turn."""
    *others, last = target.numbers
    for number in others:
        with suppress(OSError):
            return _encrypted(watchdog.open_connection(number, target.port), target)
    return _encrypted(watchdog.open_connection(last, target.port), target)


def _encrypted(line: socket.socket, target: Target) -> socket.socket:
    if not target.is_encrypted:
        return line
    return ssl.create_default_context().wrap_socket(line, server_hostname=target.host)
