"""Where a storm takes place: a clone of its own with a database, a broker and ports that nobody else uses."""

import secrets
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis
from clones import Clone
from servers import Cluster, own_cluster

from config import broker, clone, run
from storm.crew import Crew, Process
from storm.kling_door import KEYS, KlingDoor

WORKERS, BEATS = 3, 2
MOST_AT_KLING = 20
RESEND_AFTER = 20  # seconds; nothing stays hidden for as long
MANAGE = (sys.executable, "manage.py")


@dataclass(kw_only=True)
class Ground:
    copy: Clone
    kling: KlingDoor
    broker_port: int
    broker_command: tuple[str, ...]
    broker_url: str
    database_url: str
    cluster: Cluster | None  # None: SQLite

    @property
    def media(self) -> Path:
        return self.copy.folder / "var" / "media"

    @property
    def settings(self) -> dict[str, str]:
        """Every setting that a process of this storm gets: real keys, which a sandbox of our own accepts."""
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONUNBUFFERED": "1",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.broker_url,
            "KLING_API_KEY": KEYS[0],
            "KLING_API_SECRET": KEYS[1],
            "KLING_API_BASE_URL": self.kling.address,
            "KLING_MAX_PARALLEL": str(MOST_AT_KLING),
            "KLING_POLL_SECONDS": "1",
            "KLING_RESEND_AFTER": str(RESEND_AFTER),
            "ALLOW_PRIVATE_DOWNLOADS": "true",
        }

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database, on a connection of our own."""
        if self.cluster:
            with psycopg.connect(self.database_url, connect_timeout=5) as database:
                return database.execute(sql.encode()).fetchall()
        with closing(sqlite3.connect(f"file:{self.sqlite}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(sql).fetchall()

    @property
    def sqlite(self) -> Path:
        return self.copy.folder / "var" / "db.sqlite3"

    def forget_broker(self) -> None:
        with redis.Redis.from_url(self.broker_url, socket_timeout=5) as server:
            server.flushall()

    def man(self, crew: Crew, *, videos: int) -> None:
        """Put everything that runs into the crew; nothing is started yet."""
        self._add(crew, "broker", self.broker_command)
        self._add(crew, "sandbox", (*MANAGE, "kling_sandbox", *self._sandbox_options(videos)))
        self._add(crew, "web", run.web(self.copy.port).command)
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        for number in range(1, WORKERS + 1):
            name = f"worker-{number}"
            self._add(crew, name, run.celery("worker", "-c", "2", "-n", f"{name}@storm", *quiet).command)
        for number in range(1, BEATS + 1):
            self._add(crew, f"beat-{number}", run.celery("beat").command)

    def _sandbox_options(self, videos: int) -> tuple[str, ...]:
        low, high = "2", "8"
        plenty = str(20 * videos + 1000)
        options = ("--quick-clips", "--render-seconds", low, high, "--parallel", "50", "--units", plenty)
        return ("--port", str(self.kling.port), "--state", "var/kling", "--wait", *options)

    def _add(self, crew: Crew, name: str, command: tuple[str, ...]) -> Process:
        environment = self.copy.environment(**self.settings)
        return crew.add(Process(name, command, folder=self.copy.folder, environment=environment))


@contextmanager
def embedded(folder: Path) -> Iterator[Ground]:
    """What needs nothing installed: SQLite, the embedded broker, local files."""
    copy = Clone(folder / "clone")
    port, password = clone.free_port(), secrets.token_urlsafe()
    yield Ground(
        copy=copy,
        kling=KlingDoor(clone.free_port()),
        broker_port=port,
        broker_command=broker.command(port=port, password=password, folder=folder / "broker"),
        broker_url=f"redis://:{password}@127.0.0.1:{port}/0",
        database_url=f"sqlite:///{copy.folder}/var/db.sqlite3",
        cluster=None,
    )


@contextmanager
def servers(folder: Path) -> Iterator[Ground]:
    """A PostgreSQL and a Redis of the storm's own, on ports of their own."""
    copy, port = Clone(folder / "clone"), clone.free_port()
    (place := folder / "broker").mkdir()
    with own_cluster() as cluster:
        yield Ground(
            copy=copy,
            kling=KlingDoor(clone.free_port()),
            broker_port=port,
            broker_command=(redis_server(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(place), *FORGETS),
            broker_url=f"redis://127.0.0.1:{port}/0",
            database_url=cluster.address,
            cluster=cluster,
        )


FORGETS = ("--save", "", "--appendonly", "no")
SETUPS = {"embedded": embedded, "servers": servers}


def redis_server() -> str:
    """This machine's own Redis, else the one out of a Python package."""
    return shutil.which("redis-server") or str(broker.find_server())
