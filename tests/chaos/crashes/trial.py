"""All lives of one database and one kind of trouble: one without a crash, then one for every crash there can be."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command
from factories import make_product, make_scene
from host import Host
from judge import judge
from life import AFTER_A_DEATH, let_pass, live
from points import CRASHED, Points, watched
from world import World

Crashes = tuple[str, ...]


@dataclass
class Tally:
    """What happened in all lives: how many, how many deaths at each point, and every broken promise in words."""

    lives: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
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
        """One death in each life: at every point, every time that it is passed."""
        for point in self.live_with(()):
            self.try_life((point,))

    def try_pairs(self) -> None:
        """Two deaths in each life: at every named point after every named point."""
        for first in _named(self.live_with(())):
            for second in _named(self.live_with((first,))):
                self.try_life((first, second))

    def try_life(self, crashes: Crashes) -> None:
        """Live with these crashes, and note every promise that is broken at the end."""
        self.live_with(crashes)
        self.tally.lives += 1
        tasks = [_told(task) for task in self.store.page(1, 500) if task.id not in self.before]
        status, broken = self.world.run(lambda: judge(tasks))
        if status or broken:
            self.tally.broken.append(f"deaths {crashes}: {broken}")

    def live_with(self, crashes: Crashes) -> list[str]:
        """Start afresh, die at each of the points in turn, and live to the end; return the last process's points."""
        self.world.start_afresh()
        self.clock.set(0.0)
        self.before = {task.id for task in self.store.page(1, 500)}
        for point in crashes:
            status, told = self.world.run(functools.partial(self._live, crash_at=point))
            if status != CRASHED:
                break  # this life came to its end without passing there
            self.tally.deaths[point] += 1
        else:
            status, told = self.world.run(self._live)
        if status:
            self.tally.broken.append(f"deaths {crashes}: {told}")
            return []
        return list(told)

    def _live(self, *, crash_at: str = "") -> list[str]:
        let_pass(AFTER_A_DEATH, self.clock)
        points = Points(crash_at=crash_at)
        with watched(points):
            live(self.clock)
        return points.passed


def _named(passed: list[str]) -> list[str]:
    return [point for point in passed if "#" not in point]


def _seed(words: str) -> None:
    call_command("migrate", verbosity=0)
    make_scene(make_product(), prompt=f"The cup stays fixed; the camera pushes in slowly. {words}")


def _told(task: Any) -> dict[str, Any]:
    return {"task_id": str(task.id), "external_id": task.external_id, "units": float(task.units)}
