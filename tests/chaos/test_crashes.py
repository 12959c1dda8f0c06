"""A process dies at every single point of a video's life; the next one brings it to its end, paid for once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.chaos

CRASHES = Path(__file__).parent / "crashes"
IN_MEMORY = "/dev/shm"  # thousands of fsyncs cost nothing there


LONG = bool(os.environ.get("CHAOS_LONG"))
TROUBLES = ("none", "lost-answer", "repeats-accepted", "broken-download")


def die_everywhere(*options: str, seconds: float = 600) -> str:
    folder = {"TMPDIR": IN_MEMORY} if Path(IN_MEMORY).is_dir() else {}
    command = [sys.executable, str(CRASHES), *options]
    ended = subprocess.run(command, env=os.environ | folder, capture_output=True, text=True, timeout=seconds)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_single_crash_ends_well_on_sqlite(trouble: str) -> None:
    told = die_everywhere("--trouble", trouble)

    assert "promises broken 0" in told


@pytest.mark.parametrize("trouble", ["none", "repeats-accepted"])
def test_every_single_crash_ends_well_on_postgresql(trouble: str, postgres_server: str) -> None:
    told = die_everywhere("--trouble", trouble, "--database", postgres_server)

    assert "promises broken 0" in told


def test_every_kind_of_side_effect_has_its_points() -> None:
    told = die_everywhere("--list")

    for point in (
        "before commit in productvideo.services.spending:_buy",
        "after commit in productvideo.pipeline.submit:_turn",
        "before send in kling.wire.transport:_perform",
        "after send in kling.wire.transport:_perform",
        "before receive in kling.wire.transport:_read",
        "after commit in productvideo.models.video:_move",
        "before commit in productvideo.pipeline.adopt:_settle_at_once",
        "before fsync in productvideo.downloads.streaming:_stream",
        "after rename in productvideo.keeping",
        "before fsync in productvideo.keeping",
        "before removal in productvideo.downloads.streaming:download",
    ):
        assert point in told


if LONG:  # thousands of lives

    @pytest.mark.parametrize("trouble", TROUBLES)
    @pytest.mark.parametrize("database", ["sqlite", "postgresql"])
    def test_every_pair_of_crashes_ends_well(trouble: str, database: str, postgres_server: str) -> None:
        where = postgres_server if database == "postgresql" else database
        told = die_everywhere("--pairs", "--trouble", trouble, "--database", where, seconds=4 * 3600)

        assert "promises broken 0" in told
