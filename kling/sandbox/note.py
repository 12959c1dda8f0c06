"""The note by which this clone's own parts find its practice sandbox: where it listens and with which keys."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from kling.sandbox.credentials import API_KEY_PREFIX

ADDRESS = "address.json"
KEYS = "keys.json"
API_KEY = "api-key.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxNote:
    port: int
    access_key: str
    secret_key: str
    pid: int
    api_key: str = ""  # opens the new API too; a sandbox of before there was one has none

    def __repr__(self) -> str:
        return f"SandboxNote(port={self.port}, access_key={self.access_key!r}, pid={self.pid})"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def read_note(folder: Path) -> SandboxNote | None:
    """Return the note of the sandbox that runs for `folder`; None when there is none, or its process is gone."""
    try:
        told = json.loads((folder / ADDRESS).read_text())
        note = SandboxNote(
            port=int(told["port"]),
            access_key=str(told["access_key"]),
            secret_key=str(told["secret_key"]),
            pid=int(told["pid"]),
            api_key=str(told.get("api_key", "")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return note if _is_running(note.pid) else None


def write_note(folder: Path, note: SandboxNote) -> None:
    _write_private(folder / ADDRESS, json.dumps(asdict(note)))


def remove_note(folder: Path, *, pid: int) -> None:
    """Remove the note if it is still the one of process `pid`; another sandbox may have taken over."""
    note = read_note(folder)
    if note is not None and note.pid == pid:
        (folder / ADDRESS).unlink(missing_ok=True)


def clone_keys(folder: Path) -> tuple[str, str]:
    """Return this clone's random practice pair (access key, secret key), making it the first time."""
    path = folder / KEYS
    if not path.exists():
        _write_once(path, json.dumps({"access_key": secrets.token_hex(16), "secret_key": secrets.token_hex(16)}))
    pair = json.loads(path.read_text())
    return str(pair["access_key"]), str(pair["secret_key"])


def clone_api_key(folder: Path) -> str:
    """Return this clone's random practice API key, in the shape of Kling's own, making it the first time."""
    path = folder / API_KEY
    if not path.exists():
        _write_once(path, json.dumps({"api_key": f"{API_KEY_PREFIX}{secrets.token_urlsafe(32)}"}))
    return str(json.loads(path.read_text())["api_key"])


def _write_once(path: Path, text: str) -> None:
    # A link made from a finished file: of two processes starting at once, the first one wins.
    candidate = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _write_private(candidate, text)
    try:
        os.link(candidate, path)
    except FileExistsError:
        pass
    finally:
        candidate.unlink()


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
