"""What the processes of a clone tell each other of OpenAI: one file, and no harm from whatever is in it."""

import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings as configured
from failing import fail_for_good, is_open, pass_time
from openai_double import KEY

from productvideo.scenes import circuit, trouble

pytestmark = pytest.mark.usefixtures("file")


def test_the_key_is_never_written_down(file: Path) -> None:
    circuit.record(trouble.BAD_KEY)

    assert KEY not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_all_processes_of_a_clone_share_it(file: Path) -> None:
    circuit.record(trouble.BAD_KEY)
    look = """
import django, sys
django.setup()
from django.conf import settings
from django.test import override_settings
from productvideo.scenes import circuit
with override_settings(
    VAR_DIR=sys.argv[1], SECRET_KEY=sys.argv[2], OPENAI_API_KEY=sys.argv[3],
    OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_MODEL="gpt-test",
):
    print(circuit.open_trouble().what)
"""
    said = subprocess.run(
        [sys.executable, "-c", look, str(file.parent), configured.SECRET_KEY, KEY],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=configured.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == circuit.open_trouble().what


def test_of_many_at_once_one_tries(file: Path) -> None:
    fail_for_good()
    pass_time(file, seconds=61)
    found: list[bool] = []
    start = threading.Barrier(8)

    def look() -> None:
        start.wait()
        found.append(is_open())

    callers = [threading.Thread(target=look) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert sorted(found) == [False] + [True] * 7


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\0",
        b"[" * 5000,
        b"[1, 2]",
        b"null",
        b'{"until": 1e999}',
        b'{"asked": "x", "cause": [], "until": "soon"}',
    ],
)
def test_a_file_that_nobody_understands_is_no_circuit_and_is_written_anew(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert not is_open()

    fail_for_good()

    assert is_open()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("until", 1e12),
        ("until", float("nan")),
        ("until", 10**400),
        ("until", None),
        ("failed_at", float("inf")),
        ("failed_at", -1e20),
        ("trying_until", 1e12),
        ("failures", "two"),
        ("cause", "weather"),
        ("cause", {}),
        ("asked", 7),
        ("more", 1),
    ],
)
def test_a_field_that_makes_no_sense_is_no_circuit(file: Path, name: str, value: object) -> None:
    fail_for_good()
    file.write_text(json.dumps(json.loads(file.read_text()) | {name: value}))

    assert not is_open()


def test_without_a_folder_or_a_file_there_is_no_circuit(settings, file: Path, tmp_path: Path) -> None:
    file.mkdir()
    fail_for_good()
    assert not is_open()

    settings.VAR_DIR = tmp_path / "nowhere"
    fail_for_good()
    assert not is_open()


def test_a_file_that_leads_elsewhere_is_not_followed(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("precious")
    file.symlink_to(other)

    fail_for_good()

    assert not is_open()
    assert other.read_text() == "precious"


def test_nobody_waits_for_a_process_that_holds_the_file_and_stands_still(file: Path) -> None:
    fail_for_good()
    with file.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()

        assert not is_open()

    assert time.monotonic() - began < 2
