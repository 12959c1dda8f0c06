"""Where `make run` speaks: a standard output that may vanish, and a make that may be told to stop instead of us."""

import os
import select
import signal
import sys
import threading
from pathlib import Path

# GNU make passes SIGTERM on to its child, but not these; it sits in its own handler, where the signal is blocked.
KEPT_BY_MAKE = (signal.SIGINT, signal.SIGHUP)
PATIENCE = 0.5  # seconds


class Output:
    """Standard output for `print(file=…)`, without a buffer, without errors and without waiting long.

    Without a buffer, since a signal handler may print in the middle of a print; without errors and long waits, since a
    closed terminal, or a reader who has stopped reading, must not keep anybody from stopping the rest.
    """

    def __init__(self) -> None:
        self.patience = PATIENCE

    def write(self, text: str) -> int:
        remaining = text.encode(errors="replace")
        try:
            while remaining and self._is_read():
                remaining = remaining[os.write(1, remaining[: select.PIPE_BUF]) :]
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return len(text)

    def _is_read(self) -> bool:
        """Say whether a write would not block; who has once kept us waiting is not waited for again."""
        ready = bool(select.select([], [1], [], self.patience)[1])
        self.patience = PATIENCE if ready else 0.0
        return ready

    def flush(self) -> None:
        """There is nothing to flush."""

    def isatty(self) -> bool:
        return os.isatty(1)


def say(*lines: str) -> None:
    """Print lines for the person at the terminal, each whole."""
    Output().write("".join(f"{line}\n" for line in lines))


def stop_when_abandoned(*, parent: int | None) -> None:
    """Stop this process like SIGTERM does once nobody reads its output, or its parent make was told to stop."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int | None) -> None:
    output = select.poll()
    output.register(1, 0)  # no event asked for: only hang-ups and errors are reported
    while not output.poll(500) and not (parent and was_told_to_stop(parent)):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def was_told_to_stop(parent: int) -> bool:
    """Say whether make holds back a SIGINT or SIGHUP that came to it alone (Linux; elsewhere never)."""
    if sys.platform != "linux":
        return False
    try:
        status = Path(f"/proc/{parent}/status").read_text()
    except OSError:
        return False
    blocked = int(status.partition("SigBlk:")[2].split()[0], 16)
    return any(blocked >> (number - 1) & 1 for number in KEPT_BY_MAKE)
