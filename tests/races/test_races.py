"""Several processes at once, on both databases: nothing is bought, sent or taken twice."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
RACERS = 4

Race = Callable[..., list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgres"])
def race(request: pytest.FixtureRequest, tmp_path: Path) -> Race:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'race.sqlite3'}"
    else:
        address = request.getfixturevalue("postgres_url")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": address,
        "MEDIA_ROOT": str(tmp_path / "media"),
        "KLING_API_KEY": "",
        "KLING_API_SECRET": "",
    }

    def run(scenario: str, *, seed: str | None = None) -> list[dict[str, Any]]:
        command = [sys.executable, str(HERE / "race.py"), seed or scenario, scenario, str(RACERS)]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, timeout=300, check=True)
        return list(json.loads(done.stdout))

    return run


def test_one_of_many_approvals_of_a_storyboard_buys_it(race: Race) -> None:
    results = race("approve")

    assert sorted(map(str, results)) == ["{'bought': 3}"] + ["{'refused': 'StoryboardChangedError'}"] * (RACERS - 1)


def test_two_approvals_at_once_cannot_both_use_the_last_of_a_budget(race: Race) -> None:
    results = race("approve", seed="budget")

    assert sum("bought" in result for result in results) == 1


def test_the_slots_of_an_account_are_never_exceeded(race: Race) -> None:
    results = race("slots")

    assert sum(result["taken"] for result in results) == 5


def test_of_many_who_ask_for_scenes_one_has_them_written_and_all_get_the_same(race: Race) -> None:
    results = race("write")

    assert len(results[0]["scenes"]) == 3
    assert all(result == results[0] for result in results)


def test_two_who_drop_the_last_two_scenes_leave_one(race: Race) -> None:
    results = race("drop")

    assert len({result["dropped"] for result in results if "dropped" in result}) == 1
    assert any("at least one scene" in result.get("refused", "") for result in results)


@pytest.mark.parametrize("how", ["claim", "claim-without-skipping"])
def test_no_row_is_claimed_by_two(race: Race, how: str) -> None:
    results = race(how, seed="claim")

    claimed = [pk for result in results for pk in result["claimed"]]
    assert len(claimed) == len(set(claimed)) == 200
