"""`manage.py kling_sandbox`: serve a local Kling on 127.0.0.1 until told to stop."""

import errno
import os
import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kling.sandbox.account.terms import WrongTermsError
from kling.sandbox.arguments import WrongSecretError, add_arguments, configured_secrets, sandbox_options
from kling.sandbox.credentials import API_KEY_PREFIX, Credentials
from kling.sandbox.front.server import Server, running
from kling.sandbox.memory.state import StateTakenError
from kling.sandbox.note import SandboxNote, clone_api_key, clone_keys, read_note, remove_note, write_note
from kling.sandbox.sandbox import Options

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Command(BaseCommand):
    help = (
        "Serve a local Kling on 127.0.0.1: the same HTTP API, real MP4s made from the uploaded photo, nothing paid. It"
        " accepts the keys in KLING_API_KEY and KLING_API_SECRET; without them it serves this clone's practice mode."
        " Faults can be set while it runs, too, by HTTP at /sandbox/faults; docs/sandbox.md tells how."
    )
    requires_system_checks = []
    waiting = False  # said once

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        low, high = options["render_seconds"]
        if low > high:
            raise CommandError(f"--render-seconds: {low:g} is more than {high:g}; the lower number comes first.")
        keys = _practice_keys() if not _has_keys() else None
        with _stop_signals_blocked(), ExitStack() as stack:
            while (server := self._start(stack, options, keys)) is None:
                time.sleep(1)
                if signal.sigpending() & set(STOP_SIGNALS):
                    return
            stays = keys is not None and _leaves_note_alone(options["state"])
            if keys is not None and not stays:
                stack.callback(remove_note, _note_folder(), pid=os.getpid())
                _announce(server, keys)
            self.stdout.write(f"Kling sandbox on {server.base_url}; its books are on that page. Stop it with Ctrl-C.")
            if stays:
                self.stdout.write(
                    f"This clone stays with its own sandbox; this one takes the keys in {_note_folder()}."
                )
            self._tell_faults(server)
            self.stdout.flush()
            signal.sigwait(STOP_SIGNALS)

    def _tell_faults(self, server: Server) -> None:
        mishaps = server.sandbox.mishaps
        if faults := mishaps.faults.set_values:
            told = ", ".join(f"{name}={value}" for name, value in faults.items())
            self.stdout.write(f"Faults: {told}. Lots are drawn with --seed {mishaps.seed}.")

    def _start(self, stack: ExitStack, options: dict[str, Any], keys: tuple[str, str] | None) -> Server | None:
        """Start to serve; None while another sandbox has the folder and waiting was asked for."""
        try:
            return _serve(stack, _options(options, keys), port=options["port"])
        except StateTakenError as error:
            if not options["wait"]:
                raise CommandError(str(error)) from error
        if not self.waiting:
            self.stdout.write(f"Another sandbox works in {options['state']}; waiting for it to end.")
            self.stdout.flush()
            self.waiting = True
        return None


def _options(options: dict[str, Any], keys: tuple[str, str] | None) -> Options:
    credentials = _configured() if keys is None else _practice_credentials(keys)
    try:
        secrets = options["webhook_secret"] or configured_secrets(settings.KLING_WEBHOOK_SECRET)
        return sandbox_options(options, credentials=credentials, webhook_secrets=secrets)
    except (WrongTermsError, WrongSecretError) as error:
        raise CommandError(str(error)) from error


def _has_keys() -> bool:
    return bool(settings.KLING_API_KEY.strip() or settings.KLING_API_SECRET.strip())


def _configured() -> Credentials:
    key, secret = settings.KLING_API_KEY.strip(), settings.KLING_API_SECRET.strip()
    if key.startswith(API_KEY_PREFIX):  # a secret beside it is not used, as by the client
        return Credentials(api_keys=frozenset([key]))
    if key and secret:
        return Credentials(pairs={key: secret})
    missing = "KLING_API_SECRET" if key else "KLING_API_KEY"
    raise CommandError(f"{missing} is not set; set both halves of the pair, or neither for practice mode.")


def _practice_keys() -> tuple[str, str]:
    try:
        return clone_keys(_note_folder())
    except (OSError, ValueError, KeyError) as error:
        raise CommandError(f"Cannot read or make the practice keys in {_note_folder()}: {error}") from error


def _practice_credentials(keys: tuple[str, str]) -> Credentials:
    return Credentials(pairs=dict([keys]), api_keys=frozenset([clone_api_key(_note_folder())]))


def _announce(server: Server, keys: tuple[str, str]) -> None:
    note = SandboxNote(
        port=server.server_port,
        access_key=keys[0],
        secret_key=keys[1],
        pid=os.getpid(),
        api_key=clone_api_key(_note_folder()),
    )
    write_note(_note_folder(), note)


def _leaves_note_alone(state: Path | None) -> bool:
    """Say whether this clone has a sandbox already; whoever holds the clone's own folder is that sandbox."""
    is_the_clones_own = state is not None and state.resolve() == _note_folder().resolve()
    return not is_the_clones_own and read_note(_note_folder()) is not None


def _note_folder() -> Path:
    return Path(settings.VAR_DIR) / "sandbox"


def _serve(stack: ExitStack, options: Options, *, port: int) -> Server:
    try:
        return stack.enter_context(running(options, port=port))
    except OSError as error:
        raise CommandError(_why_not(error, port)) from error


def _why_not(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken on 127.0.0.1; choose another with --port, or 0 for a free one."
    return f"The sandbox cannot start: {error}"


@contextmanager
def _stop_signals_blocked() -> Iterator[None]:
    """Keep the signals for `sigwait`: no handler runs in the middle of anything, no thread is interrupted."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
