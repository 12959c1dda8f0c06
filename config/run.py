"""The start of everything, for `make run`: prepares the clone, then runs its processes until it is told to stop."""

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import django
from django.core.exceptions import ImproperlyConfigured

from config import broker, clone, tether
from config.supervisor import Child, supervise
from config.terminal import say, stop_when_abandoned

PYTHON = (sys.executable, "-m")
MANAGE = (sys.executable, str(clone.BASE_DIR / "manage.py"))


class RefusedStartError(RuntimeError):
    """Nothing was started; the message says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    if options.under_make:
        tether.stop_with_parent(signal.SIGTERM)
    try:
        return start(options)
    except (RefusedStartError, ImproperlyConfigured, broker.NoBrokerError) as error:
        say(f"Stillreel did not start. {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.run", description="Run all of Stillreel on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="of the web pages, on 127.0.0.1 (default: 8000)")
    parser.add_argument("--under-make", action="store_true", help="stop when the make that started this is stopped")
    parser.add_argument(
        "--render-seconds",
        nargs=2,
        default=["12", "25"],
        metavar=("LOW", "HIGH"),
        help="how long the practice sandbox takes for a video (default: 12 25)",
    )
    return parser.parse_args(arguments)


def start(options: argparse.Namespace) -> int:
    """Hold this clone's lock, prepare, and supervise until the end; return the exit status."""
    with only_one():
        require_free(options.port)
        prepare(options.port)
        clone.note_port("web", options.port)

        def greet() -> None:
            from config.announcement import announce_when_ready

            stop_when_abandoned(parent=os.getppid() if options.under_make else None)
            announce_when_ready(port=options.port)

        return supervise(children(options), on_started=greet)


@contextmanager
def only_one() -> Iterator[None]:
    """Refuse a second start in the same clone. The lock ends with its holder, however that one ends."""
    clone.VAR.mkdir(mode=0o700, exist_ok=True)
    with (clone.VAR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedStartError(f"It already runs in this folder{_holder(lock)}.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _holder(lock: TextIO) -> str:
    lock.seek(0)
    return f" (process {lock.read().strip()}); stop that one with Ctrl-C first"


def require_free(port: int) -> None:
    if not 0 < port < 65536:
        raise RefusedStartError(f"{port} is not a port; choose one from 1024 to 65535: make run PORT=8000")
    if not clone.is_free(port):
        raise RefusedStartError(f"Port {port} is taken. Choose another one: make run PORT={port % 65535 + 1}")


def prepare(port: int) -> None:
    """Load the settings and make the database ready; Django is not there before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from config import first_start

    lend_address(port)

    require_broker()
    try:
        first_start.prepare()
    except first_start.NotReadyError as error:
        raise RefusedStartError(str(error)) from None


def lend_address(port: int) -> None:
    """Let the practice Kling call back here where that is wanted and no address is set; it calls no other machine."""
    from django.conf import settings

    if settings.PRACTICE_MODE and settings.KLING_CALLBACKS and not settings.PUBLIC_URL:
        settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        os.environ.update(PUBLIC_URL=settings.PUBLIC_URL)  # for everything that is started here


def require_broker() -> None:
    """Refuse to start beside a broker of somebody's own that does not answer: every video would wait in silence."""
    import redis
    from django.conf import settings

    if not settings.REDIS_URL:
        return
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3) as server:
            server.ping()
    except (redis.RedisError, ValueError):
        raise RefusedStartError(
            "The broker that REDIS_URL names does not answer; start it, or unset REDIS_URL."
        ) from None


def children(options: argparse.Namespace) -> list[Child]:
    """Return what runs: sandbox and broker only where nothing real is configured in their place."""
    from django.conf import settings

    return [
        *([sandbox(options.render_seconds)] if settings.PRACTICE_MODE else []),
        *([] if settings.REDIS_URL else [embedded_broker()]),
        web(options.port),
        celery("worker", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        celery("beat"),
    ]


def sandbox(render_seconds: list[str]) -> Child:
    port = str(clone.port_to_listen_on("sandbox"))
    state = str(clone.VAR / "sandbox")
    # A `generate_videos` may have a sandbox of its own just now; this one takes over when that one ends.
    options = ("--port", port, "--state", state, "--wait", "--render-seconds", *render_seconds)
    return Child(name="sandbox", command=(*MANAGE, "kling_sandbox", *options))


def embedded_broker() -> Child:
    command = broker.command(
        port=clone.port_to_listen_on("broker"),
        password=clone.secret("broker-password"),
        folder=clone.VAR / "broker",
    )
    return Child(name="broker", command=command)


def web(port: int) -> Child:
    quiet = ("--log-level", "warning", "--graceful-timeout", "3")  # honcho kills what is left after 5 s
    return Child(name="web", command=(*PYTHON, "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", *quiet))


def celery(role: str, *options: str) -> Child:
    quiet = ("-W", "ignore:You're running the worker with superuser")  # as one does in a container
    command = (sys.executable, *quiet, "-m", "celery", "--quiet", "-A", "config", role, *options)
    return Child(name=role, command=command, gently=True)  # a worker's own children end with what they hold


if __name__ == "__main__":
    sys.exit(main())
