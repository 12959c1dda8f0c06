"""The processes of a storm: each the leader of a session of its own, restarted when it has ended, gone at the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from config import clone

TETHER = clone.BASE_DIR / "config" / "tether.py"  # what is left of us must not outlive us, even if we are killed


class Process:
    """One command and how it is treated; `after_start` is called whenever it was started."""

    def __init__(self, name: str, command: tuple[str, ...], *, folder: Path, environment: dict[str, str]) -> None:
        self.name = name
        self.command = command
        self.folder = folder
        self.environment = environment
        self.after_start: Callable[[], None] = lambda: None
        self.started_at = 0.0
        self.down_until = 0.0
        self.is_frozen = False
        self.stop_by: float | None = None
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder.parent / "logs" / f"{self.name}.txt"

    @property
    def pid(self) -> int:
        assert self._running, self.name
        return self._running.pid

    @property
    def is_running(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def start(self) -> None:
        self.log.parent.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-I", str(TETHER), *self.command],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started_at = time.monotonic()
        self.is_frozen, self.stop_by = False, None
        self.after_start()

    def kill(self, *, gap: float = 0.0) -> None:
        """End it and all it has started, at once; `mend` starts it again after the gap."""
        self.tell_all(signal.SIGKILL)
        self._wait()
        self.down_until = time.monotonic() + gap

    def kill_leader(self) -> None:
        """End the process alone; whatever it has started is left to itself."""
        os.kill(self.pid, signal.SIGKILL)
        self._wait()

    def kill_child(self, chosen: int | None, *, number: int) -> bool:
        """End the chosen one of the processes that it has started, else any; False when there is none."""
        children = children_of(self.pid)
        if not children:
            return False
        with suppress(ProcessLookupError):
            os.kill(chosen if chosen in children else children[number % len(children)], signal.SIGKILL)
        return True

    def ask_to_stop(self, *, patience: float) -> None:
        os.kill(self.pid, signal.SIGTERM)
        self.stop_by = time.monotonic() + patience

    def freeze(self) -> None:
        self.tell_all(signal.SIGSTOP)
        self.is_frozen = True

    def thaw(self) -> None:
        self.tell_all(signal.SIGCONT)
        self.is_frozen = False

    def tell_all(self, number: signal.Signals) -> None:
        if self._running:
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, number)

    def _wait(self) -> None:
        assert self._running
        self._running.wait(20)


class Crew:
    """Every process by name, kept running like a supervisor does."""

    def __init__(self, diary: Path) -> None:
        self.diary = diary
        self.all: dict[str, Process] = {}
        self.overdue: list[str] = []  # what did not stop when it was asked to

    def add(self, process: Process) -> Process:
        self.all[process.name] = process
        return process

    def called(self, role: str) -> list[Process]:
        return [process for name, process in self.all.items() if name.partition("-")[0] == role]

    def mend(self) -> None:
        """Start again what has ended and is not meant to be down; kill what does not stop."""
        now = time.monotonic()
        for process in self.all.values():
            if process.stop_by and now > process.stop_by and process.is_running:
                self.overdue.append(process.name)
                process.kill()
            if not process.is_running and now >= process.down_until:
                process.start()
                self.note(f"{process.name} is started")

    def note(self, words: str) -> None:
        with self.diary.open("a") as diary:
            diary.write(f"{datetime.now(tz=UTC):%H:%M:%S.%f} {words}\n")

    def end(self) -> None:
        for process in self.all.values():
            process.tell_all(signal.SIGKILL)
        for process in self.all.values():
            if process.is_running:
                process.kill()


@contextmanager
def crew_in(folder: Path) -> Iterator[Crew]:
    """A crew whose every process, orphans too, has ended when the block ends; they all work in `folder`."""
    crew = Crew(folder.parent / "diary.txt")
    try:
        yield crew
    finally:
        crew.end()
        for number in working_in(folder):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def working_in(folder: Path) -> list[int]:
    """Return every process whose current folder is in this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").readlink().is_relative_to(folder):
                found.append(int(entry.name))
    return found


def children_of(pid: int) -> list[int]:
    try:
        return sorted(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


def in_talk(pids: Iterable[int], *, port: int) -> set[int]:
    """Return those of these processes that hold an open connection to this port of 127.0.0.1."""
    sockets = _sockets_to(port)
    found = set()
    for pid in pids:
        with suppress(OSError):
            links = {descriptor.readlink().name for descriptor in Path(f"/proc/{pid}/fd").iterdir()}
            if links & sockets:
                found.add(pid)
    return found


def _sockets_to(port: int) -> set[str]:
    wanted, established = f"0100007F:{port:04X}", "01"
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return {f"socket:[{row[9]}]" for row in rows if row[2] == wanted and row[3] == established}
