"""Lives that nobody thought of, found by Hypothesis: whatever happens in which order, nothing is lost or paid twice.

CHAOS_LONG=1 tries many more of them, and longer ones.
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
    max_examples=int(os.environ.get('N', 60)),
    stateful_step_count=int(os.environ.get('S', 40)),
    derandomize=not LONG,
    database=None,
    phases=[Phase.generate]+([Phase.shrink] if os.environ.get('SHRINK') else []),
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, folder: Path, settings: Any, django_db_blocker: Any
) -> Iterator[World]:
    logging.disable(logging.CRITICAL)  # what goes wrong here would fill any screen
    settings.PRACTICE_MODE = False
    settings.KLING_API_KEY = "a" * 32
    settings.KLING_API_SECRET = "b" * 32
    settings.KLING_API_BASE_URL = REAL_HOST
    settings.KLING_MAX_PARALLEL = 2
    settings.MEDIA_ROOT = str(folder / "media")
    if request.param == "sqlite":
        database: Any = SQLiteDatabase(folder)
    else:
        database = PostgresDatabase(request.getfixturevalue("postgres_url"))
    with django_db_blocker.unblock(), world_with(database, folder / "media") as world:
        yield world
    logging.disable(logging.NOTSET)


def test_no_life_loses_or_pays_twice(world: World) -> None:
    class LifeHere(Life):
        pass

    LifeHere.world = world

    run_state_machine_as_test(LifeHere, settings=PROFILE)
