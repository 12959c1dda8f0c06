"""`manage.py check_kling` in every state of keys, host and access, and how it tells people."""

import json
import os
import socket
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from django.core.management import call_command
from doctoring import (
    ACCESS_KEY,
    API_KEY,
    COSTS,
    LEGACY,
    NAMES,
    NEW,
    OLD,
    SECRET_KEY,
    SINGAPORE,
    Report,
    Use,
    all_well,
    answer,
    check,
    keys,
    packs,
    refuse,
    run,
    sent,
    warned,
    wrong,
)

from kling.sandbox.note import SandboxNote, write_note

__all__ = ["keys"]
FURTHER = ["apis", "packs", "parallel"]
HOST = "api-singapore.klingai.com"


def not_tried(report: Report) -> list[str]:
    return [name for name, line in report.items() if line.message.startswith("Not tried")]


@responses.activate
def test_all_is_well(keys: Use) -> None:
    all_well()

    status, report = check()

    assert status == 0
    assert wrong(report) == warned(report) == []
    assert sent() == [f"{HOST}{COSTS}", f"{HOST}{LEGACY}"]


@responses.activate
def test_an_api_key_alone_is_enough(keys: Use) -> None:
    keys(API_KEY, "")
    all_well()

    status, report = check()

    assert status == 0
    assert report["credentials"].message == "An API key is set."
    assert report["credentials"].facts == {"kind": "api_key", "practice_mode": False}
    assert sent() == [f"{HOST}{COSTS}", f"{HOST}{LEGACY}", f"{HOST}{NEW}"]


@responses.activate
def test_an_api_key_beside_a_secret_works_and_is_remarked(keys: Use) -> None:
    keys(API_KEY, SECRET_KEY)
    all_well()

    status, report = check()

    assert status == 0
    assert warned(report) == ["credentials"]
    assert "KLING_API_SECRET is not used" in report["credentials"].message
    assert report["credentials"].facts["kind"] == "api_key"


@pytest.mark.parametrize(
    ("key", "secret", "message", "kind"),
    [
        (ACCESS_KEY, "", "KLING_API_SECRET is not", "half"),
        ("", SECRET_KEY, "KLING_API_KEY is not", "half"),
        (f'"{ACCESS_KEY}"', SECRET_KEY, "KLING_API_KEY has quotes", "key_pair"),
        (ACCESS_KEY, f"{SECRET_KEY} ", "KLING_API_SECRET has spaces", "key_pair"),
        (f"'{API_KEY}'", "", "KLING_API_KEY has quotes", "api_key"),
    ],
)
@responses.activate
def test_half_and_malformed_keys_are_named_and_nothing_is_asked(
    keys: Use, key: str, secret: str, message: str, kind: str
) -> None:
    keys(key, secret)

    status, report = check()

    assert status == 1
    assert message in report["credentials"].message
    assert report["credentials"].facts["kind"] == kind
    assert not_tried(report) == ["host", "clock", "access", *FURTHER]
    assert wrong(report) == ["credentials", *not_tried(report)]
    assert sent() == []


@responses.activate
def test_without_keys_it_says_practice_mode_and_which_variables_to_set(keys: Use) -> None:
    keys("", "")

    status, report = check("--other-region")

    assert status == 1
    assert "practice mode" in report["credentials"].message
    assert "sandbox is not running" in report["credentials"].message
    assert "KLING_API_KEY and KLING_API_SECRET" in report["credentials"].hint
    assert report["credentials"].facts == {"kind": "none", "practice_mode": True, "sandbox": None}
    assert report["model"].ok
    assert sent() == []


def test_without_keys_it_says_where_the_sandbox_runs(keys: Use, tmp_path: Path) -> None:
    keys("", "")
    note = SandboxNote(port=4321, access_key=ACCESS_KEY, secret_key=SECRET_KEY, pid=os.getpid(), api_key=API_KEY)
    write_note(tmp_path / "sandbox", note)

    _, report = check()

    assert "http://127.0.0.1:4321" in report["credentials"].message
    assert report["credentials"].facts["sandbox"] == "http://127.0.0.1:4321"


def test_a_host_that_refuses_connections_does_not_answer(keys: Use) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    keys(base_url=address)

    status, report = check()

    assert status == 1
    assert "refused the connection" in report["host"].message
    assert "KLING_API_BASE_URL" in report["host"].hint
    assert report["host"].facts == {"base_url": address, "region": None, "answers": False}
    assert not_tried(report) == ["clock", "access", *FURTHER]
    assert wrong(report) == ["host", *not_tried(report)]


@responses.activate
def test_a_host_that_is_too_slow_does_not_answer(keys: Use) -> None:
    responses.get(f"{SINGAPORE}{COSTS}", body=requests.ReadTimeout())

    _, report = check()

    assert not report["host"].ok
    assert "did not answer in time" in report["host"].message


@responses.activate
def test_one_lost_answer_is_asked_for_again(keys: Use) -> None:
    responses.get(f"{SINGAPORE}{COSTS}", body=requests.ConnectionError("cut"))
    all_well()

    status, _ = check()

    assert status == 0
    assert sent() == [f"{HOST}{COSTS}", f"{HOST}{COSTS}", f"{HOST}{LEGACY}"]


@pytest.mark.parametrize(
    ("status", "body"), [(404, "<html>nginx</html>"), (200, "<html>hello</html>"), (200, "{}"), (302, ""), (403, "no")]
)
@responses.activate
def test_something_that_is_not_kling_is_said_to_be_so(keys: Use, status: int, body: str) -> None:
    responses.get(f"{SINGAPORE}{COSTS}", body=body, status=status, headers={"Location": "https://elsewhere.test/"})

    _, report = check()

    assert wrong(report) == ["host", "clock", "access", *FURTHER]
    assert f"HTTP {status}" in report["host"].message
    assert SINGAPORE in report["host"].hint
    assert set(sent()) == {f"{HOST}{COSTS}"}


@responses.activate
def test_the_old_host_works_and_is_said_to_be_replaced(keys: Use) -> None:
    keys(base_url=f"{OLD}/")
    all_well(host=OLD)

    status, report = check()

    assert status == 0
    assert warned(report) == ["host"]
    assert SINGAPORE in report["host"].hint
    assert report["host"].facts["region"] == "old"


@pytest.mark.parametrize(
    ("status", "code", "fails", "word"),
    [
        (429, 1100, ["access", *FURTHER], "suspended"),
        (429, 1101, ["access", *FURTHER], "unpaid"),
        (429, 1304, ["access", *FURTHER], "allow-list"),
        (429, 1102, ["packs", "parallel"], "no units"),
        (429, 1302, ["packs", "parallel"], "too many requests"),
        (403, 1103, ["packs", "parallel"], "may not use"),
        (500, 5000, ["access", *FURTHER], "internal error"),
        (503, 5001, ["access", *FURTHER], "maintenance"),
    ],
)
@responses.activate
def test_every_other_refusal_says_what_it_means(
    keys: Use, status: int, code: int, fails: list[str], word: str
) -> None:
    answer(status=status, code=code, message="x")
    answer(LEGACY, [])

    _, report = check()

    assert wrong(report) == fails
    assert report["access"].facts["code"] == code
    assert word in report[fails[0]].message


@pytest.mark.parametrize(("accepted", "code"), [(True, 1102), (True, 1100), (False, 1002), (None, 5000)])
@responses.activate
def test_programs_are_told_whether_the_keys_are_good(keys: Use, accepted: bool | None, code: int) -> None:
    answer(status={1002: 401, 5000: 500}.get(code, 429), code=code)
    answer(LEGACY, [])

    _, report = check()

    assert report["access"].facts["accepted"] is accepted


@pytest.mark.parametrize("found", ["no packs here", {"resource_pack_subscribe_infos": "none"}])
@responses.activate
def test_packs_that_cannot_be_read_still_mean_accepted_keys(keys: Use, found: Any) -> None:
    answer(COSTS, found)
    answer(LEGACY, [])

    _, report = check()

    assert wrong(report) == ["packs", "parallel"]
    assert "cannot be read" in report["packs"].message


@responses.activate
def test_the_second_code_inside_the_costs_counts_too(keys: Use) -> None:
    answer(COSTS, {"code": 1102, "msg": "Account balance not enough"})
    answer(LEGACY, [])

    _, report = check()

    assert report["access"].facts == {"accepted": True, "code": 1102, "http_status": 200}
    assert wrong(report) == ["packs", "parallel"]


@responses.activate
def test_people_get_a_line_for_each_check_and_a_hint_below(keys: Use) -> None:
    refuse()

    status, out = run()

    lines = out.splitlines()
    assert status == 1
    assert lines[0] == "ok    credentials: An access key and a secret key are set."
    assert lines[3].startswith("wrong access: Kling does not know the keys.")
    assert lines[4].startswith("      -> Compare the keys")
    assert [line[6:].partition(":")[0] for line in lines if not line.startswith(" ")] == NAMES


def test_what_was_not_tried_is_no_second_thing_to_mend(keys: Use) -> None:
    keys(ACCESS_KEY, "")

    _, out = run()

    assert "--    access: Not tried: there are no keys to use." in out.splitlines()
    assert out.count("->") == out.count("wrong") == 1


@responses.activate
def test_on_a_terminal_lines_are_as_long_as_it_is_wide(keys: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    all_well()
    monkeypatch.setenv("COLUMNS", "70")
    terminal = StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]

    call_command("check_kling", stdout=terminal, no_color=True)

    lines = terminal.getvalue().splitlines()
    assert len(lines) > len(NAMES) + 1
    assert all(len(line) <= 70 for line in lines)


@responses.activate
def test_people_see_warnings_as_such_once(keys: Use) -> None:
    all_well(costs={"code": 0, "msg": "success"})

    status, out = run()

    assert status == 0
    assert "warn  packs: Kling accepts the keys and lists no packs of units." in out.splitlines()
    assert "Warning" not in out


@responses.activate
def test_what_a_server_writes_does_nothing_to_a_terminal(keys: Use) -> None:
    all_well(costs=packs({"resource_pack_name": "Trial\x1b[2J\r\nok    access"}))
    refuse(LEGACY, message="\x1b]0;title\x07\nok    host: fine")

    _, out = run()

    assert "Trial [2J" in out
    assert all(sign.isprintable() or sign == "\n" for sign in out)
    assert len(out.splitlines()) <= 2 * len(NAMES)


def test_it_needs_no_database_and_answers_when_the_settings_are_wrong(tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}",
        "KLING_API_KEY": ACCESS_KEY,
        "KLING_API_SECRET": "",
        "KLING_MODEL": "kling-v1",
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "check_kling", "--json"],
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert [line["name"] for line in told["checks"]] == NAMES
    assert told["ok"] is False
    assert ACCESS_KEY not in done.stdout + done.stderr
    assert not (tmp_path / "none.sqlite3").exists()


@pytest.mark.parametrize("address", ["nonsense", "https://kling.test:https"])
def test_an_address_that_is_none_is_said_and_nothing_is_asked(keys: Use, address: str) -> None:
    keys(base_url=address)

    status, report = check()

    assert status == 1
    assert "KLING_API_BASE_URL is no web address" in report["credentials"].message
