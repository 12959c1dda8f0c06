"""What is around the processes of a life: its clock, its database, its storage, its Kling."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import responses
from django.core.management import call_command
from django.db import connection
from factories import make_product, make_scene, make_staff
from machine.clock import Clock
from machine.database import Database, used
from machine.model import Model
from machine.processes import Fate, Process
from machine.unruly_kling import UnrulyKling

from productvideo import pipeline, restores
from productvideo.models import ProductVideo, Scene

STEPS: dict[str, Callable[[], object]] = {
    "check": lambda: pipeline.check(lambda: True),
    "submit": lambda: pipeline.submit(lambda: True),
    "collect": lambda: pipeline.collect(lambda: True),
}
ROUND = ("submit", "check", "submit", "collect")  # what was read last is all that the first has; then it is read anew
TICK = 0.05  # seconds


@dataclass
class World:
    """One life after the other, each from the same beginning."""

    clock: Clock
    kling: UnrulyKling
    database: Database
    media: Path
    processes: dict[str, Process] = field(default_factory=dict)
    tally: Counter[str] = field(default_factory=Counter)  # of what happened in all lives

    def start_afresh(self, *, repeats: bool, hidden: float) -> None:
        connection.close()
        self.clock.start_afresh()
        self.kling.start_afresh(repeats=repeats, hidden=hidden)
        self.database.go_back_to("beginning")
        restores.forget()
        for folder in ("videos", "posters", "incoming"):
            shutil.rmtree(self.media / folder, ignore_errors=True)
            (self.media / folder).mkdir()
        self.processes = {name: Process(name) for name in ("A", "B", "web")}
        self.model = Model(takes=dict.fromkeys(Scene.objects.values_list("pk", flat=True), 0))
        self.kept: Model | None = None
        self.looked_at: dict[str, float] = {}

    def back_up(self) -> None:
        self.database.keep_as("backup")
        self.kept = self.model.backed_up()

    def restore(self, *, takes: float) -> None:
        """Put the backup in the database's place while all processes live on."""
        if self.kept is None:
            return
        self.clock.let_pass(takes)
        self.tally["restores"] += 1
        self.database.go_back_to("backup")
        self.model = self.kept.backed_up()
        self.model.forgotten |= self.kling.times_taken.keys()
        complete = ProductVideo.objects.exclude(file="")
        self.model.without_file |= {str(video.pk) for video in complete if not self._has_file(video)}

    def _has_file(self, video: ProductVideo) -> bool:
        return (self.media / str(video.file.name)).exists()

    def work(self, who: str, *steps: str, fate: Fate | None = None) -> None:
        """Let a process take these steps, a round if none is named; what is fated happens in any of them."""

        def take_steps() -> None:
            for step in steps or ROUND:
                STEPS[step]()
                self.clock.let_pass(TICK)

        self.processes[who].work(take_steps, fate)
        if fate:
            self.tally["deaths"] += fate.is_dead
            self.tally["freezes"] += fate.has_frozen

    def everybody_works(self) -> None:
        self.work("A")
        self.work("B")


def seed() -> None:
    """Make two products of two personas with three scenes each, and somebody who looks at the films."""
    call_command("migrate", verbosity=0)
    make_staff()
    for _ in range(2):
        product = make_product()
        for _ in range(3):
            make_scene(product)


@contextmanager
def world_with(database: Database, media: Path) -> Iterator[World]:
    """Make a world; the settings' own folders and keys are the caller's."""
    clock = Clock()
    with (
        clock.rules(),
        responses.RequestsMock(assert_all_requests_are_fired=False) as mock,
        used(database, seed) as database,
    ):
        yield World(clock=clock, kling=UnrulyKling(mock, clock), database=database, media=media)
