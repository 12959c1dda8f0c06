"""`manage.py check_kling` with keys that the host refuses: which other host they may be of, and who is asked."""

import pytest
import requests
import responses
from doctoring import (
    API_KEY,
    BEIJING,
    COSTS,
    OLD,
    SINGAPORE,
    Use,
    all_well,
    check,
    keys,
    refuse,
    sent,
    wrong,
)

__all__ = ["keys"]
OTHER = "--other-region"


@pytest.mark.parametrize(
    ("code", "word"), [(1000, "keys"), (1001, "keys"), (1002, "keys"), (1003, "clock"), (1004, "clock")]
)
@responses.activate
def test_refused_keys_are_told_apart_from_a_silent_host(keys: Use, code: int, word: str) -> None:
    refuse(code=code, message="no")

    status, report = check()

    assert status == 1
    assert [name for name in wrong(report) if name != "clock"] == ["access", "apis", "packs", "parallel"]
    assert word in report["access"].message


@pytest.mark.parametrize(
    ("here", "named"),
    [
        (SINGAPORE, [BEIJING]),
        (BEIJING, [SINGAPORE]),
        (OLD, [SINGAPORE, BEIJING]),
        ("https://API-Singapore.klingai.com./", [BEIJING]),
        ("https://kling.example.com", [SINGAPORE, BEIJING]),
    ],
)
@responses.activate
def test_the_other_regions_are_named_and_not_asked(keys: Use, here: str, named: list[str]) -> None:
    keys(base_url=here)
    host = here.lower().rstrip("/")
    refuse(host=host)

    _, report = check()

    facts = report["access"].facts
    assert f"set KLING_API_BASE_URL={' or '.join(named)}" in report["access"].hint
    assert OTHER in report["access"].hint
    assert facts["other_regions"] == [{"base_url": other, "accepts": None} for other in named]
    assert sent() == [f"{host.removeprefix('https://')}{COSTS}"]


@pytest.mark.parametrize(("here", "there"), [(SINGAPORE, BEIJING), (BEIJING, SINGAPORE)])
@responses.activate
def test_the_other_region_is_asked_when_told_to_and_what_to_set_is_said(keys: Use, here: str, there: str) -> None:
    keys(API_KEY, "", base_url=here)
    refuse(host=here)
    all_well(host=there)

    status, report = check(OTHER)

    assert status == 1
    assert f"{there} accepts them." in report["access"].message
    assert report["access"].hint.endswith(f"set KLING_API_BASE_URL={there}")
    assert report["access"].facts["other_regions"] == [{"base_url": there, "accepts": True}]
    assert [call.request.headers["Authorization"] for call in responses.calls] == [f"Bearer {API_KEY}"] * 2


@responses.activate
def test_keys_of_an_empty_account_are_accepted_in_the_other_region_too(keys: Use) -> None:
    refuse()
    refuse(host=BEIJING, status=429, code=1102, message="Account balance not enough")

    _, report = check(OTHER)

    assert report["access"].facts["other_regions"] == [{"base_url": BEIJING, "accepts": True}]


@responses.activate
def test_keys_that_nobody_knows_are_said_to_be_so(keys: Use) -> None:
    keys(base_url=OLD)
    for host in (OLD, SINGAPORE, BEIJING):
        refuse(host=host)

    _, report = check(OTHER)

    assert report["access"].message.count("does not accept them either") == 2
    assert "https://kling.ai/dev/api-key" in report["access"].hint
    assert "KLING_API_BASE_URL" not in report["access"].hint
    assert [other["accepts"] for other in report["access"].facts["other_regions"]] == [False, False]


@pytest.mark.parametrize("trouble", [requests.ConnectionError("cut"), "<html>a proxy</html>"])
@responses.activate
def test_another_host_that_gives_no_clear_answer_is_no_yes(keys: Use, trouble: requests.ConnectionError | str) -> None:
    refuse()
    responses.get(f"{BEIJING}{COSTS}", body=trouble, status=404)

    _, report = check(OTHER)

    assert f"{BEIJING} gave no clear answer: " in report["access"].message
    assert report["access"].facts["other_regions"] == [{"base_url": BEIJING, "accepts": None}]


@responses.activate
def test_a_redirect_takes_the_keys_nowhere(keys: Use) -> None:
    keys(API_KEY, "")
    responses.get(f"{SINGAPORE}{COSTS}", status=302, headers={"Location": "https://elsewhere.test/account/costs"})

    check(OTHER)

    assert set(sent()) == {f"api-singapore.klingai.com{COSTS}"}


@responses.activate
def test_keys_that_are_accepted_are_shown_to_nobody_else(keys: Use) -> None:
    all_well()

    status, _ = check(OTHER)

    assert status == 0
    assert not any("beijing" in asked for asked in sent())


@responses.activate
def test_the_console_of_keys_from_china_is_the_one_in_china(keys: Use) -> None:
    keys(base_url=BEIJING)
    refuse(host=BEIJING)

    _, report = check()

    assert "https://klingai.com/dev/api-key" in report["access"].hint
