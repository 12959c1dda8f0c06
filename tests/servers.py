"""Real servers for tests: a PostgreSQL database and an embedded broker, each used by one test run alone."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
import redis

from config import broker, clone

RUNNING = ("postgresql://postgres@127.0.0.1:5432/postgres", "postgresql://postgres@/postgres?host=/var/run/postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server: one that runs and trusts us, else one of our own."""
    for address in RUNNING:
        if _answers(address):
            yield address
            return
    with own_cluster() as cluster:
        yield cluster.address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database that goes when the test ends."""
    with _new_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an embedded broker of this test run's own."""
    port, password = clone.free_port(), secrets.token_urlsafe()
    command = broker.command(port=port, password=password, folder=tmp_path_factory.mktemp("broker"))
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    try:
        _wait_for_broker(url)
        yield url
    finally:
        server.terminate()
        server.wait(10)


def _wait_for_broker(url: str) -> None:
    end = time.monotonic() + 10
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _new_database(address: str) -> Iterator[str]:
    name = f"stillreel_{uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Cluster:
    """A PostgreSQL server of our own, run as the user `postgres` where we are root (it refuses to run as root)."""

    def __init__(self, folder: Path, *, port: int) -> None:
        self.folder = folder
        self.address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self.options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_user:
            shutil.chown(folder, "postgres")
        self.is_running = False
        self._call("initdb", "-U", "postgres", "-A", "trust", "--no-sync")

    def start(self) -> None:
        self._call("pg_ctl", "-o", self.options, "-l", f"{self.folder}/log", "-w", "start")
        self.is_running = True

    def stop(self) -> None:
        """End it as a crash would: nobody is asked, and the next start recovers."""
        self._call("pg_ctl", "-m", "immediate", "stop")
        self.is_running = False

    def _call(self, program: str, *arguments: str) -> None:
        command = [*self.as_user, f"{_programs()}/{program}", "-D", str(self.folder / "cluster"), *arguments]
        subprocess.run(
            command, cwd=self.folder, check=True, timeout=90, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """Start a PostgreSQL server of our own; it is gone, with its folder, when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="stillreel-postgres-"))
    try:
        cluster = Cluster(folder, port=clone.free_port())
        try:
            cluster.start()
            yield cluster
        finally:
            with suppress(subprocess.CalledProcessError):  # it may be down
                cluster.stop()
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """The newest installed PostgreSQL; without any, the tests that need one fail and are not skipped."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    assert found, "No PostgreSQL: start one on 127.0.0.1:5432 that trusts `postgres`, or install it."
    return Path(found).parent
