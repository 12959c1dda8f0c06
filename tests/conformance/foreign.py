"""Foreign clients in environments of their own: installed as they were published, spoken to by lines of JSON."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from kling.sandbox.front.server import Server

HERE = Path(__file__).parent
ACCESS, SECRET, API_KEY = "a" * 32, "s" * 32, "api-key-kling-" + "k" * 43
PATIENCE = 60  # seconds for an answer
LONG_PATIENCE = 300  # for an installation
BESIDE = ("pyjwt", "requests", "certifi", "charset-normalizer", "idna", "urllib3")  # klingai-api's, from our own pins

Start = Callable[..., Server]


class ForeignError(Exception):
    """What the foreign client raised, as its driver told it."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(json.dumps(told))
        self.told = told

    @property
    def refusal(self) -> tuple[int, int, str]:
        """HTTP status, Kling's code and Kling's text."""
        assert self.told["request_id"]
        return self.told["status"], self.told["code"], self.told["message"]


class Foreign:
    """A driver that runs; every call of it is one line there and one line back."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, method: str, *arguments: Any, **options: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"method": method, "arguments": arguments, "options": options}) + "\n")
        self.process.stdin.flush()
        return self.hear()

    def refused(self, method: str, *arguments: Any, **options: Any) -> ForeignError:
        try:
            answer = self.ask(method, *arguments, **options)
        except ForeignError as error:
            return error
        raise AssertionError(f"{method} was not refused: {answer}")

    def hear(self) -> Any:
        assert self.process.stdout is not None
        alarm = threading.Timer(PATIENCE, self.process.kill)  # which ends the wait for its line
        alarm.start()
        line = self.process.stdout.readline()
        alarm.cancel()
        assert line, "The driver ended without an answer."
        told = json.loads(line)
        if "error" in told:
            raise ForeignError(told["error"])
        return told["answer"]


@contextmanager
def speaking(command: Sequence[str | Path], *, folder: Path, **environment: str) -> Iterator[Foreign]:
    """Run a driver and wait until it is ready; no proxy and no key of this machine reaches it."""
    alone = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ} | environment
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=alone,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            foreign = Foreign(process)
            foreign.hear()
            yield foreign
        finally:
            process.terminate()


def install_klingai_api(folder: Path) -> Path:
    """Make a virtual environment with PyPI's klingai-api in `folder`; return its Python.

    The package asks for Python 3.14 and, for its MCP server and its command, for more than its client needs.
    """
    _install([sys.executable, "-m", "venv", folder], folder)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _install([*pip, *_our_pins()], folder)
    _install([*pip, "--ignore-requires-python", "-r", HERE / "klingai_api" / "requirements.txt"], folder)
    return python


def install_kling_api(folder: Path) -> Path:
    """Install npm's kling-api in `folder`, by its lock; return the driver to run beside it."""
    npm = shutil.which("npm")
    assert npm and shutil.which("node"), "No Node.js with npm: install them (Debian: apt install nodejs npm)."
    for name in ("package.json", "package-lock.json", "driver.mjs"):
        shutil.copy(HERE / "kling_api" / name, folder)
    _install([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)
    return folder / "driver.mjs"


def _our_pins() -> list[str]:
    pins = (Path(settings.BASE_DIR) / "requirements.txt").read_text()
    return [re.search(rf"^{name}==\S+", pins, re.MULTILINE)[0] for name in BESIDE]  # type: ignore[index]


def _install(command: Sequence[str | Path], folder: Path) -> None:
    made = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, timeout=PATIENCE
    )
    assert made.returncode == 0, f"{' '.join(str(part) for part in command)}\n{made.stdout}{made.stderr}"
