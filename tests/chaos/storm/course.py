"""A storm from its beginning to its judgement."""

import argparse
import json
import secrets
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from clones import status_of

from storm.both import run_all
from storm.crew import Crew, crew_in
from storm.customers import Customers
from storm.evidence import gather
from storm.ground import MOST_AT_KLING, SETUPS, Ground
from storm.judge import judge
from storm.mischief import Mischief
from storm.report import Outcome, print_breaches, print_last, print_table, write_json
from storm.schedule import plan

START = 90.0  # seconds until everything answers
GATHERING = 180.0  # seconds for the judge
APPROVALS = 0.5  # of the storm: so long new approvals come, and after that only repeated ones
AFTERMATH = 3.0  # seconds; whoever was frozen may still want to do something
ORDERS = "SELECT count(*) FROM productvideo_submission"
HOW_FAR = "SELECT count(*), count(due_at) FROM productvideo_productvideo"
ENDED = "SELECT count(*) FROM productvideo_productvideo WHERE due_at IS NULL"


class StormError(Exception):
    """The storm itself went wrong: nothing is proved, neither way."""


def main() -> int:
    """Return 0 when every promise held, 1 when one did not, 2 when nothing was proved, 130 after Ctrl-C."""
    try:
        return _run(_parse())
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace) -> int:
    if options.setup == "both":
        return run_all(list(SETUPS), _shared(options))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _end_after(START + options.seconds + options.settle + GATHERING)
    folder = Path(tempfile.mkdtemp(prefix="stillreel-storm-"))
    folder.chmod(0o755)  # PostgreSQL runs as somebody else
    keep = True
    try:
        outcome = _take_place(options, folder)
        keep = options.keep or bool(outcome.breaches)
    except StormError as error:
        print(f"The storm did not take place: {error}", flush=True)
        return 2
    except (KeyboardInterrupt, SystemExit):
        keep = False
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if keep:
            print(f"Everything is kept in {folder}", flush=True)
        else:
            shutil.rmtree(folder)
    return 1 if outcome.breaches else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/chaos/storm", description=__doc__)
    parser.add_argument("--setup", choices=[*SETUPS, "both"], required=True)
    parser.add_argument("--videos", type=int, default=60, help="asked for, a multiple of three (60)")
    parser.add_argument("--seconds", type=float, default=45.0, help="of storm (45)")
    parser.add_argument("--settle", type=float, default=300.0, help="seconds after which a video counts as lost (300)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(100_000), help="of the schedule (random)")
    parser.add_argument("--keep", action="store_true", help="keep the folder also when every promise held")
    parser.add_argument("--json", type=Path, metavar="FILE", help="of one setup: write the table there too")
    return parser.parse_args()


def _shared(options: argparse.Namespace) -> list[str]:
    """Return the options that both setups get."""
    named = {"videos": options.videos, "seconds": options.seconds, "settle": options.settle, "seed": options.seed}
    return [*(f"--{name}={value}" for name, value in named.items()), *(["--keep"] if options.keep else [])]


def _end_after(seconds: float) -> None:
    """No storm hangs: whatever waits is interrupted, and everything is cleaned up."""

    def too_long(*_: Any) -> NoReturn:
        raise StormError(f"it was not over after {seconds:.0f} s.")

    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _take_place(options: argparse.Namespace, folder: Path) -> Outcome:
    deeds = plan(options.seed, seconds=options.seconds, with_postgres=options.setup == "servers")
    products = max(1, round(options.videos / 3))
    title = f"Storm of seed {options.seed} on {options.setup}: {3 * products} videos, {options.seconds:g} s"
    print(title, *map(str, deeds), sep="\n", flush=True)
    with SETUPS[options.setup](folder) as ground, crew_in(ground.copy.folder) as crew:
        stock = _prepare(ground, crew, products=products, seed=options.seed)
        customers = Customers(
            address=ground.copy.address,
            token=stock["token"],
            products=list(stock["products"]),
            seconds=options.seconds * APPROVALS,
            seed=options.seed,
        )
        mischief = Mischief(ground, crew, deeds)
        customers.start()
        _wait(lambda: _ask(ground, ORDERS) > (0,), crew, seconds=START, what="A first order")
        mischief.begin()
        _rage(mischief, seconds=options.seconds)
        ended_in_storm = _ask(ground, ENDED)
        seconds = _settle(ground, mischief, customers, wanted=3 * products, most=options.settle)
        evidence = gather(
            ground,
            wanted=3 * products,
            slots=MOST_AT_KLING,
            promised=frozenset().union(*customers.bought.values()),
            complaints=customers.complaints,
        )
    outcome = Outcome(
        title=title,
        evidence=evidence,
        breaches=judge(evidence),
        mischief=mischief.done,
        in_talk=mischief.in_talk,
        answers=customers.answers,
        ended_in_storm=next(iter(ended_in_storm), 0),
        seconds=seconds,
        stayed=crew.overdue,
    )
    print_table(outcome)
    print_last(outcome)
    print_breaches(outcome)
    if options.json:
        write_json(outcome, options.json)
    return outcome


def _prepare(ground: Ground, crew: Crew, *, products: int, seed: int) -> dict[str, Any]:
    """Make the tables and the stock, start everything, and wait until it answers."""
    _must(ground, "manage.py", "migrate", "-v", "0")
    stock = json.loads(_must(ground, "tests/chaos/storm/stock.py", str(products), str(seed)).splitlines()[-1])
    ground.man(crew, videos=3 * products)
    crew.mend()
    _wait(lambda: status_of(ground.copy.address + "/admin/login/") == 200, crew, seconds=START, what="The web server")
    _wait(lambda: status_of(ground.kling.address) == 200, crew, seconds=START, what="The sandbox")
    return dict(stock)


def _must(ground: Ground, *command: str) -> str:
    done = ground.copy.run(*command, **ground.settings)
    if done.returncode:
        raise StormError(f"{command[0]} ended with {done.returncode}.\n{done.stdout}{done.stderr}")
    return done.stdout


def _wait(question: Callable[[], bool], crew: Crew, *, seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not question():
        if time.monotonic() > end:
            raise StormError(f"{what} did not come within {seconds:.0f} s.")
        crew.mend()
        time.sleep(0.2)


def _rage(mischief: Mischief, *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        mischief.go_on()
        time.sleep(0.03)


def _settle(ground: Ground, mischief: Mischief, customers: Customers, *, wanted: int, most: float) -> float | None:
    """End the storm; return the seconds until everything asked for has ended, None when that does not come."""
    began = time.monotonic()
    mischief.end_faults()
    customers.storm_is_over.set()
    try:
        while (passed := time.monotonic() - began) < most:
            mischief.mend()
            if customers.is_served and not mischief.later and _ask(ground, HOW_FAR) == (wanted, 0):
                time.sleep(AFTERMATH)
                return passed
            time.sleep(0.5)
        return None
    finally:
        customers.told_to_stop.set()
        customers.join(60)


def _ask(ground: Ground, sql: str) -> tuple[int, ...]:
    """Return the only row of an answer; none while the database is just coming back."""
    try:
        [row] = ground.ask(sql)
    except (psycopg.OperationalError, sqlite3.OperationalError):
        return ()
    return row
