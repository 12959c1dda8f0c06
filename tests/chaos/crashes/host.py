"""The Kling of a world: a sandbox in a thread of the parent, with its own time and its own troubles."""

from __future__ import annotations

import mmap
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kling.sandbox.credentials import Credentials
from kling.sandbox.front.server import running
from kling.sandbox.memory.store import Store
from kling.sandbox.sandbox import Options

KEYS = ("a" * 32, "b" * 32)
UNITS = Decimal(10**6)

# What goes wrong beside the crashes: a word that steers the sandbox from the prompt, and faults of the sandbox.
TROUBLES: dict[str, tuple[str, dict[str, Any]]] = {
    "none": ("", {}),
    "lost-answer": ("[lost answer]", {}),
    "repeats-accepted": ("[lost answer]", {"repeats": "accepted"}),
    "broken-download": ("[broken download]", {}),
}


class Clock:
    """How far the world's time is ahead of the machine's; shared with the processes that are forked."""

    def __init__(self) -> None:
        self._ahead = mmap.mmap(-1, 8)
        self.set(0.0)

    def set(self, seconds: float) -> None:
        self._ahead[:] = struct.pack("d", seconds)

    @property
    def ahead(self) -> float:
        return float(struct.unpack("d", self._ahead[:])[0])


@dataclass(frozen=True, slots=True)
class Host:
    base_url: str
    store: Store
    clock: Clock
    words: str  # for the prompt


@contextmanager
def kling_with(trouble: str) -> Iterator[Host]:
    """Serve a Kling in which this trouble happens."""
    words, faults = TROUBLES[trouble]
    clock = Clock()
    options = Options(
        credentials=Credentials(pairs=dict([KEYS])),
        render_seconds=(3.0, 3.0),
        quick_clips=True,
        parallel=1000,
        units=UNITS,
        clock=lambda: time.time() + clock.ahead,
        **({"faults": _faults(faults)} if faults else {}),
    )
    with running(options) as server:
        yield Host(server.base_url, server.sandbox.store, clock, words)


def _faults(values: dict[str, Any]) -> Any:
    from kling.sandbox.faults.catalog import Faults

    return Faults(**values)
