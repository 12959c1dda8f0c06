"""What every test stands on: folders and a database of its own, and no keys, whatever the developer's `.env` says."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections
from django.test import override_settings
from servers import postgres_server, postgres_url, redis_url

from productvideo import pace, restores
from productvideo.scenes import circuit

__all__ = ["postgres_server", "postgres_url", "redis_url"]
IN_MEMORY = Path("/dev/shm")  # thousands of fsyncs cost nothing there
ROOM = 2 * 1024**3  # bytes


def is_good_for_tests(folder: Path) -> bool:
    """Say whether everything fits in there, and what is installed there may run; in containers often neither."""
    if not folder.is_dir():
        return False
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize > ROOM and not disk.f_flag & os.ST_NOEXEC


if is_good_for_tests(IN_MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


@pytest.fixture(autouse=True, scope="session")
def nothing_of_the_developer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("var")
    with override_settings(
        VAR_DIR=folder,
        MEDIA_ROOT=str(folder / "media"),
        PUBLIC_URL="",
        KLING_API_KEY="",
        KLING_API_SECRET="",
        PRACTICE_MODE=True,
        KLING_CALLBACKS=False,
        KLING_WEBHOOK_SECRET="",
        OPENAI_API_KEY="",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # the real one is slow on purpose
    ):
        yield


@pytest.fixture(autouse=True)
def a_process_that_has_seen_nothing() -> None:
    """What earlier tests saw of rows with the same numbers, or learned from them, is no history of this one's."""
    restores.forget()
    pace.forget()
    circuit.forget()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no time pass between one try and the next, and tell how many seconds it would have been."""
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    return taken


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Name the test database: a file and not memory, since locking is part of what is tested; one for each run."""
    database = connections["default"].settings_dict
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    else:
        database["TEST"]["NAME"] = f"stillreel_test_{uuid4().hex[:12]}"
