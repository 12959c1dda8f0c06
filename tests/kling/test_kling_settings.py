"""The keys and addresses a person sets: what is wrong with them is said in words, at start and before use."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from kling_answers import ACCESS_KEY, SECRET_KEY
from pytest_django import Settings

import kling
from kling import credentials
from kling.connection import ConfigurationError, Host, current_host, open_client
from kling.sandbox.note import SandboxNote, write_note

API_KEY = "api-key-kling-0123456789abcdef0123456789abcdef0123456789a"
Use = Callable[[str, str], None]


@pytest.fixture
def use(settings: Settings, tmp_path: Path) -> Use:
    def use_keys(key: str, secret: str) -> None:
        settings.KLING_API_KEY = key
        settings.KLING_API_SECRET = secret
        settings.PRACTICE_MODE = not key.strip() and not secret.strip()
        settings.KLING_API_BASE_URL = "https://api-singapore.klingai.com"
        settings.VAR_DIR = tmp_path

    return use_keys


@pytest.mark.parametrize(("key", "secret"), [("", ""), (" ", "\n"), (ACCESS_KEY, SECRET_KEY), (API_KEY, "")])
def test_whole_credentials_and_none_at_all_are_right(key: str, secret: str) -> None:
    assert credentials.inspect(key, secret) == []


@pytest.mark.parametrize(
    ("key", "secret", "message", "hint"),
    [
        (ACCESS_KEY, "", "KLING_API_KEY is set and KLING_API_SECRET is not.", "Set KLING_API_SECRET"),
        (ACCESS_KEY, "  ", "KLING_API_KEY is set and KLING_API_SECRET is not.", "Set KLING_API_SECRET"),
        (ACCESS_KEY, '""', "KLING_API_KEY is set and KLING_API_SECRET is not.", "Set KLING_API_SECRET"),
        ("", SECRET_KEY, "KLING_API_SECRET is set and KLING_API_KEY is not.", "Set KLING_API_KEY"),
        (f'"{ACCESS_KEY}"', SECRET_KEY, "KLING_API_KEY has quotes around it.", "Remove the quotes"),
        (ACCESS_KEY, f"{SECRET_KEY}'", "KLING_API_SECRET has quotes around it.", "Remove the quotes"),
        (f" {ACCESS_KEY}", SECRET_KEY, "KLING_API_KEY has spaces around it.", "Remove the spaces"),
        (ACCESS_KEY, f"{SECRET_KEY}\t", "KLING_API_SECRET has spaces around it.", "Remove the spaces"),
        (ACCESS_KEY, f"{SECRET_KEY}\n", "KLING_API_SECRET holds a line break.", "on one line"),
        ("AK one", SECRET_KEY, "KLING_API_KEY has a space inside.", "in one piece"),
        (f"Bearer {API_KEY}", "x", "KLING_API_KEY begins with “Bearer”.", "Leave out"),
        ("ключ", SECRET_KEY, "KLING_API_KEY has letters no key has.", "Copy it again"),
        ("AK\x07", SECRET_KEY, "KLING_API_KEY holds control characters.", "Copy it again"),
        (API_KEY, SECRET_KEY, "which needs no secret", "Remove KLING_API_SECRET"),
    ],
)
def test_what_is_wrong_is_named_with_a_hint_and_without_the_secret(
    key: str, secret: str, message: str, hint: str
) -> None:
    problems = credentials.inspect(key, secret)

    assert any(message in problem.message and hint in problem.hint for problem in problems)
    assert ACCESS_KEY not in repr(problems)
    assert SECRET_KEY not in repr(problems)
    assert API_KEY not in repr(problems)


def test_every_fault_of_a_key_is_named() -> None:
    problems = credentials.inspect(f" '{ACCESS_KEY}'\n", "")

    assert [problem.message for problem in problems] == [
        "KLING_API_KEY is set and KLING_API_SECRET is not.",
        "KLING_API_KEY holds a line break.",
        "KLING_API_KEY has spaces around it.",
        "KLING_API_KEY has quotes around it.",
    ]


@pytest.mark.parametrize(
    ("key", "secret", "ids"),
    [
        ("", "", []),
        (ACCESS_KEY, SECRET_KEY, []),
        (API_KEY, "", []),
        (ACCESS_KEY, "", ["kling.E001"]),
        ("", SECRET_KEY, ["kling.E001"]),
        (f'"{ACCESS_KEY}"', SECRET_KEY, ["kling.E002"]),
        (API_KEY, SECRET_KEY, ["kling.W002"]),
    ],
)
def test_the_system_checks_name_half_and_malformed_keys(use: Use, key: str, secret: str, ids: list[str]) -> None:
    use(key, secret)

    found = [message for message in checks.run_checks() if str(message.id).startswith("kling.")]

    assert [message.id for message in found] == ids
    assert all(message.hint for message in found)


@pytest.mark.parametrize("model", ["kling-v1", "kling-v9", ""])
def test_the_system_checks_name_a_model_that_cannot_be_used(settings: Settings, use: Use, model: str) -> None:
    use("", "")
    settings.KLING_MODEL = model

    found = [message for message in checks.run_checks() if message.id == "kling.E003"]

    assert len(found) == 1
    assert "kling-v2-5-turbo" in found[0].msg


@pytest.mark.parametrize(
    ("model", "key", "secret", "told"),
    [
        ("kling-3.0-turbo", ACCESS_KEY, SECRET_KEY, True),
        ("kling-3.0-turbo", API_KEY, "", False),
        ("kling-3.0-turbo", "", "", False),  # practice
        ("kling-3.0", ACCESS_KEY, SECRET_KEY, False),  # sent as its legacy twin
    ],
)
def test_the_system_checks_name_a_model_that_the_keys_do_not_reach(
    settings: Settings, use: Use, model: str, key: str, secret: str, told: bool
) -> None:
    use(key, secret)
    settings.KLING_MODEL = model

    found = [message.msg for message in checks.run_checks() if message.id == "kling.E003"]

    assert bool(found) is told
    assert all("Make an API key in Kling's console" in message for message in found)


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"KLING_API_BASE_URL": "http://api.example.com"}, True),
        ({"KLING_API_BASE_URL": "https://127.0.0.1:9000"}, True),
        ({"KLING_API_BASE_URL": "https://10.1.2.3"}, True),
        ({"KLING_API_BASE_URL": "https://localhost"}, True),
        ({"KLING_API_BASE_URL": "https://[::1]:1"}, True),
        ({"KLING_API_BASE_URL": "https://api-beijing.klingai.com"}, False),
        ({"KLING_API_BASE_URL": "https://8.8.8.8"}, False),
        ({"KLING_API_BASE_URL": "http://127.0.0.1:9000", "ALLOW_PRIVATE_DOWNLOADS": True}, False),
        ({"KLING_API_BASE_URL": "http://127.0.0.1:9000", "PRACTICE_MODE": True}, False),
    ],
)
def test_an_address_that_nothing_would_be_downloaded_from_is_warned_of(
    settings: Settings, use: Use, changes: dict[str, Any], warned: bool
) -> None:
    use(ACCESS_KEY, SECRET_KEY)
    settings.ALLOW_PRIVATE_DOWNLOADS = False
    for name, value in changes.items():
        setattr(settings, name, value)

    found = [message for message in checks.run_checks() if message.id == "kling.W001"]

    assert bool(found) == warned


def test_the_real_kling_is_named_by_its_address(settings: Settings, use: Use) -> None:
    use(ACCESS_KEY, SECRET_KEY)
    settings.KLING_API_BASE_URL = "https://API-Singapore.klingai.com/"

    address = "https://api-singapore.klingai.com"
    assert current_host() == Host(name=address, base_url=address, simulated=False)
    assert open_client().base_url == address


@pytest.mark.parametrize(
    ("key", "secret", "variable"),
    [
        (ACCESS_KEY, "", "KLING_API_SECRET"),
        ("", SECRET_KEY, "KLING_API_KEY"),
        (f" {ACCESS_KEY}", SECRET_KEY, "KEY has"),
    ],
)
def test_half_and_malformed_keys_are_never_practice_mode(use: Use, key: str, secret: str, variable: str) -> None:
    use(key, secret)

    for door in (current_host, open_client):
        with pytest.raises(ConfigurationError, match=variable) as raised:
            door()
        assert SECRET_KEY not in str(raised.value)


def test_without_keys_and_sandbox_nothing_can_be_sent(use: Use) -> None:
    use("", "")

    assert current_host() == Host(name="sandbox", base_url="", simulated=True)
    with pytest.raises(kling.NotSentError, match="practice sandbox is not running"):
        open_client()


def test_without_keys_the_running_sandbox_is_used(use: Use, tmp_path: Path) -> None:
    use("", "")
    write_note(tmp_path / "sandbox", SandboxNote(port=4321, access_key="a" * 32, secret_key="b" * 32, pid=1))

    assert current_host() == Host(name="sandbox", base_url="http://127.0.0.1:4321", simulated=True)
    assert open_client().base_url == "http://127.0.0.1:4321"


def test_a_process_has_one_client_for_the_same_keys(use: Use) -> None:
    use(ACCESS_KEY, SECRET_KEY)
    found: list[kling.Client] = []
    threads = [threading.Thread(target=lambda: found.append(open_client())) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    use(ACCESS_KEY, "another-" + SECRET_KEY)

    assert len(set(map(id, found))) == 1
    assert open_client() is not found[0]


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "ftp://kling.test",
        "https://",
        "api-singapore.klingai.com",
        "https://[::1",
        "https://[kling]",
        "https://kling.test:https",
        "https://kling.test:99999",
    ],
)
def test_an_address_that_is_none_is_named_and_used_for_nothing(settings: Settings, use: Use, address: str) -> None:
    use(ACCESS_KEY, SECRET_KEY)
    settings.KLING_API_BASE_URL = address

    found = [message.id for message in checks.run_checks() if str(message.id).startswith("kling.E")]

    assert found == ["kling.E004"]
    with pytest.raises(ConfigurationError, match="KLING_API_BASE_URL"):
        current_host()
