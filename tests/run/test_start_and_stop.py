"""One command starts everything, and whatever stops it leaves nothing behind."""

import fcntl
import os
import pty
import select
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clones import Clone, status_of, wait_for

pytestmark = pytest.mark.journey


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Clone]:
    made = Clone(tmp_path / "a clone")
    try:
        yield made
    finally:
        made.stop()


def stop_like_ctrl_c(copy: Clone) -> None:
    os.killpg(copy.running.pid, signal.SIGINT)


def stop_like_a_closed_terminal(copy: Clone) -> None:
    os.killpg(copy.running.pid, signal.SIGHUP)


def stop_with_sigterm(copy: Clone) -> None:
    copy.running.terminate()


def stop_with_sigint_to_one(copy: Clone) -> None:
    copy.running.send_signal(signal.SIGINT)


def kill(copy: Clone) -> None:
    copy.running.kill()


def test_it_starts_answers_stops_and_starts_again(copy):
    copy.start()
    copy.wait_until_ready()
    names = " ".join(copy.processes().values())
    assert all(word in names for word in ("kling_sandbox", "valkey-server", "gunicorn", "worker", "beat"))
    assert status_of(copy.address + "/admin/login/") == 200

    stop_like_ctrl_c(copy)
    copy.wait_until_gone()
    assert copy.running.returncode == 130

    copy.start()
    link = copy.wait_until_ready()
    assert status_of(link) == 200
    assert status_of(link) == 404

    stop_with_sigterm(copy)
    copy.wait_until_gone()
    assert copy.running.returncode == 143


@pytest.mark.parametrize(
    "stop", [stop_with_sigterm, stop_like_ctrl_c, stop_like_a_closed_terminal, stop_with_sigint_to_one, kill]
)
def test_nothing_outlives_make(copy, stop):
    copy.start_with_make()
    copy.wait_until_ready()
    assert len(copy.processes()) > 10

    stop(copy)

    copy.wait_until_gone()


def test_nothing_outlives_a_launcher_that_is_killed(copy):
    copy.start()
    copy.wait_until_ready()

    kill(copy)

    copy.wait_until_gone()


@pytest.mark.parametrize("moment", [0.0, 0.1, 0.5, 2.0])
def test_a_stop_in_the_middle_of_the_start_leaves_nothing_either(copy, moment):
    copy.start()
    wait_for(lambda: "started (pid=" in copy.output, seconds=60, what=lambda: copy.output)
    time.sleep(moment)

    stop_with_sigterm(copy)

    copy.wait_until_gone()


def test_a_terminal_that_is_closed_stops_it(copy):
    number, terminal = pty.fork()
    if number == 0:
        os.chdir(copy.folder)
        os.execvpe("make", copy.make_run, copy.environment())
    keep_reading(terminal)
    wait_for_the_page(copy)

    os.close(terminal)

    wait_for(lambda: not copy.processes(), seconds=10, what=lambda: str(copy.processes()))
    os.waitpid(number, 0)


def test_a_terminal_that_vanishes_without_a_signal_stops_it_too(copy):
    terminal, theirs = pty.openpty()
    copy.launch(copy.make_run, output=theirs)
    os.close(theirs)
    keep_reading(terminal)
    wait_for_the_page(copy)

    os.close(terminal)

    copy.wait_until_gone()


def test_a_reader_who_stopped_reading_does_not_keep_it_from_stopping(copy):
    unread, theirs = os.pipe()
    fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
    copy.launch(copy.command, output=theirs)
    os.close(theirs)
    wait_for_the_page(copy)

    stop_with_sigterm(copy)

    copy.wait_until_gone()
    os.close(unread)


def keep_reading(terminal: int) -> None:
    """Read what is printed there, so that nobody waits for a full terminal."""

    def read() -> None:
        try:
            # A read that waits would keep the terminal open after its end is closed here.
            while not select.select([terminal], [], [], 0.1)[0] or os.read(terminal, 65536):
                pass
        except (OSError, ValueError):
            pass  # closed

    threading.Thread(target=read, daemon=True).start()


def wait_for_the_page(copy: Clone) -> None:
    wait_for(lambda: status_of(copy.address), seconds=90, what=lambda: copy.output)


def test_a_second_start_in_the_same_folder_is_refused(copy):
    copy.start()
    copy.wait_until_ready()

    second = copy.run("-m", "config.run", "--port", "1")

    assert second.returncode == 1
    assert f"already runs in this folder (process {copy.running.pid})" in second.stdout


def test_make_password_works_from_a_shell(copy):
    before = copy.run("-m", "config.password")
    copy.run("manage.py", "migrate")
    after = copy.run("-m", "config.password")

    assert (before.returncode, before.stderr) == (1, "")
    assert "`make run` makes the database ready" in before.stdout
    assert after.stdout == f"admin has a new password, written to {copy.folder / 'var' / 'admin-password'}\n"


def test_half_a_key_pair_is_refused_and_never_practice_mode(copy):
    refused = copy.run("-m", "config.run", "--port", str(copy.port), KLING_API_KEY="a" * 32)

    assert refused.returncode == 1
    assert "Stillreel did not start." in refused.stdout and "KLING_API_SECRET" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr


def test_a_wrong_setting_is_named(copy):
    refused = copy.run("-m", "config.run", "--port", str(copy.port), KLING_MAX_PARALLEL="many")

    assert refused.returncode == 1
    assert "KLING_MAX_PARALLEL is 'many'; it must be a number." in refused.stdout


def test_a_taken_port_is_named_with_the_way_out(copy):
    with socket.create_server(("127.0.0.1", copy.port)):
        refused = copy.run("-m", "config.run", "--port", str(copy.port))

    assert refused.returncode == 1
    assert (
        refused.stdout
        == f"Stillreel did not start. Port {copy.port} is taken. Choose another one: make run PORT={copy.port + 1}\n"
    )
    assert refused.stderr == ""
