"""The embedded broker is for this clone alone."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis

from config import broker, clone


def test_only_the_password_opens_it(redis_url):
    without_password = redis.Redis(port=urlsplit(redis_url).port)

    with pytest.raises(redis.AuthenticationError), without_password as client:
        client.ping()


def test_the_password_is_in_no_command_line(redis_url):
    password = urlsplit(redis_url).password

    seen = [path.read_text() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]

    assert password
    assert not [line for line in seen if password in line]


def test_it_listens_on_this_machine_only(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.config_get("bind") == {"bind": "127.0.0.1"}


def test_its_folder_may_have_spaces_and_quotes_in_its_name(tmp_path):
    folder = tmp_path / 'a "clone" of mine, größer'

    command = broker.command(port=clone.free_port(), password='p"a', folder=folder)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with pytest.raises(subprocess.TimeoutExpired):
        server.wait(0.5)
    server.terminate()

    assert server.wait(10) == 0
    assert (folder / "valkey.conf").stat().st_mode & 0o777 == 0o600


def test_a_system_without_it_is_told_to_set_redis_url(monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Plan 9")

    with pytest.raises(broker.NoBrokerError, match="REDIS_URL"):
        broker.find_server()
