"""Real servers for tests: a PostgreSQL database and an embedded broker, each used by one test run alone."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    with own_cluster() as address:
        yield address


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


@contextmanager
def own_cluster() -> Iterator[str]:
    """Start a PostgreSQL server of our own, as the user `postgres` where we are root (it refuses to run as root)."""
    folder = Path(tempfile.mkdtemp(prefix="stillreel-postgres-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    programs, port = _programs(), clone.free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    cluster = ["-D", str(folder / "cluster")]
    try:
        _run(*as_user, f"{programs}/initdb", *cluster, "-U", "postgres", "-A", "trust", "--no-sync", cwd=folder)
        _run(*as_user, f"{programs}/pg_ctl", *cluster, "-o", options, "-l", f"{folder}/log", "-w", "start", cwd=folder)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run(*as_user, f"{programs}/pg_ctl", *cluster, "-m", "immediate", "stop", cwd=folder)
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


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
