"""Hard time limits: a watchdog that shuts the line at the deadline, whatever is still dripping through it.

The `timeout=` of requests bounds one wait and not the call: a server that sends a byte a second holds it for ever.
"""

import socket
import threading
import time
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self

CONNECT_SECONDS = 10.0
# It goes on while the whole machine sleeps, as Kling's clock and the database's do. Only Linux has it.
_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)
_Address = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


class Deadline:
    """A moment from which on nothing more is done, shared by everything that one call of the client does."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = _now() + seconds

    def part(self, share: float) -> "Deadline":
        """Return an earlier deadline, after that share of what is left."""
        return Deadline(self.remaining() * share)

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._ends_at - _now())


class Stage(Enum):
    """How far an exchange came: only from CONNECTED on can a byte of the request have left."""

    IDLE = auto()
    CONNECTING = auto()
    CONNECTED = auto()


class Watchdog:
    """Guards one exchange: opens its one connection, and cuts it when the deadline comes."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.stage = Stage.IDLE
        self.trouble = ""  # why no connection could be made, in words
        self._expired = False
        self._line: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(deadline.remaining(), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._line is not None:
                self._line.close()
                self._line = None

    @property
    def expired(self) -> bool:
        return self._expired or self.deadline.remaining() == 0

    def require_time(self) -> None:
        """Raise TimeoutError once the deadline has come, also when this process was asleep and its timer too."""
        if self.expired:
            raise TimeoutError

    def open_connection(self, host: str, port: int) -> socket.socket:
        """Return a socket connected to the host, its line watched; raise OSError, with `trouble` set, if it cannot."""
        self.stage = Stage.CONNECTING
        addresses = self._resolve(host, port)
        for position, (family, kind, protocol, _, address) in enumerate(addresses):
            share = min(CONNECT_SECONDS, self.deadline.remaining() / (len(addresses) - position))
            line = socket.socket(family, kind, protocol)
            try:
                self._connect(line, address, share)
            except OSError as error:
                line.close()
                self.trouble = _connect_trouble(error)
            else:
                self.trouble = ""
                return line
        raise OSError(self.trouble)

    def _connect(self, line: socket.socket, address: Any, seconds: float) -> None:
        line.settimeout(max(seconds, 0.001))
        line.connect(address)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.settimeout(max(self.deadline.remaining(), 0.001))
        self._watch(line)

    def _watch(self, line: socket.socket) -> None:
        with self._lock:
            if self._expired:
                raise TimeoutError
            # A second handle on the same line: TLS takes the first one over, and shutting either one ends both.
            self._line = line.dup()

    def _cut(self) -> None:
        with self._lock:
            self._expired = True
            if self._line is not None:
                _shut(self._line)

    def _resolve(self, host: str, port: int) -> list[_Address]:
        """Look the name up in a thread, since nothing can interrupt a resolver that hangs."""
        found: list[list[_Address]] = []

        def look_up() -> None:
            try:
                found.append(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
            except (OSError, UnicodeError):
                found.append([])

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self.deadline.remaining())
        self.trouble = "its name was not found in time" if not found else "there is no host of that name"
        if not found or not found[0]:
            raise OSError(self.trouble)
        return found[0]


def _now() -> float:
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself


def _connect_trouble(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "it refused the connection"
    return "it cannot be reached from this machine"
