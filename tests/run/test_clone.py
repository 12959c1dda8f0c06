"""What is made once per clone stays the same, also for those who ask at the same moment."""

import socket
import stat
import subprocess
import sys

import pytest

from config import clone

ASK = """
import sys
from pathlib import Path
from config import clone
clone.VAR = Path(sys.argv[1]); clone.PORTS = clone.VAR / "ports.json"
print(clone.secret("key"), clone.port("broker"))
"""


@pytest.fixture
def var(tmp_path, monkeypatch):
    monkeypatch.setattr(clone, "VAR", tmp_path)
    monkeypatch.setattr(clone, "PORTS", tmp_path / "ports.json")
    return tmp_path


def test_processes_that_start_at_once_agree_on_secret_and_port(tmp_path):
    command = [sys.executable, "-c", ASK, str(tmp_path / "var")]

    asking = [subprocess.Popen(command, cwd=clone.BASE_DIR, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = {process.communicate(timeout=60)[0] for process in asking}

    assert len(answers) == 1
    assert len(answers.pop().split()) == 2


def test_secrets_and_ports_are_for_their_owner_alone(var):
    clone.secret("key")
    clone.port("broker")

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (var / "key", var / "ports.json")}

    assert modes == {"key": 0o600, "ports.json": 0o600}


def test_a_port_that_somebody_else_took_is_replaced_and_noted(var):
    taken = clone.port("broker")

    with socket.create_server(("127.0.0.1", taken)):
        chosen = clone.port_to_listen_on("broker")

    assert chosen != taken
    assert clone.port("broker") == chosen


def test_a_free_port_is_kept_from_start_to_start(var):
    assert clone.port_to_listen_on("sandbox") == clone.port_to_listen_on("sandbox")


def test_nothing_is_left_beside_the_secret(var):
    clone.secret("key")

    assert [path.name for path in var.iterdir()] == ["key"]
