"""Practice mode for one command: the sandbox that runs already, or one of our own for as long as it is needed."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from django.conf import settings

import kling
from kling.connection import current_host, open_client

STARTS_WITHIN = 30.0  # seconds; two busy cores need some
STOPS_WITHIN = 5.0

Say = Callable[[str], None]


class NoSandboxError(Exception):
    """The practice sandbox could not be started; the text says where to look."""


@contextmanager
def sandbox_at_hand(say: Say) -> Iterator[None]:
    """Without Kling keys, see to it that a sandbox runs; one that was started here ends here."""
    if not current_host().simulated:
        yield
    elif answers():
        say("Practice mode, since no Kling keys are set: the running sandbox makes the videos, nothing is charged.")
        yield
    else:
        say("Practice mode, since no Kling keys are set: starting a sandbox for this command, nothing is charged.")
        with _own_sandbox():
            yield


def answers() -> bool:
    """Say whether a sandbox of this clone is there and speaks."""
    now = datetime.now(tz=UTC)
    try:
        open_client().account_costs(start=now - timedelta(days=1), end=now)
    except kling.KlingError:
        return False
    return True


@contextmanager
def _own_sandbox() -> Iterator[None]:
    process = _start()
    try:
        _wait_for_it()
        yield
    finally:
        _stop(process)


def _start() -> "subprocess.Popen[bytes]":
    # A session of its own, so that Ctrl-C reaches us alone; the tether stops it even when we are killed.
    tether = [sys.executable, "-I", str(settings.BASE_DIR / "config" / "tether.py")]
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    state = settings.VAR_DIR / "sandbox"
    with (settings.VAR_DIR / "sandbox.log").open("ab") as log:
        return subprocess.Popen(
            [*tether, *manage, "kling_sandbox", "--port", "0", "--state", str(state)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_for_it() -> None:
    """Wait until a sandbox speaks: ours, or one that was just starting elsewhere and holds the state already."""
    end = time.monotonic() + STARTS_WITHIN
    while not answers():
        if time.monotonic() > end:
            log = settings.VAR_DIR / "sandbox.log"
            raise NoSandboxError(f"The practice sandbox did not start within {STARTS_WITHIN:.0f} s; see {log}.")
        time.sleep(0.1)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPS_WITHIN)
        return
    process.kill()
    process.wait()
