"""One scenario in a world of its own: a folder, a database, a Kling, and a process for each step of the pipeline."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import quote, urlsplit

import psycopg

from waiting.clock import VARIABLE, Clock

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KEY = "api-key-kling-" + "b" * 32
STEPS = ("submit", "check", "collect")
_FASTER = """
CREATE SCHEMA faster;
CREATE FUNCTION faster.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql AS $$
SELECT to_timestamp({began!r} + (extract(epoch FROM pg_catalog.statement_timestamp()) - {began!r}) * {factor!r}) $$;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """So many videos, approved at once, on so many slots; `compress` is how many times as fast everything goes."""

    name: str
    videos: int
    slots: int
    compress: float
    render_seconds: tuple[float, float] = (60.0, 230.0)
    callbacks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was seen: Kling's books, when its tasks were made and ready, what the workers cost, when we noticed."""

    scenario: Scenario
    books: dict[str, Any]
    tasks: dict[str, tuple[float, float]]
    workers: dict[str, dict[str, Any]]
    noticed: dict[str, tuple[str, float]]


def run(scenario: Scenario, *, postgres: str = "") -> Outcome:
    """Run a scenario to its end; `postgres` is the address of a server for it, else SQLite is used."""
    clock = Clock(time.time(), scenario.compress)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stillreel-reads-")))
        database = stack.enter_context(_database(postgres, clock)) if postgres else f"sqlite:///{folder}/db.sqlite3"
        environment = _environment(scenario, clock, folder, database)
        low, high = (str(seconds) for seconds in scenario.render_seconds)
        kling = subprocess.Popen(
            [sys.executable, HERE / "kling.py", low, high, str(scenario.slots), KEY, folder / "kling.json"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.callback(kling.kill)
        environment["KLING_API_BASE_URL"] = cast(IO[str], kling.stdout).readline().strip()
        _seed(scenario, environment)
        if scenario.callbacks:
            _serve(environment, stack)
        workers = _work(environment, folder, stack)
        noticed = subprocess.run(
            [sys.executable, HERE / "seed.py"], env=environment, check=True, capture_output=True, text=True
        )
        kling.communicate()  # which ends its standard input
        report = json.loads((folder / "kling.json").read_text())
        return Outcome(scenario=scenario, workers=workers, noticed=json.loads(noticed.stdout), **report)


def _seed(scenario: Scenario, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, HERE / "seed.py", str(scenario.videos)], env=environment, check=True)


def _serve(environment: dict[str, str], stack: ExitStack) -> None:
    """Let Kling call back: the pages run, and orders name their address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment |= {"KLING_CALLBACKS": "true", "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    pages = subprocess.Popen([sys.executable, HERE / "web.py", str(port)], env=environment, stdin=subprocess.DEVNULL)
    stack.callback(pages.kill)


def _work(environment: dict[str, str], folder: Path, stack: ExitStack) -> dict[str, Any]:
    working = {}
    for step in STEPS:
        command = [sys.executable, HERE / "worker.py", step, folder / f"{step}.json"]
        working[step] = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        stack.callback(working[step].kill)
    for step, process in working.items():
        if process.wait():
            raise SystemExit(f"The worker for {step} has failed.")
    return {step: json.loads((folder / f"{step}.json").read_text()) for step in STEPS}


def _environment(scenario: Scenario, clock: Clock, folder: Path, database: str) -> dict[str, str]:
    """Nothing of the developer's `.env`: what is set here, even to nothing, goes before it."""
    ours = {
        VARIABLE: str(clock),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database,
        "MEDIA_ROOT": str(folder / "media"),
        "SECRET_KEY": secrets.token_hex(),
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody asks it
        "KLING_API_KEY": KEY,
        "KLING_API_SECRET": "",
        "KLING_MAX_PARALLEL": str(scenario.slots),
        "ALLOW_PRIVATE_DOWNLOADS": "true",
    }
    defaults = (
        "KLING_MODEL",
        "KLING_POLL_SECONDS",
        "KLING_CALLBACKS",
        "KLING_WEBHOOK_SECRET",
        "KLING_RESEND_AFTER",
        "PUBLIC_URL",
        "DEBUG",
        "EMAIL_URL",
    )
    return os.environ | dict.fromkeys(defaults, "") | ours


@contextmanager
def _database(server: str, clock: Clock) -> Iterator[str]:
    """A database of our own, whose clock is ours."""
    name = f"stillreel_reads_{os.getpid()}"
    address = urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            with psycopg.connect(address, autocommit=True) as inside:
                inside.execute(_FASTER.format(began=clock.began, factor=clock.factor))
            yield f"{address}?options={quote('-csearch_path=faster,pg_catalog,public')}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
