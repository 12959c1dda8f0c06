"""The processes of `make run` under honcho: started together, stopped together, none left behind."""

import multiprocessing
import os
import shlex
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

from config import tether
from config.clone import BASE_DIR
from config.terminal import Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process to run. Honcho stops its whole group at once; `gently` lets it stop its own children itself."""

    name: str
    command: tuple[str, ...]
    gently: bool = False


class StartPrinter(Printer):  # type: ignore[misc]  # honcho has no types
    """Prints what the children say, and calls back once all of them have been started."""

    def __init__(self, *, awaited: int, on_started: Callable[[], None]) -> None:
        super().__init__(Output())
        self.awaited = awaited
        self.on_started = on_started

    def write(self, message: Message) -> None:
        super().write(message)
        if message.name == SYSTEM_PRINTER_NAME and " started (pid=" in message.data:
            self.awaited -= 1
            if self.awaited == 0:
                self.on_started()


def supervise(children: list[Child], *, on_started: Callable[[], None]) -> int:
    """Run the children until one ends or we are told to stop; return the exit status (130, 143, or the child's)."""
    multiprocessing.set_start_method("fork", force=True)  # honcho's readers inherit the blocked signals

    def let_signals_in() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, tether.STOP_SIGNALS)
        on_started()

    manager = Manager(StartPrinter(awaited=len(children), on_started=let_signals_in))
    for child in children:
        manager.add_process(child.name, _shell_line(child), env=_environment(), cwd=str(BASE_DIR))
    _prepare_signals()
    manager.loop()
    return int(manager.returncode or 0)


def _prepare_signals() -> None:
    # Honcho cannot be stopped before all its children have reported (a KeyError in its handler): signals wait so long.
    # Its readers keep them blocked for good; they end when their child does, or with us.
    signal.pthread_sigmask(signal.SIG_BLOCK, tether.STOP_SIGNALS)
    os.register_at_fork(after_in_child=lambda: tether.stop_with_parent(signal.SIGKILL))
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # ignored: somebody said nohup
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def _shell_line(child: Child) -> str:
    how = ("--gently",) if child.gently else ()
    tied = (sys.executable, "-I", str(BASE_DIR / "config" / "tether.py"), *how, *child.command)
    return f"exec {shlex.join(tied)} </dev/null"


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}
