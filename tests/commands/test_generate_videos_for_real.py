"""`manage.py generate_videos` as a process of its own, in a clone of its own, against real sandboxes."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from clones import Clone, wait_for

from config.clone import BASE_DIR

pytestmark = pytest.mark.journey

COMMAND = (
    "manage.py",
    "generate_videos",
    *("--image", str(BASE_DIR / "productvideo" / "demo" / "espresso-cup.png")),
    *("--name", "Espresso cup", "--description", "A stoneware cup for one espresso."),
)
SANDBOX = ("manage.py", "kling_sandbox", "--port", "0", "--quick-clips", "--render-seconds", "0.2", "0.5")


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    folder = tmp_path / "clone"
    folder.mkdir()
    clone = Clone(folder)
    yield clone
    clone.stop()


@pytest.fixture
def migrated(clone: Clone) -> Clone:
    assert clone.run("manage.py", "migrate", "--verbosity", "0").returncode == 0
    return clone


def start(clone: Clone, *command: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=clone.folder,
        env=clone.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_database_without_tables_is_one_line_and_stays_away(clone: Clone) -> None:
    ended = clone.run(*COMMAND, "--json")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "manage.py migrate" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (clone.folder / "var" / "db.sqlite3").exists()


def test_missing_words_and_wrong_settings_are_one_line(clone: Clone) -> None:
    for ended in (
        clone.run("manage.py", "generate_videos", "--name", "Cup"),
        clone.run(*COMMAND, KLING_POLL_SECONDS="soon"),
        clone.run(*COMMAND, KLING_API_KEY="a" * 32),
    ):
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.count("\n") == 1


def test_three_films_are_made_beside_a_running_sandbox(migrated: Clone) -> None:
    sandbox = start(migrated, *SANDBOX)
    assert sandbox.stdout
    sandbox.stdout.readline()
    try:
        ended = migrated.run(*COMMAND, "--json")
    finally:
        sandbox.terminate()
        sandbox.communicate()

    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["simulated"]
    assert "running sandbox" in ended.stderr
    assert len({video["task_id"] for video in told["videos"]}) == 3
    for video in told["videos"]:
        check_film(video)


def check_film(video: dict[str, Any]) -> None:
    assert (video["status"], video["error"], video["units"]) == ("complete", None, 1.5)
    assert video["url"] == f"/files/videos/{video['id']}.mp4"
    assert Path(video["path"]).is_absolute()
    with av.open(video["path"]) as film:
        assert film.streams.video[0].codec_context.name == "h264"


def test_ctrl_c_stops_its_own_sandbox_too_and_the_videos_are_made_later(migrated: Clone) -> None:
    command = start(migrated, *COMMAND, "--json")
    assert command.stderr
    for line in command.stderr:
        if "Kling is making it" in line:
            break

    command.send_signal(signal.SIGINT)
    out, err = command.communicate(timeout=20)

    assert command.returncode == 130
    assert [video["status"] for video in json.loads(out)["videos"]] == ["pending"] * 3
    assert "make run" in err
    wait_for(lambda: not migrated.processes(), seconds=5, what=lambda: str(migrated.processes()))
    tasks = migrated.ask(sql="SELECT stage FROM productvideo_productvideo WHERE task_id != ''")
    assert tasks
    assert {stage for (stage,) in tasks} == {"rendering"}
