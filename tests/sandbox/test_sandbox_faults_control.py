"""Setting the sandbox's faults, over HTTP and at the start; its list of all tasks; its state from older versions."""

import hashlib
import json
import re
import sqlite3
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from sandbox_caller import IMAGE2VIDEO, Caller, Clock, Start, options, refusal

from kling.management.commands.kling_sandbox import Command
from kling.sandbox.faults.catalog import NO_FAULTS, Faults
from kling.sandbox.front.server import running

NAMES = [fault.name for fault in fields(Faults)]


def faults_call(kling: Caller, method: str, **more: Any) -> requests.Response:
    return kling.session.request(method, f"{kling.base_url}/sandbox/faults", timeout=20, **more)


def test_faults_are_told_set_one_by_one_and_ended_together(kling: Caller) -> None:
    before = faults_call(kling, "GET").json()
    first = faults_call(kling, "PATCH", json={"lost_answers": 0.25, "repeats": "accepted"}).json()
    second = faults_call(kling, "PATCH", json={"clock_skew": -90}).json()
    ended = faults_call(kling, "DELETE").json()

    assert list(before) == NAMES
    assert before == ended == NO_FAULTS.values()
    assert first == {**before, "lost_answers": 0.25, "repeats": "accepted"}
    assert second == {**first, "clock_skew": -90}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"lost_answer": 1}, "There is no fault 'lost_answer'. The faults are lost_answers, "),
        ({"lost-answers": 1}, "There is no fault 'lost-answers'."),
        ({"lost_answers": 1.01}, "lost_answers must be a number from 0 to 1, and not '1.01'."),
        ({"lost_answers": -0.1}, "lost_answers must be a number from 0 to 1"),
        ({"lost_answers": "0.5"}, "lost_answers must be a number from 0 to 1"),
        ({"lost_answers": True}, "lost_answers must be a number from 0 to 1"),
        ({"lost_answers": None}, "lost_answers must be a number from 0 to 1"),
        ({"slow_seconds": float("nan")}, "slow_seconds must be a number from 0 to 600"),
        ({"clock_skew": float("-inf")}, "clock_skew must be a number from "),
        ({"repeats": "maybe"}, "repeats must be 'refused' or 'accepted', and not 'maybe'."),
        ({"repeats": []}, "repeats must be 'refused' or 'accepted'"),
        ([], "The body must be a JSON object"),
    ],
)
def test_a_wrong_name_or_value_changes_nothing(kling: Caller, values: Any, sentence: str) -> None:
    body = {"maintenance": 1, **values} if isinstance(values, dict) else values
    told = json.dumps(body)  # requests writes no NaN, which Python reads

    answer = faults_call(kling, "PATCH", data=told, headers={"Content-Type": "application/json; charset=utf-8"})

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(sentence)
    assert faults_call(kling, "GET").json() == NO_FAULTS.values()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_said_to_be_none(kling: Caller, body: bytes) -> None:
    answer = faults_call(kling, "PATCH", data=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()) == (400, {"error": "The body is not valid JSON."})


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_what_a_web_page_could_send_unasked_sets_nothing(kling: Caller, kind: str | None) -> None:
    answer = faults_call(kling, "PATCH", data='{"maintenance": 1}', headers={"Content-Type": kind})

    assert answer.status_code == 415
    assert "Content-Type: application/json" in answer.json()["error"]
    assert faults_call(kling, "GET").json()["maintenance"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "faults", 405), ("DELETE", "tasks", 405), ("GET", "", 404), ("GET", "x", 404)],
)
def test_what_is_not_there_is_said_in_json(kling: Caller, method: str, path: str, status: int) -> None:
    answer = kling.session.request(method, f"{kling.base_url}/sandbox/{path}", timeout=20)

    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


def test_at_every_start_the_faults_are_those_of_the_options(clock: Clock, tmp_path: Path) -> None:
    asked = options(clock=clock, state=tmp_path, faults=Faults(maintenance=0.5))

    def visit(**values: Any) -> dict[str, Any]:
        with running(asked) as server:
            kling = Caller(server.base_url, clock)
            with kling.session:
                told: dict[str, Any] = faults_call(kling, "GET").json()
                kling.set_faults(**values)
        return told

    assert visit(maintenance=1, cut_before=1) == visit() == {**NO_FAULTS.values(), "maintenance": 0.5}


def test_one_seed_draws_one_row_of_lots(start: Start) -> None:
    def answers(seed: int) -> list[int]:
        kling = start(faults=Faults(maintenance=0.5), seed=seed)
        return [kling.call("GET", IMAGE2VIDEO).status_code for _ in range(40)]

    first = answers(5)

    assert first == answers(5) != answers(6)
    assert set(first) == {200, 503}


def test_every_task_is_told_with_what_it_cost_so_far(kling: Caller, clock: Clock) -> None:
    done = kling.made(external_task_id="job-1", prompt="Push in.")
    clock.forward(41)
    going = kling.made(prompt="Pan left.")

    assert kling.all_tasks() == [
        {
            "task_id": done,
            "external_id": "job-1",
            "status": "succeed",
            "units": 1.5,
            "created_ms": int(clock.now - 41) * 1000,
            "path": IMAGE2VIDEO,
            "callback_url": "",
            "prompt_sha256": hashlib.sha256(b"Push in.").hexdigest(),
        },
        {
            "task_id": going,
            "external_id": "",
            "status": "submitted",
            "units": 0.0,
            "created_ms": int(clock.now) * 1000,
            "path": IMAGE2VIDEO,
            "callback_url": "",
            "prompt_sha256": hashlib.sha256(b"Pan left.").hexdigest(),
        },
    ]


def test_the_page_shows_the_faults(kling: Caller) -> None:
    kling.set_faults(late_5002=1)
    kling.create()

    page = requests.get(kling.base_url, timeout=20).text

    assert "<h2>Faults dealt</h2><p>late_5002: 1</p>" in page
    assert "<h2>Faults set</h2><p>late_5002: 1</p>" in page


def test_the_document_names_every_fault_and_no_other() -> None:
    document = (Path(settings.BASE_DIR) / "docs" / "sandbox.md").read_text()

    table = document.partition("| fault | default |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == NAMES


OLDEST = """
CREATE TABLE tasks (
    number INTEGER PRIMARY KEY,
    id INTEGER NOT NULL UNIQUE,
    external_id TEXT UNIQUE,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    failure TEXT NOT NULL,
    model_name TEXT NOT NULL,
    mode TEXT NOT NULL,
    duration INTEGER NOT NULL,
    sound INTEGER NOT NULL,
    move TEXT NOT NULL,
    photo TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    units TEXT NOT NULL,
    watermark INTEGER,
    broken_downloads INTEGER NOT NULL{end_photo}
);
CREATE INDEX tasks_ended ON tasks (ended_ms);
CREATE TABLE tallies (name TEXT PRIMARY KEY, amount TEXT NOT NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO tallies VALUES ('made', '2'), ('succeeding', '2'), ('units', '3.0');
"""


@pytest.mark.parametrize("end_photo", ["", ",\n    end_photo TEXT NOT NULL DEFAULT ''"])
def test_an_older_state_is_opened_and_takes_repeats(
    start: Start, clock: Clock, tmp_path: Path, end_photo: str
) -> None:
    made = int(clock.now * 1000)
    older = sqlite3.connect(tmp_path / "sandbox.sqlite3")
    older.executescript(OLDEST.format(end_photo=end_photo))
    for number, external_id in ((1, "job-1"), (2, None)):
        row = [number, 900 + number, external_id, made, made + 1000, made + 2000, "", "kling-v2-5-turbo", "std", 5, 0]
        older.execute(
            f"INSERT INTO tasks VALUES ({', '.join('?' * 18)}{', ?' if end_photo else ''})",
            [*row, "push-in", "0" * 64, 600, 400, "1.5", None, 0, *([""] if end_photo else [])],
        )
    older.commit()
    older.close()

    kling = start(state=tmp_path)
    clock.forward(3)

    assert refusal(kling.create(external_task_id="job-1"))[2] == "External_task_id job-1 already exists"
    kling.set_faults(repeats="accepted")
    repeat = kling.made(external_task_id="job-1")
    assert kling.task("job-1")["task_id"] == "901"
    assert [task["task_id"] for task in kling.all_tasks()] == ["901", "902", repeat]
    assert ["prompt_sha256" in task for task in kling.all_tasks()] == [False, False, True]
    assert kling.books().items() >= {"made": 3, "charged": 3.0, "paid_twice": 1, "in_progress": 1}.items()


def test_the_command_s_help_names_every_fault() -> None:
    told = Command().create_parser("manage.py", "kling_sandbox").format_help()

    assert [name for name in NAMES if name not in told] == []
