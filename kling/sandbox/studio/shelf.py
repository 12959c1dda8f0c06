"""The shelf of finished films: each distinct one is rendered once, when somebody first wants it."""

import hashlib
import threading
from collections import defaultdict
from pathlib import Path

from kling.sandbox.memory.state import StateFolder
from kling.sandbox.studio.films import Shot, render

AT_ONCE = 2


class Shelf:
    def __init__(self, state: StateFolder) -> None:
        self._state = state
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._counting = threading.Lock()
        self.rendered = 0

    def film(self, photo: str, shot: Shot) -> Path:
        """Return the finished film; whoever comes while it is being made waits for it."""
        name = hashlib.sha256(f"{photo} {shot}".encode()).hexdigest()[:32]
        path = self._state.films / f"{name}.mp4"
        with self._lock(name):
            if not path.exists():
                self._render(photo, shot, path)
        return path

    def _lock(self, name: str) -> threading.Lock:
        with self._counting:
            return self._locks[name]

    def _render(self, photo: str, shot: Shot, path: Path) -> None:
        temporary = path.with_suffix(".new")
        with self._turns:
            render(photos=self._state.photos, photo=photo, shot=shot, target=temporary)
        temporary.replace(path)
        with self._counting:
            self.rendered += 1
