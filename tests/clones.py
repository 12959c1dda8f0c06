"""A clone of the project in a folder of its own, run as a person runs it, and looked at from outside."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from config import clone

Found = TypeVar("Found")

OURS = re.compile(
    "^(KLING|OPENAI)_|^(DATABASE_URL|REDIS_URL|MEDIA_ROOT|PUBLIC_URL|SECRET_KEY|DEBUG|ALLOW_PRIVATE_.*)$"
)


class Clone:
    """The tracked files in `folder`, on the packages of this Python; `output` is what was printed so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = clone.free_port()
        self.running: subprocess.Popen[bytes] | None = None
        self.printed = folder.with_name(f"{folder.name}.txt")
        self.printed.touch()
        listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        names = subprocess.run(listed, cwd=clone.BASE_DIR, check=True, capture_output=True, text=True).stdout
        for name in filter(None, names.split("\0")):
            if (source := clone.BASE_DIR / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, folder / name)
        (folder / ".venv").symlink_to(sys.prefix)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return self.printed.read_text(errors="replace")

    def start(self, *options: str, **environment: str) -> None:
        """Start everything as the leader of a session of its own, without make."""
        with self.printed.open("ab") as printed:
            self.launch([*self.command, *options], output=printed.fileno(), **environment)

    def start_with_make(self, **environment: str) -> None:
        """Start everything with `make run`, as if `make setup` had just been done."""
        with self.printed.open("ab") as printed:
            self.launch(self.make_run, output=printed.fileno(), **environment)

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "config.run", "--port", str(self.port)]

    @property
    def make_run(self) -> list[str]:
        return ["make", "--old-file=.venv/installed", "run", f"PORT={self.port}"]

    def launch(self, command: list[str], *, output: int, **environment: str) -> None:
        self.running = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def run(self, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run one command of this clone to its end."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def environment(self, **more: str) -> dict[str, str]:
        """This machine's environment without any setting of ours."""
        return {name: value for name, value in os.environ.items() if not OURS.match(name)} | more

    def wait_until_ready(self) -> str:
        """Wait for the announcement and return the sign-in link in it ("" with real keys)."""
        seen = len(self.output)

        def announced() -> str | None:
            assert self.running and self.running.poll() is None, self.output
            return self.output[seen:] if "Stillreel is ready" in self.output[seen:] else None

        text = wait_for(announced, seconds=90, what=lambda: self.output)
        link = re.search(r"http://\S+/sign-in/\S+/", text)
        return link[0] if link else ""

    def processes(self) -> dict[int, str]:
        """Every process that works in this folder: id -> command line."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                place, command = (entry / "cwd").readlink(), (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if place.is_relative_to(self.folder) and command:
                found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        return found

    def wait_until_gone(self, *, seconds: float = 10) -> None:
        """Fail unless every process of this clone has ended within the promised time."""
        assert self.running
        wait_for(
            lambda: not self.processes(), seconds=seconds, what=lambda: f"{self.processes()}\n{self.output[-3000:]}"
        )
        self.running.wait(seconds)

    def stop(self) -> None:
        """End whatever is still there; for the end of a test."""
        if self.running and self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.running.wait(10)
        for number in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def ask(self, *, sql: str) -> list[tuple[Any, ...]]:
        """Ask the clone's own SQLite database."""
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(f"file:{self.folder}/var/db.sqlite3?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(sql).fetchall()

    def sandbox_books(self) -> dict[str, Any]:
        """What the sandbox says of itself: asked, made, repeats refused, charged."""
        ports = json.loads((self.folder / "var" / "ports.json").read_text())
        request = urllib.request.Request(
            f"http://127.0.0.1:{ports['sandbox']}/", headers={"Accept": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.load(answer))


def wait_for(question: Callable[[], Found | None], *, seconds: float, what: Callable[[], str]) -> Found:
    """Ask until there is an answer; fail with `what()` when the time is over."""
    end = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < end, what()
        time.sleep(0.1)
    return answer


def status_of(address: str) -> int:
    """The status of a GET, redirects followed; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
