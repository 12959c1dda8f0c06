"""The processes of a life: each has a memory of its own, can die at any point of its work, and can be frozen there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from crashes.points import Points, watched
from django.db import connection, connections

from productvideo import pace, restores


class Death(BaseException):
    """No `except Exception` survives it."""


class Process:
    """One worker, as far as it differs from another one in the same program: when it began, and what it has seen."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen: dict[int, restores.Seen] = {}

    def restart(self) -> None:
        self.seen = {}

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Be this process, perhaps in the middle of what another one does."""
        others = dict(restores._here)
        self._remember(self.seen)
        try:
            yield
        finally:
            self.seen = dict(restores._here)
            self._remember(others)

    @staticmethod
    def _remember(seen: dict[int, restores.Seen]) -> None:
        restores._here.clear()
        restores._here.update(seen)
        pace.forget()

    def work(self, step: Callable[[], object], fate: Fate | None = None) -> bool:
        """Take a step; False when the process died of it, and lost what it knew."""
        with self.at_work():
            if fate is None:
                step()
                return True
            try:
                with watched(fate):
                    step()
            except BaseException:
                if not fate.is_dead:
                    raise
            if fate.is_dead:
                del connections["default"]  # in whatever state it is: the next use makes a new one
        if fate.is_dead:
            self.restart()
        return not fate.is_dead


class Fate(Points):
    """Lets a process die at the n-th point (or when told to), or freezes it there while `meanwhile` happens to others.

    The `finally` blocks of a process that dies here still run, unlike those of a killed one (`crashes/`). Nothing of
    what they do gets out: its transaction is taken back, and every further point kills it again.
    """

    def __init__(self, *, at: int = 0, meanwhile: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.left, self.meanwhile = at, meanwhile
        self.is_dead = self.is_frozen = self.has_frozen = False

    def reach(self, when: str, what: str) -> None:
        if self.is_frozen:
            return  # others are passing here
        if self.is_dead:
            self.kill()
        if self.meanwhile and not self._can_freeze(when, what):
            return
        super().reach(when, what)
        self.left -= 1
        if self.left == 0:
            if self.meanwhile is None:
                self.kill()
            self._freeze(self.meanwhile)

    def around_statement(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """A frozen process holds no cursor open: while it sleeps, its connection may be closed."""
        return execute(sql, *rest) if self.meanwhile else super().around_statement(execute, sql, *rest)

    def _can_freeze(self, when: str, what: str) -> bool:
        """Not in a transaction: others would wait for its end. And not right before a request goes out: who wakes
        there too late sends nothing (`Watched.send`), and here nothing is really sent that could be held back."""
        return not connection.in_atomic_block and not (when == "before" and what in ("commit", "exchange"))

    def _freeze(self, meanwhile: Callable[[], None]) -> None:
        self.is_frozen = self.has_frozen = True
        connection.set_autocommit(True)  # right after a commit Django has not done so yet, and others share this line
        meanwhile()
        self.is_frozen = False

    def kill(self) -> NoReturn:
        self.is_dead = True
        if (line := connection.connection) is not None and not getattr(line, "closed", False):
            with suppress(sqlite3.ProgrammingError):  # closed already
                line.rollback()
                line.close()
        raise Death
