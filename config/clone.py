"""What belongs to this clone alone and is made once, under `var/`: secrets and free ports."""

import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
PORTS = VAR / "ports.json"


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text`, readable by its owner alone (mode 600), never half written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)


def secret(name: str) -> str:
    """Return the random secret kept in `var/<name>`, making it when it is not there yet."""
    path = VAR / name
    if not path.exists():
        # A link made from a finished file: of two processes starting at once, the first one wins.
        candidate = VAR / f"{name}.{os.getpid()}.{secrets.token_hex(4)}"
        write_private(candidate, secrets.token_urlsafe(48))
        try:
            os.link(candidate, path)
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
    return path.read_text().strip()


def noted_ports() -> dict[str, int]:
    """Return the ports this clone uses on 127.0.0.1, by service (`web`, `sandbox`, `broker`)."""
    try:
        noted = json.loads(PORTS.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return {str(name): int(port) for name, port in noted.items()}


def note_port(name: str, port: int) -> None:
    """Remember that `name` listens on `port`."""
    with _alone():
        _write_port(name, port)


def port(name: str) -> int:
    """Return the noted port of `name`, choosing and noting a free one the first time."""
    return noted_ports().get(name) or _choose_port(name)


def port_to_listen_on(name: str) -> int:
    """Return the noted port of `name`, or another one, noted too, when somebody else listens there."""
    noted = port(name)
    if not is_free(noted):
        note_port(name, noted := free_port())
    return noted


def _choose_port(name: str) -> int:
    with _alone():
        if name not in noted_ports():
            _write_port(name, free_port())
        return noted_ports()[name]


def _write_port(name: str, port: int) -> None:
    write_private(PORTS, json.dumps({**noted_ports(), name: port}, indent=1) + "\n")


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time change the notes: two that start at once must agree on a port."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    with (VAR / "ports.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
