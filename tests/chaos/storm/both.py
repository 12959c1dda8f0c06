"""Both setups at once, each storm a process of its own; every line says whose it is."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from storm.crew import TETHER


def run_all(setups: list[str], options: list[str]) -> int:
    """Return the worst exit status; `options` are those of every storm."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    storms = {setup: _begin(setup, options) for setup in setups}
    readers = [threading.Thread(target=_tell, args=told, daemon=True) for told in storms.items()]
    try:
        for reader in readers:
            reader.start()
        return max([storm.wait() for storm in storms.values()])
    finally:
        for storm in storms.values():
            storm.terminate()  # each ends what it has started
        for storm in storms.values():
            storm.wait(60)
        for reader in readers:
            reader.join(5)


def _begin(setup: str, options: list[str]) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-I",
        str(TETHER),
        sys.executable,
        str(Path(__file__).parent),
        "--setup",
        setup,
        *options,
    ]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def _tell(setup: str, storm: "subprocess.Popen[str]") -> None:
    assert storm.stdout
    for line in storm.stdout:
        print(f"{setup:<8} | {line}", end="", flush=True)
