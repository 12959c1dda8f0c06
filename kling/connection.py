"""Which Kling this installation talks to, and a client for it: the real one by its keys, else the practice sandbox."""

import os
import threading
from dataclasses import dataclass

from django.conf import settings

from kling import credentials
from kling.auth import API_KEY_PREFIX, auth_for
from kling.client import Client
from kling.errors import NotSentError
from kling.sandbox.note import SandboxNote, read_note
from kling.wire.transport import clean_address

SANDBOX = "sandbox"


class ConfigurationError(Exception):
    """The settings cannot be used; the text says which variable is wrong and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A Kling: the real one is named by its address; `base_url` is "" while no practice sandbox runs."""

    name: str
    base_url: str
    simulated: bool


def current_host() -> Host:
    """Return the Kling that the settings mean; raise ConfigurationError for half or malformed keys, or no address."""
    if settings.PRACTICE_MODE:
        note = sandbox_note()
        return Host(name=SANDBOX, base_url=note.base_url if note else "", simulated=True)
    _require_sound_keys()
    if problem := credentials.inspect_address(settings.KLING_API_BASE_URL):
        raise ConfigurationError(f"{problem.message} {problem.hint}")
    address = clean_address(settings.KLING_API_BASE_URL)
    return Host(name=address, base_url=address, simulated=False)


def open_client() -> Client:
    """Return this process's client for the current host; raise NotSentError when no practice sandbox runs."""
    host = current_host()
    if not host.simulated:
        return _client(host.base_url, settings.KLING_API_KEY, settings.KLING_API_SECRET)
    if (note := sandbox_note()) is None:
        raise NotSentError(
            "The practice sandbox is not running. Start it with `make run` or `manage.py kling_sandbox`;"
            " nothing was sent."
        )
    if note.api_key:
        return _client(note.base_url, note.api_key, "")
    return _client(note.base_url, note.access_key, note.secret_key)


def uses_api_key() -> bool:
    """Say whether the credentials in use open Kling's new API too; those of practice mode do."""
    return settings.PRACTICE_MODE or settings.KLING_API_KEY.strip().startswith(API_KEY_PREFIX)


def sandbox_note() -> SandboxNote | None:
    """Return where this clone's practice sandbox listens, None when none runs."""
    return read_note(settings.VAR_DIR / "sandbox")


def _require_sound_keys() -> None:
    problems = credentials.inspect(settings.KLING_API_KEY, settings.KLING_API_SECRET)
    wrong = [f"{problem.message} {problem.hint}" for problem in problems if not problem.is_warning]
    if wrong:
        raise ConfigurationError(" ".join(wrong))


class _Clients:
    """One client per address and keys, so that its signature is made once and used by every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str, str], Client] = {}

    def get(self, base_url: str, key: str, secret: str) -> Client:
        with self._lock:
            wanted = (base_url, key, secret)
            if wanted not in self._made:
                self._made[wanted] = Client(auth=auth_for(key, secret), base_url=base_url)
            return self._made[wanted]


_clients = _Clients()


def _client(base_url: str, key: str, secret: str) -> Client:
    return _clients.get(base_url, key, secret)


def _start_afresh() -> None:
    """In a forked child: a lock held by a thread that did not come along would never be released."""
    global _clients  # noqa: PLW0603
    _clients = _Clients()


os.register_at_fork(after_in_child=_start_afresh)
