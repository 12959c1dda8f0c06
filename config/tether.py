"""Ties a process to its parent: `python tether.py COMMAND…` becomes COMMAND, which is stopped when its parent dies.

With `--gently` it stays, and keeps the stop signals of COMMAND's group from all but COMMAND itself, for some seconds.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 4.0  # seconds; honcho kills what is left of its own after 5


def stop_with_parent(number: signal.Signals) -> None:
    """Ask Linux for this signal when the parent ends, however it ends; other systems have no such thing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))


def become(command: list[str]) -> None:
    _let_signals_in()
    os.execv(command[0], command)  # noqa: S606


def lead(command: list[str]) -> int:
    """Run the command in a session of its own; pass SIGTERM to it alone, then end its whole group."""
    child = subprocess.Popen([sys.executable, "-I", __file__, *command], start_new_session=True)

    def stop(*_: object) -> None:
        child.terminate()
        last = threading.Timer(GRACE, os.killpg, (child.pid, signal.SIGKILL))
        last.daemon = True
        last.start()

    signal.signal(signal.SIGTERM, stop)
    _let_signals_in()
    return child.wait()


def _let_signals_in() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)  # the launcher starts its children with these blocked


def main(arguments: list[str]) -> int:
    stop_with_parent(signal.SIGTERM)
    if arguments[0] == "--gently":
        return abs(lead(arguments[1:]))
    become(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
