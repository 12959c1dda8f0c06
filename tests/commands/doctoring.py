"""What the tests of `manage.py check_kling` share: keys to set, Klings that answer, and the report, read.

Every report is looked at twice: has it the promised shape, and does no secret stand in it. Everything that was sent
was free, and went to no host that is not Kling's own or the configured one.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import responses
from django.conf import settings as configured
from django.core.management import call_command
from pytest_django import Settings

SINGAPORE = "https://api-singapore.klingai.com"
BEIJING = "https://api-beijing.klingai.com"
OLD = "https://api.klingai.com"
COSTS, LEGACY, NEW = "/account/costs", "/v1/videos/image2video", "/tasks"
ACCESS_KEY = "AK-canary-0123456789abcdef012345"
SECRET_KEY = "SK-canary-0123456789abcdef012345"
API_KEY = "api-key-kling-canary-0123456789abcdef0123456789abcdef01234"
WEBHOOK_SECRET = "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5"
DAY = 24 * 60 * 60
PACK = {
    "resource_pack_name": "Trial-Video-100Units-5Con-1Months",
    "resource_pack_id": "509e3806ccf24e7a9a1b4ec7f1e7e5c0",
    "total_quantity": 100.0,
    "remaining_quantity": 98.5,
    "effective_time": 1726124664368,
    "invalid_time": 1830297600000,
    "status": "online",
}
NAMES = ["credentials", "host", "clock", "access", "apis", "model", "packs", "parallel", "callbacks"]
Use = Callable[..., None]


@dataclass
class Line:
    ok: bool
    message: str
    hint: str
    warning: bool
    facts: dict[str, Any]


Report = dict[str, Line]


@pytest.fixture
def keys(settings: Settings, tmp_path: Path, pauses: list[float]) -> Use:
    def use(key: str = ACCESS_KEY, secret: str = SECRET_KEY, base_url: str = SINGAPORE) -> None:
        settings.KLING_API_KEY, settings.KLING_API_SECRET = key, secret
        settings.PRACTICE_MODE = not key and not secret
        settings.KLING_API_BASE_URL = base_url
        settings.KLING_MODEL = "kling-v2-5-turbo"
        settings.KLING_MAX_PARALLEL = 5
        settings.KLING_CALLBACKS = False
        settings.KLING_WEBHOOK_SECRET = WEBHOOK_SECRET
        settings.VAR_DIR = tmp_path

    use()
    return use


def packs(*changes: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an answer of /account/costs with a pack for each of the changes."""
    return {"code": 0, "msg": "success", "resource_pack_subscribe_infos": [PACK | change for change in changes]}


def milliseconds(days: float) -> int:
    """Return a moment so many days from now, as Kling writes it."""
    return int((time.time() + days * DAY) * 1000)


def answer(
    path: str = COSTS,
    found: Any = None,
    *,
    host: str = SINGAPORE,
    status: int = 200,
    code: int = 0,
    message: str = "SUCCEED",
    ahead: float | None = 0,
) -> None:
    """Let a Kling answer a question; our clock is `ahead` of its own, or unknown."""
    envelope = {"code": code, "message": message, "request_id": "r", "data": found}
    headers = {} if ahead is None else {"Date": formatdate(time.time() - ahead, usegmt=True)}
    responses.get(f"{host}{path}", json=envelope, status=status, headers=headers)


def all_well(*, costs: Any = None, host: str = SINGAPORE, ahead: float | None = 0) -> None:
    """Let a Kling answer every question as it should."""
    answer(COSTS, costs or packs({}), host=host, ahead=ahead)
    answer(LEGACY, [], host=host, ahead=ahead)
    answer(NEW, [], host=host, ahead=ahead)


def refuse(
    path: str = COSTS,
    *,
    host: str = SINGAPORE,
    status: int = 401,
    code: int = 1002,
    message: str = "api key not found",
) -> None:
    answer(path, host=host, status=status, code=code, message=message)


def check(*arguments: str) -> tuple[int, Report]:
    """Run it with --json; return its exit status and its lines by name."""
    status, out = run("--json", *arguments)
    told = json.loads(out)
    assert list(told) == ["ok", "checks"]
    assert [line["name"] for line in told["checks"]] == NAMES
    assert all(list(line) == ["name", "ok", "message", "hint", "warning", "facts"] for line in told["checks"])
    assert all(line["message"] and ((line["ok"] and not line["warning"]) or line["hint"]) for line in told["checks"])
    assert all(line["message"].startswith("Warning: ") == line["warning"] <= line["ok"] for line in told["checks"])
    assert told["ok"] == all(line["ok"] for line in told["checks"]) == (status == 0)
    return status, {line.pop("name"): Line(**line) for line in told["checks"]}


def run(*arguments: str) -> tuple[int, str]:
    """Run it; return its exit status and what it printed, in which no secret is, and for which nothing was spent."""
    out, status = StringIO(), 0
    try:
        call_command("check_kling", *arguments, stdout=out, stderr=out, no_color=True)
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    shown = out.getvalue()
    assert not [secret for secret in (ACCESS_KEY, SECRET_KEY, API_KEY, WEBHOOK_SECRET) if secret in shown]
    assert "Bearer" not in shown
    assert_free()
    return status, shown


def assert_free() -> None:
    own = {urlsplit(address).hostname for address in (SINGAPORE, BEIJING, configured.KLING_API_BASE_URL)}
    for call in responses.calls:
        asked = urlsplit(str(call.request.url))
        assert call.request.method == "GET"
        assert asked.hostname in own or "Authorization" not in call.request.headers
        assert asked.path in (COSTS, LEGACY, NEW) or asked.path.startswith("/webhooks/kling/")


def sent() -> list[str]:
    """Return the host and path of each request, in order."""
    return ["{0.hostname}{0.path}".format(urlsplit(str(call.request.url))) for call in responses.calls]


def verdicts(report: Report) -> dict[str, bool]:
    return {name: line.ok for name, line in report.items()}


def wrong(report: Report) -> list[str]:
    return [name for name, line in report.items() if not line.ok]


def warned(report: Report) -> list[str]:
    return [name for name, line in report.items() if line.warning]
