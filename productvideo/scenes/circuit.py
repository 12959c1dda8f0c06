"""Keeps a dead OpenAI from delaying everybody: after failures it is left alone for a while, then one caller tries it.

What happened is shared by all processes of a clone in a small file under `var/`. Without that file, or with one that
nobody understands, everybody just asks: nothing here is worth an error or a wait.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from productvideo.scenes.trouble import Trouble

PAUSE = 60.0  # seconds, after what usually passes by itself
LONG_PAUSE = 300.0  # after what somebody has to put right
IN_A_ROW = 2  # failures, if none of them took long
LONG_WAIT = 10.0  # seconds that one failure may take without closing the door at once
TRY = 30.0  # what whoever tries first has for it: the deadline of a writing, and a little more
LOCK_WAIT = 0.5
MOST_BYTES = 1000

AFTER_THAT = "ask for new scenes after that, or edit these"
# Why OpenAI is left alone, by the code of the trouble, and what to do meanwhile.
PASSING = {
    "timeout": "it did not answer in time",
    "down": "it had a disturbance of its own",
    "unreachable": "it could not be reached",
    "rate_limit": "it limits how often this account may ask",
}
LASTING = {
    "refused_key": ("it refused the API key", "check OPENAI_API_KEY in .env and start again when it is right"),
    "no_credit": (
        "its account has no credit left",
        "add credit or raise its limit at platform.openai.com, then ask for new scenes after that",
    ),
    "not_allowed": (
        "it does not allow this API key to do this",
        "check at platform.openai.com what the key may use, and OPENAI_MODEL",
    ),
}
SAYS_NOTHING = {"unexpected", "paused", "no_key", "odd_key"}  # of OpenAI's health

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What went wrong lately with these settings; times in seconds since 1970, 0 for never."""

    asked: str = ""  # the settings' fingerprint
    cause: str = ""
    failures: int = 0  # in a row
    failed_at: float = 0.0
    until: float = 0.0  # OpenAI is left alone
    trying_until: float = 0.0  # somebody tries whether it is back

    @property
    def busy_until(self) -> float:
        return max(self.until, self.trying_until)


def open_trouble() -> Trouble | None:
    """Return why OpenAI is not asked now. After None the caller asks it and tells `record` how that went."""
    with suppress(OSError), _shared() as file:
        state, now = _read(file), time.time()
        if now < state.busy_until:
            return _paused(state)
        if state.until:
            _write(file, replace(state, trying_until=now + TRY))
    return None


def record(trouble: Trouble | None, *, waited: float = 0.0) -> None:
    """Remember how asking OpenAI went, and how many seconds it took."""
    if trouble and trouble.code in SAYS_NOTHING:
        return
    with suppress(OSError), _shared() as file:
        before, now = _read(file), time.time()
        after = _after_failure(before, trouble, waited, now) if trouble and _is_failure(trouble) else State()
        if after != before:
            _write(file, after)
        if after.until > before.until:
            log.warning("OpenAI is left alone for %.0f seconds: %s", after.until - now, after.cause)


def forget() -> None:
    """Forget everything, as on a new machine; for tests."""
    _path().unlink(missing_ok=True)


def _is_failure(trouble: Trouble) -> bool:
    return trouble.code in PASSING or trouble.code in LASTING


def _after_failure(before: State, trouble: Trouble, waited: float, now: float) -> State:
    if now < before.until:
        return before  # who began before the pause makes it no longer
    lately = before.until or now - before.failed_at < LONG_PAUSE
    failures = before.failures + 1 if lately else 1
    failed = State(asked=_fingerprint(), cause=trouble.code, failures=failures, failed_at=now)
    if trouble.code in LASTING:
        return replace(failed, until=now + LONG_PAUSE)
    if trouble.retry_after is not None:
        return replace(failed, until=now + min(trouble.retry_after, PAUSE))
    if failures >= IN_A_ROW or waited >= LONG_WAIT:
        return replace(failed, until=now + PAUSE)
    return failed


def _paused(state: State) -> Trouble:
    why, mend = LASTING.get(state.cause) or (PASSING[state.cause], AFTER_THAT)
    since, until = (f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}" for at in (state.failed_at, state.busy_until))
    return Trouble(code="paused", what=f"OpenAI is not asked from {since} to {until} UTC because {why}", mend=mend)


# The file.


def _path() -> Path:
    return Path(settings.VAR_DIR) / "openai"


@contextmanager
def _shared() -> Iterator[int]:
    """Hold the file alone; raise OSError where that cannot be had soon."""
    file = os.open(_path(), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        _lock(file)
        yield file
    finally:
        os.close(file)


def _lock(file: int) -> None:
    ends_at = time.monotonic() + LOCK_WAIT
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > ends_at:
                raise
        time.sleep(0.01)


def _read(file: int) -> State:
    """Return what is known of these very settings; nothing, if it makes no sense or the clock was set back."""
    try:
        state = State(**json.loads(os.pread(file, MOST_BYTES, 0)))
        now = time.time()
        known = state.asked == _fingerprint() and (state.cause in PASSING or state.cause in LASTING)
        possible = state.failures >= 0 and 0 <= state.failed_at <= now + 1 and 0 <= state.until <= now + LONG_PAUSE
        return state if known and possible and 0 <= state.trying_until <= now + TRY else State()
    except (ValueError, TypeError, RecursionError):
        return State()


def _write(file: int, state: State) -> None:
    content = json.dumps(asdict(state)).encode()
    os.pwrite(file, content, 0)
    os.ftruncate(file, len(content))


def _fingerprint() -> str:
    """Tell settings apart, so that new ones are tried at once, without keeping the key."""
    words = json.dumps([settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, settings.OPENAI_MODEL])
    return hmac.new(settings.SECRET_KEY.encode(), words.encode(), hashlib.sha256).hexdigest()[:16]
