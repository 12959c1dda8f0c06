"""Kills a process at every point of a video's life, or at every pair of points, and sees that all ends well.

Usage: python tests/chaos/crashes [--database sqlite|postgresql://…] [--trouble NAME] [--pairs] [--list] [--only …]
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trial import Tally

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[3]), str(HERE.parents[2]), str(HERE.parent)]

from host import KEYS, TROUBLES, kling_with  # noqa: E402


def main() -> int:
    options = parse()
    postgres = "" if options.database == "sqlite" else options.database
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stillreel-crashes-") as name, kling_with(options.trouble) as host:
        set_up_django(host.base_url, Path(name), postgres)
        from trial import Trial
        from world import World

        with World(folder=Path(name), postgres=postgres) as world:
            trial = Trial(world, host)
            if options.only:
                trial.try_life(tuple(options.only))
            elif options.pairs:
                trial.try_pairs()
            else:
                trial.try_singles()
    print_tally(trial.tally, options, time.monotonic() - began)
    return 1 if trial.tally.broken else 0


def set_up_django(kling: str, folder: Path, postgres: str) -> None:
    """Load everything once, connected to nothing; every life's processes are forked from here."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": postgres or f"sqlite:///{folder}/none.sqlite3",
        "MEDIA_ROOT": str(folder / "media"),
        "KLING_API_BASE_URL": kling,
        "KLING_API_KEY": KEYS[0],
        "KLING_API_SECRET": KEYS[1],
        "ALLOW_PRIVATE_DOWNLOADS": "true",
    }
    import av  # noqa: F401
    import django
    from django.conf import settings

    django.setup()
    settings.VAR_DIR = folder
    logging.disable(logging.CRITICAL)  # a thousand deaths fill any screen


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="sqlite", help="sqlite, or the address of a PostgreSQL server")
    parser.add_argument("--trouble", choices=TROUBLES, default="none")
    parser.add_argument("--pairs", action="store_true", help="two crashes in every life: all pairs of points")
    parser.add_argument("--only", nargs="+", metavar="POINT", help="the one death, or deaths, to look at")
    parser.add_argument("--list", action="store_true", help="name every point with its number of deaths")
    return parser.parse_args()


def print_tally(tally: Tally, options: argparse.Namespace, seconds: float) -> None:
    named = {point.partition(" #")[0] for point in tally.deaths}
    print(
        f"{'pairs' if options.pairs else 'single crashes'}, {options.database.partition(':')[0]}, {options.trouble}:"
    )
    print(f"  lives {tally.lives} · deaths {tally.deaths.total()} · named points {len(named)}")
    print(f"  promises broken {len(tally.broken)} · {seconds:.0f} s")
    if options.list:
        for point, deaths in sorted(tally.deaths.items(), key=lambda item: item[0].partition(" in ")[2]):
            print(f"  {deaths:5} {point}")
    for words in tally.broken[:20]:
        print(f"  BROKEN {words}")


if __name__ == "__main__":
    sys.exit(main())
