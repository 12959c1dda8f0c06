"""Ties a process to its parent: `python tether.py COMMAND…` becomes COMMAND, which is stopped when its parent dies."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_with_parent(number: signal.Signals) -> None:
    """Ask Linux for this signal when the parent ends, however it ends; other systems have no such thing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))


def main(command: list[str]) -> None:
    stop_with_parent(signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)  # the launcher starts its children with these blocked
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
