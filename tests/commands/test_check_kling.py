"""`manage.py check_kling` in every state of keys, host, account and packs."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from django.core.management import call_command
from pytest_django import Settings

from kling.sandbox.note import SandboxNote, write_note

SINGAPORE = "https://api-singapore.klingai.com"
BEIJING = "https://api-beijing.klingai.com"
ACCESS_KEY = "AK-canary-0123456789abcdef012345"
SECRET_KEY = "SK-canary-0123456789abcdef012345"
PACK = {
    "resource_pack_name": "Trial-Video-100Units",
    "resource_pack_id": "509e3806ccf24e7a9a1b4ec7f1e7e5c0",
    "total_quantity": 100.0,
    "remaining_quantity": 98.5,
    "effective_time": 1726124664368,
    "invalid_time": 1830297600000,
    "status": "online",
}
Report = dict[str, tuple[bool, str, str]]


@pytest.fixture
def keys(settings: Settings, tmp_path: Path) -> Callable[..., None]:
    def use(key: str = ACCESS_KEY, secret: str = SECRET_KEY, base_url: str = SINGAPORE) -> None:
        settings.KLING_API_KEY, settings.KLING_API_SECRET = key, secret
        settings.PRACTICE_MODE = not key and not secret
        settings.KLING_API_BASE_URL = base_url
        settings.VAR_DIR = tmp_path

    use()
    return use


def check() -> tuple[int, Report]:
    out = StringIO()
    status = 0
    try:
        call_command("check_kling", "--json", stdout=out)
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    told = json.loads(out.getvalue())
    assert list(told) == ["ok", "checks"]
    assert all(list(line) == ["name", "ok", "message", "hint"] for line in told["checks"])
    assert all(line["message"] and (line["ok"] or line["hint"]) for line in told["checks"])
    assert told["ok"] == all(line["ok"] for line in told["checks"]) == (status == 0)
    assert ACCESS_KEY not in out.getvalue()
    assert SECRET_KEY not in out.getvalue()
    return status, {line["name"]: (line["ok"], line["message"], line["hint"]) for line in told["checks"]}


def answer(found: Any = None, *, status: int = 200, code: int = 0, message: str = "SUCCEED") -> None:
    envelope = {"code": code, "message": message, "request_id": "r", "data": found}
    responses.get(f"{SINGAPORE}/account/costs", json=envelope, status=status)


def verdicts(report: Report) -> dict[str, bool]:
    return {name: ok for name, (ok, _, _) in report.items()}


@responses.activate
def test_all_is_well(keys: Callable[..., None]) -> None:
    answer({"code": 0, "msg": "success", "resource_pack_subscribe_infos": [PACK]})

    status, report = check()

    assert status == 0
    assert verdicts(report) == {"credentials": True, "host": True, "access": True, "packs": True}
    assert (
        report["packs"][1] == "98.5 units are left. Trial-Video-100Units: 98.5 of 100 units, online, until 2028-01-01."
    )
    assert len(responses.calls) == 1


@responses.activate
def test_a_list_without_packs_is_a_warning(keys: Callable[..., None]) -> None:
    answer({"code": 0, "msg": "success"})

    status, report = check()

    assert status == 0
    assert report["packs"][0]
    assert report["packs"][1].startswith("Warning")
    assert "pack" in report["packs"][2]


@pytest.mark.parametrize("changes", [{"remaining_quantity": 0}, {"status": "expired"}, {"status": "runOut"}])
@responses.activate
def test_packs_without_units_are_wrong(keys: Callable[..., None], changes: dict[str, Any]) -> None:
    answer({"code": 0, "resource_pack_subscribe_infos": [PACK | changes]})

    status, report = check()

    assert status == 1
    assert verdicts(report) == {"credentials": True, "host": True, "access": True, "packs": False}
    assert report["packs"][1].startswith("0 units are left.")


@responses.activate
def test_an_api_key_alone_is_enough(keys: Callable[..., None]) -> None:
    keys("api-key-kling-0123456789abcdef", "")
    answer({"code": 0, "resource_pack_subscribe_infos": [PACK]})

    status, report = check()

    assert status == 0
    assert report["credentials"][1] == "An API key is set."


@responses.activate
def test_an_api_key_beside_a_secret_works_and_is_remarked(keys: Callable[..., None]) -> None:
    keys("api-key-kling-0123456789abcdef", SECRET_KEY)
    answer({"code": 0, "resource_pack_subscribe_infos": [PACK]})

    status, report = check()

    assert status == 0
    assert "KLING_API_SECRET is not used" in report["credentials"][1]


@pytest.mark.parametrize(
    ("key", "secret", "message"),
    [
        (ACCESS_KEY, "", "KLING_API_SECRET is not"),
        ("", SECRET_KEY, "KLING_API_KEY is not"),
        (f'"{ACCESS_KEY}"', SECRET_KEY, "KLING_API_KEY has quotes"),
        (ACCESS_KEY, f"{SECRET_KEY} ", "KLING_API_SECRET has spaces"),
    ],
)
@responses.activate
def test_half_and_malformed_keys_are_named_and_nothing_is_asked(
    keys: Callable[..., None], key: str, secret: str, message: str
) -> None:
    keys(key, secret)

    status, report = check()

    assert status == 1
    assert message in report["credentials"][1]
    assert verdicts(report) == {"credentials": False, "host": False, "access": False, "packs": False}
    assert all(report[name][1].startswith("Not tried") for name in ("host", "access", "packs"))
    assert len(responses.calls) == 0


def test_without_keys_it_says_practice_mode_and_which_variables_to_set(keys: Callable[..., None]) -> None:
    keys("", "")

    status, report = check()

    assert status == 1
    assert "practice mode" in report["credentials"][1]
    assert "sandbox is not running" in report["credentials"][1]
    assert "KLING_API_KEY and KLING_API_SECRET" in report["credentials"][2]


def test_without_keys_it_says_where_the_sandbox_runs(keys: Callable[..., None], tmp_path: Path) -> None:
    keys("", "")
    note = SandboxNote(port=4321, access_key=ACCESS_KEY, secret_key=SECRET_KEY, pid=os.getpid())
    write_note(tmp_path / "sandbox", note)

    _, report = check()

    assert "http://127.0.0.1:4321" in report["credentials"][1]


@pytest.mark.parametrize(
    ("code", "word"), [(1000, "keys"), (1001, "keys"), (1002, "keys"), (1003, "clock"), (1004, "clock")]
)
@responses.activate
def test_refused_keys_are_told_apart_from_a_silent_host(keys: Callable[..., None], code: int, word: str) -> None:
    answer(status=401, code=code, message=f"I do not like {ACCESS_KEY}")

    status, report = check()

    assert status == 1
    assert verdicts(report) == {"credentials": True, "host": True, "access": False, "packs": False}
    assert word in report["access"][1]
    assert BEIJING in report["access"][2]
    assert SINGAPORE not in report["access"][2]


@responses.activate
def test_keys_refused_in_beijing_may_be_from_singapore(keys: Callable[..., None]) -> None:
    keys(base_url=BEIJING)
    responses.get(f"{BEIJING}/account/costs", json={"code": 1002, "message": "api key not found"}, status=401)

    _, report = check()

    assert f"KLING_API_BASE_URL={SINGAPORE}" in report["access"][2]


def test_a_host_that_refuses_connections_does_not_answer(keys: Callable[..., None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    keys(base_url=address)

    status, report = check()

    assert status == 1
    assert verdicts(report) == {"credentials": True, "host": False, "access": False, "packs": False}
    assert "refused the connection" in report["host"][1]
    assert "KLING_API_BASE_URL" in report["host"][2]
    assert report["access"][1].startswith("Not tried")


@responses.activate
def test_a_host_that_is_too_slow_does_not_answer(keys: Callable[..., None]) -> None:
    responses.get(f"{SINGAPORE}/account/costs", body=requests.ReadTimeout())

    _, report = check()

    assert not report["host"][0]
    assert "did not answer in time" in report["host"][1]


@pytest.mark.parametrize(
    ("status", "body"), [(404, "<html>nginx</html>"), (200, "<html>hello</html>"), (200, "{}"), (302, ""), (403, "no")]
)
@responses.activate
def test_something_that_is_not_kling_is_said_to_be_so(keys: Callable[..., None], status: int, body: str) -> None:
    responses.get(f"{SINGAPORE}/account/costs", body=body, status=status)

    _, report = check()

    assert verdicts(report) == {"credentials": True, "host": False, "access": False, "packs": False}
    assert f"HTTP {status}" in report["host"][1]
    assert SINGAPORE in report["host"][2]


@pytest.mark.parametrize(
    ("status", "code", "verdict", "word"),
    [
        (429, 1100, {"access": False, "packs": False}, "suspended"),
        (429, 1101, {"access": False, "packs": False}, "unpaid"),
        (429, 1304, {"access": False, "packs": False}, "allow-list"),
        (429, 1102, {"access": True, "packs": False}, "no units"),
        (429, 1302, {"access": True, "packs": False}, "too many requests"),
        (403, 1103, {"access": True, "packs": False}, "may not use"),
        (500, 5000, {"access": False, "packs": False}, "internal error"),
        (503, 5001, {"access": False, "packs": False}, "maintenance"),
    ],
)
@responses.activate
def test_every_other_refusal_says_what_it_means(
    keys: Callable[..., None], status: int, code: int, verdict: dict[str, bool], word: str
) -> None:
    answer(status=status, code=code, message="x")

    _, report = check()

    assert verdicts(report) == {"credentials": True, "host": True} | verdict
    assert any(word in message for _, message, _ in report.values())


@responses.activate
def test_packs_that_cannot_be_read_still_mean_accepted_keys(keys: Callable[..., None]) -> None:
    answer("no packs here")

    _, report = check()

    assert verdicts(report) == {"credentials": True, "host": True, "access": True, "packs": False}


@responses.activate
def test_people_get_a_line_for_each_check_and_a_hint_below(keys: Callable[..., None]) -> None:
    answer(status=401, code=1002, message="api key not found")
    out = StringIO()

    with pytest.raises(SystemExit) as leaving:
        call_command("check_kling", stdout=out, no_color=True)

    lines = out.getvalue().splitlines()
    assert leaving.value.code == 1
    assert lines[0] == "ok    credentials: An access key and a secret key are set."
    assert lines[2].startswith("wrong access: Kling does not know the keys.")
    assert lines[3].startswith("      -> Compare the keys")


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

    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False
    assert ACCESS_KEY not in done.stdout + done.stderr
    assert not (tmp_path / "none.sqlite3").exists()


def test_an_address_that_is_none_is_said_and_nothing_is_asked(keys: Callable[..., None]) -> None:
    keys(base_url="nonsense")

    status, report = check()

    assert status == 1
    assert "KLING_API_BASE_URL is no web address" in report["credentials"][1]
