"""All lives of one database and one kind of trouble: one without a crash, then one for every crash there can be."""

from __future__ import annotations

import functools
import os
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from factories import make_product, make_scene
from host import Host
from judge import judge
from life import AFTER_A_DEATH, let_pass, live
from points import CRASHED, Points, watched
from world import World

from django.core.management import call_command

Crashes = tuple[int, ...]

@dataclass
class Tally:
    """What happened in all lives; `points` counts the deaths at each."""

    lives: int = 0
    points: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


class Trial:
    """One world, lived in again and again."""

    def __init__(self, world: World, host: Host) -> None:
        self.world = world
        self.store = host.store
        self.clock = host.clock
        self.tally = Tally()
        world.seed(lambda: _seed(host.words))

    def try_singles(self) -> None:
        for number in range(1, len(self.live_with(())) + 1):
            self.try_life((number,))

    def try_pairs(self) -> None:
        """Two deaths in each life: every named point after every named point."""
        for first in _first_of_each_name(self.live_with(())):
            for second in _first_of_each_name(self.live_with((first,))):
                self.try_life((first, second))

    def try_life(self, crashes: Crashes) -> None:
        """Live with these crashes, and note every promise that is broken at the end."""
        self.live_with(crashes)
        self.tally.lives += 1
        tasks = [_told(task) for task in self.store.page(1, 500) if task.id not in self.before]
        status, broken = self.world.run(lambda: judge(tasks))
        if status or broken:
            self.tally.broken.append(f"crashes at {crashes}: {broken}")

    def live_with(self, crashes: Crashes) -> list[str]:
        """Start afresh, die at each of the points in turn, and live to the end; return the last process's points."""
        self.world.start_afresh()
        self.clock.set(0.0)
        self.before = {task.id for task in self.store.page(1, 500)}
        for number in crashes:
            status, _ = self.world.run(functools.partial(self._live, crash_at=number))
            if status != CRASHED:
                break  # this life was shorter than the one that was counted
            self.tally.points[self._last_words()] += 1
        status, told = self.world.run(self._live)
        if status:
            self.tally.broken.append(f"crashes at {crashes}: {told}")
            return []
        return list(told)

    def _live(self, *, crash_at: int | None = None) -> list[str]:
        let_pass(AFTER_A_DEATH, self.clock)
        points = Points(crash_at=crash_at, die=self._die)
        with watched(points):
            live(self.clock)
        return points.passed

    def _die(self, name: str) -> None:
        (self.world.folder / "last words").write_text(name)
        os._exit(CRASHED)

    def _last_words(self) -> str:
        return (self.world.folder / "last words").read_text()


def _first_of_each_name(passed: list[str]) -> list[int]:
    return [passed.index(name) + 1 for name in dict.fromkeys(passed)]


def _seed(words: str) -> None:
    call_command("migrate", verbosity=0)
    make_scene(make_product(), prompt=f"The cup stays fixed; the camera pushes in slowly. {words}")


def _told(task: Any) -> dict[str, Any]:
    return {"task_id": str(task.id), "external_id": task.external_id, "units": float(task.units)}
