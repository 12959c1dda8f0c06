"""A race: several processes do the same thing to one database at the same moment; run by test_races.py.

Usage: python race.py SEED SCENARIO RACERS. It prints a JSON list of what became of each racer. All of them are forks
of this process, which itself never speaks to the database.
"""

import json
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import django

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]
django.setup()

from racer import SCENARIOS  # noqa: E402
from seed import seed  # noqa: E402

from productvideo.models import ProductVideo  # noqa: E402

FORKS = multiprocessing.get_context("fork")
SEED, SCENARIO, RACERS = sys.argv[1], sys.argv[2], int(sys.argv[3])
START = FORKS.Barrier(RACERS)


def run(argument: str) -> Any:
    ProductVideo.objects.count()  # connected before the race begins
    START.wait(300)
    return SCENARIOS[SCENARIO](argument)


def in_processes(work: Callable[[str], Any], arguments: Sequence[str]) -> list[Any]:
    with ProcessPoolExecutor(len(arguments), mp_context=FORKS) as processes:
        return list(processes.map(work, arguments))


if __name__ == "__main__":
    [arguments] = in_processes(seed, [SEED])
    print(json.dumps(in_processes(run, [arguments[number % len(arguments)] for number in range(RACERS)])))
