"""The command as a real process: keys, ports, state that survives kill -9, and stopping."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from sandbox_caller import ACCESS, API_KEY, SECRET, Caller, Start, refusal, token

import kling
from kling.sandbox.note import SandboxNote, clone_keys, read_note, remove_note, write_note

MANAGE = Path(settings.BASE_DIR) / "manage.py"
Launch = Callable[..., tuple[Caller, "subprocess.Popen[str]"]]


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Start sandboxes as processes with the test's key pair; none outlives the test."""
    running: list[subprocess.Popen[str]] = []
    callers: list[Caller] = []

    def begin(*options: str) -> tuple[Caller, "subprocess.Popen[str]"]:
        command = [sys.executable, str(MANAGE), "kling_sandbox", "--port", "0", "--quick-clips", *options]
        environment = {**os.environ, "KLING_API_KEY": ACCESS, "KLING_API_SECRET": SECRET}
        sandbox = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        running.append(sandbox)
        assert sandbox.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", sandbox.stdout.readline())
        assert address is not None
        callers.append(Caller(address[0]))
        return callers[-1], sandbox

    yield begin
    for caller in callers:
        caller.session.close()
    for sandbox in running:
        sandbox.kill()
        sandbox.wait()
        assert sandbox.stdout is not None
        sandbox.stdout.close()


def test_with_state_everything_is_there_after_kill_9(launch: Launch, tmp_path: Path) -> None:
    options = ("--render-seconds", "0", "0", "--state", str(tmp_path / "state"))
    kling, sandbox = launch(*options)
    kling.made(external_task_id="done")
    kling.made(external_task_id="under way", prompt="[slow] Pan left.")
    url, done = kling.url("done"), kling.task("done")
    film, books = kling.fetch(url).content, kling.books()

    sandbox.kill()
    sandbox.wait()
    again, _ = launch(*options)

    assert again.books() == {**books, "rendered": 0}
    assert again.url("done").split("/files/")[1] == url.split("/files/")[1]
    assert again.task("under way")["task_status"] in ("submitted", "processing")
    assert {**again.task("done"), "task_result": 0} == {**done, "task_result": 0}
    assert again.fetch(again.url("done")).content == film
    assert again.books()["rendered"] == 0
    assert refusal(again.create(external_task_id="under way"))[1] == 1201


def test_faults_can_be_given_as_options_and_the_seed_is_told(launch: Launch) -> None:
    kling, sandbox = launch("--fault", "maintenance=1", "--fault", "clock-skew=-3", "--seed", "7")

    assert sandbox.stdout is not None
    assert sandbox.stdout.readline() == "Faults: maintenance=1.0, clock_skew=-3.0. Lots are drawn with --seed 7.\n"
    assert refusal(kling.create())[:2] == (503, 5001)


def test_a_signal_stops_it_within_a_second_and_nothing_is_left(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    kling, sandbox = launch("--render-seconds", "0", "0")
    kling.fetch(kling.url(kling.made()))
    assert list(tmp_path.iterdir())

    began = time.monotonic()
    sandbox.terminate()

    assert sandbox.wait(timeout=10) == 0
    assert time.monotonic() - began < 3  # one second, and two for a busy machine
    assert not list(tmp_path.iterdir())


def test_a_second_sandbox_in_the_same_folder_is_refused(start: Start, tmp_path: Path) -> None:
    start(state=tmp_path)

    with pytest.raises(CommandError, match=f"Another sandbox already works in {tmp_path}"):
        call_command("kling_sandbox", port=0, state=tmp_path)


def test_with_wait_a_second_sandbox_takes_over_when_the_first_one_ends(launch: Launch, tmp_path: Path) -> None:
    folder = str(tmp_path / "state")
    kling, first = launch("--state", folder)
    kling.made(external_task_id="kept")
    command = [sys.executable, str(MANAGE), "kling_sandbox", "--port", "0", "--state", folder, "--wait"]
    environment = {**os.environ, "KLING_API_KEY": ACCESS, "KLING_API_SECRET": SECRET}

    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as second:
        assert second.stdout is not None
        waiting = second.stdout.readline()
        first.terminate()
        serving = second.stdout.readline()
        second.terminate()

    assert "waiting for it to end" in waiting
    assert "Kling sandbox on http://127.0.0.1:" in serving
    assert second.returncode == 0


def test_a_taken_port_is_one_clear_line(kling: Caller) -> None:
    port = int(kling.base_url.rpartition(":")[2])

    with pytest.raises(CommandError) as refused:
        call_command("kling_sandbox", port=port)

    assert str(refused.value) == f"Port {port} is taken on 127.0.0.1; choose another with --port, or 0 for a free one."
    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--port", "x"), "not a port"),
        (("--port", "70000"), "not a port"),
        (("--port", "0", "--render-seconds", "5", "2"), "5 is more than 2"),
        (("--port", "0", "--render-seconds", "5", "nan"), "not a number of seconds"),
        (("--port", "0", "--render-seconds", "-1", "2"), "expected 2 arguments|not a number of seconds"),
        (("--port", "0", "--parallel", "0"), "at least 1"),
        (("--port", "0", "--units", "many"), "not a number of units"),
        (("--port", "0", "--state", "/dev/null/x"), "cannot start"),
        (
            ("--port", "0", "--fault", "lost_answer=1"),
            "no fault 'lost_answer'. The faults are lost_answers, cut_before",
        ),
        (("--port", "0", "--fault", "lost_answers=2"), "lost_answers must be a number from 0 to 1, and not '2"),
        (("--port", "0", "--fault", "lost_answers=nan"), "lost_answers must be a number from 0 to 1, and not 'nan'"),
        (("--port", "0", "--fault", "repeats=maybe"), "repeats must be 'refused' or 'accepted', and not 'maybe'"),
        (("--port", "0", "--fault", "lost_answers"), "not of the form NAME=VALUE. The faults are lost_answers"),
        (("--port", "0", "--seed", "x"), "not a whole number"),
        (("--port", "0", "--api-key", "secret"), "no API key; one begins with api-key-kling-"),
        (("--port", "0", "--key-pair", "half:"), "as ACCESS-KEY:SECRET-KEY"),
    ],
)
def test_wrong_options_are_named(options: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("kling_sandbox", *options)


def test_half_a_key_pair_is_refused() -> None:
    with override_settings(KLING_API_KEY=ACCESS), pytest.raises(CommandError, match="KLING_API_SECRET is not set"):
        call_command("kling_sandbox", port=0)
    with override_settings(KLING_API_SECRET=SECRET), pytest.raises(CommandError, match="KLING_API_KEY is not set"):
        call_command("kling_sandbox", port=0)


def serve_here(meanwhile: Callable[[str], None], *, stop: signal.Signals = signal.SIGTERM, **options: Any) -> None:
    """Run the command in this process; `meanwhile` gets the address, then the signal stops it."""
    printed, troubles = StringIO(), list[BaseException]()
    main = threading.get_ident()

    def visit() -> None:
        try:
            while not (address := re.search(r"http://\S+:\d+", printed.getvalue())):
                time.sleep(0.01)
            meanwhile(address[0])
        except BaseException as trouble:  # noqa: BLE001 (shown by the test, once the command has stopped)
            troubles.append(trouble)
        finally:
            signal.pthread_kill(main, stop)

    visitor = threading.Thread(target=visit)
    visitor.start()
    call_command("kling_sandbox", port=0, stdout=printed, **options)
    visitor.join()
    assert not troubles, troubles


def test_without_keys_it_serves_this_clone_and_leaves_a_note_while_it_runs() -> None:
    folder = Path(settings.VAR_DIR) / "sandbox"
    seen: list[SandboxNote] = []

    def look(address: str) -> None:
        note = read_note(folder)
        assert note is not None
        seen.append(note)
        assert (note.base_url, note.pid) == (address, os.getpid())
        assert (folder / "address.json").stat().st_mode & 0o777 == 0o600
        assert note.secret_key not in repr(note)

    serve_here(look, stop=signal.SIGINT)
    serve_here(look, stop=signal.SIGHUP)

    assert read_note(folder) is None
    assert not (folder / "address.json").exists()
    assert {(note.access_key, note.secret_key) for note in seen} == {clone_keys(folder)}
    assert [len(key) for key in clone_keys(folder)] == [32, 32]


def test_a_clone_whose_sandbox_runs_stays_with_it_while_another_one_serves_somebody_else() -> None:
    folder = Path(settings.VAR_DIR) / "sandbox"
    running = SandboxNote(port=1, access_key=ACCESS, secret_key=SECRET, pid=os.getppid())
    write_note(folder, running)

    def look(_: str) -> None:
        assert read_note(folder) == running

    serve_here(look)

    assert read_note(folder) == running
    remove_note(folder, pid=running.pid)


def test_whoever_holds_the_clone_s_own_folder_is_its_sandbox_whatever_a_note_says() -> None:
    folder = Path(settings.VAR_DIR) / "sandbox"
    write_note(folder, SandboxNote(port=1, access_key=ACCESS, secret_key=SECRET, pid=os.getppid()))

    def look(address: str) -> None:
        note = read_note(folder)
        assert note is not None
        assert note.base_url == address

    serve_here(look, state=folder)

    assert read_note(folder) is None


@override_settings(KLING_API_KEY=API_KEY)
def test_a_plain_api_key_opens_it_and_no_note_is_left() -> None:
    def look(address: str) -> None:
        answer = requests.get(
            f"{address}/v1/videos/image2video", headers={"Authorization": f"Bearer {API_KEY}"}, timeout=20
        )
        assert answer.json()["data"] == []
        assert read_note(Path(settings.VAR_DIR) / "sandbox") is None

    serve_here(look)


@override_settings(KLING_API_KEY=API_KEY, KLING_API_SECRET=SECRET)
def test_a_secret_beside_an_api_key_is_not_used_as_the_client_does_not_use_it() -> None:
    def look(address: str) -> None:
        client = kling.Client(auth=kling.auth_for(API_KEY, SECRET), base_url=address)

        assert client.list_tasks().tasks == ()

    serve_here(look)


@override_settings(KLING_API_KEY=ACCESS, KLING_API_SECRET=SECRET)
def test_both_kinds_of_keys_can_open_one_account() -> None:
    other = ("b" * 32, "c" * 32)

    def look(address: str) -> None:
        now = time.time()
        for secret in (API_KEY, token(now=now), token(now=now, key=other[0], secret=other[1])):
            answer = requests.get(
                f"{address}/v1/videos/image2video", headers={"Authorization": f"Bearer {secret}"}, timeout=20
            )
            assert answer.json()["data"] == []

    serve_here(look, api_key=[API_KEY], key_pair=[other])


def test_a_note_of_another_sandbox_is_left_alone(tmp_path: Path) -> None:
    write_note(tmp_path, SandboxNote(port=1, access_key=ACCESS, secret_key=SECRET, pid=os.getpid()))

    remove_note(tmp_path, pid=os.getpid() + 1)
    assert read_note(tmp_path) is not None
    remove_note(tmp_path, pid=os.getpid())
    assert read_note(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"port": "x"}'])
def test_an_unreadable_note_is_no_note(tmp_path: Path, text: str) -> None:
    (tmp_path / "address.json").write_text(text)

    assert read_note(tmp_path) is None


def test_the_note_of_a_dead_process_is_no_note(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    write_note(tmp_path, SandboxNote(port=1, access_key=ACCESS, secret_key=SECRET, pid=gone.pid))

    assert read_note(tmp_path) is None
