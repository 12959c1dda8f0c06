"""Lives that nobody thought of, found by Hypothesis: whatever happens in which order, nothing is lost or paid twice.

CHAOS_LONG=1 tries many more of them, longer ones, and other ones each time.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import REAL_HOST
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from machine.database import PostgresDatabase, SQLiteDatabase
from machine.life import Life
from machine.world import World, world_with

pytestmark = pytest.mark.chaos

IN_MEMORY = Path("/dev/shm")  # thousands of fsyncs cost nothing there
LONG = bool(os.environ.get("CHAOS_LONG"))
PROFILE = settings(
    max_examples=2000 if LONG else 30,
    stateful_step_count=80 if LONG else 25,
    derandomize=not LONG,
    database=None,
    deadline=None,
    print_blob=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, folder: Path, settings: Any, django_db_blocker: Any) -> Iterator[World]:
    settings.PRACTICE_MODE = False
    settings.KLING_API_KEY = "a" * 32
    settings.KLING_API_SECRET = "b" * 32
    settings.KLING_API_BASE_URL = REAL_HOST
    settings.KLING_MAX_PARALLEL = 2  # until a life begins
    settings.MEDIA_ROOT = str(folder / "media")
    if request.param == "sqlite":
        database: Any = SQLiteDatabase(folder)
    else:
        database = PostgresDatabase(request.getfixturevalue("postgres_url"))
    logging.disable(logging.CRITICAL)  # what goes wrong here would fill any screen
    try:
        with django_db_blocker.unblock(), world_with(database, folder / "media") as world:
            yield world
    finally:
        logging.disable(logging.NOTSET)


@pytest.fixture
def life(world: World) -> type[Life]:
    return type("LifeHere", (Life,), {"world": world})


def test_no_life_loses_or_pays_twice(life: type[Life]) -> None:
    run_state_machine_as_test(life, settings=PROFILE)

    happened = life.world.tally
    print(dict(happened))
    wanted = ("films", "failures", "deaths", "freezes", "restores", "adoptions", "orphans")
    assert all(happened[kind] for kind in wanted), f"too little happened: {happened}"


def test_what_a_fail_over_has_lost_is_found_at_kling_and_not_bought_again(life: type[Life]) -> None:
    one = life()
    one.begin(repeats=True, hidden=0, slots=5)

    one.fail_over(who="A", other="A", seconds=1)

    one.promises_hold()
    assert len(life.world.kling.creates) == 4


def test_an_order_that_left_late_and_is_hidden_long_is_not_sent_again(life: type[Life]) -> None:
    one = life()
    one.begin(repeats=True, hidden=119, slots=5)

    one.send_over_a_slow_line(who="A", late=29, dies=True, waits=[46, 46, 16, 16, 46])

    one.promises_hold()
    assert set(life.world.kling.times_taken.values()) == {1}


def test_a_quick_restore_is_noticed_by_a_process_that_saw_nothing_itself_since_the_backup(life: type[Life]) -> None:
    life().begin(repeats=True, hidden=0, slots=2)
    world = life.world
    for who in ("A", "B", "A", "B"):
        world.work(who, "check")  # both live, and then A reads a list that both have seen
        world.clock.let_pass(5)
    world.back_up()
    world.work("A", "submit")
    world.restore(takes=1)

    world.work("B", "submit")

    assert max(world.kling.times_taken.values()) == 1
