"""`manage.py check_kling`: this machine's clock beside Kling's."""

import pytest
import responses
from doctoring import (
    API_KEY,
    COSTS,
    LEGACY,
    SINGAPORE,
    Use,
    all_well,
    answer,
    check,
    keys,
    packs,
    refuse,
    warned,
    wrong,
)
from responses.registries import OrderedRegistry

__all__ = ["keys"]


@pytest.mark.parametrize(
    ("ahead", "verdict", "side"),
    [
        (0, "good", "agrees with"),
        (3, "good", "ahead of"),
        (9, "wrong", "ahead of"),
        (600, "wrong", "ahead of"),
        (-30, "good", "behind"),
        (-90, "warned", "behind"),
        (-1790, "warned", "behind"),
        (-1810, "wrong", "behind"),
    ],
)
@responses.activate
def test_a_key_pair_needs_a_clock_that_signatures_are_valid_by(keys: Use, ahead: int, verdict: str, side: str) -> None:
    all_well(ahead=ahead)

    status, report = check()

    assert side in report["clock"].message
    assert abs(report["clock"].facts["ahead_seconds"] - ahead) < 2
    assert wrong(report) == (["clock"] if verdict == "wrong" else [])
    assert warned(report) == (["clock"] if verdict == "warned" else [])
    assert status == (1 if verdict == "wrong" else 0)


@pytest.mark.parametrize(("ahead", "is_warned"), [(50, False), (70, True), (-50, False), (-70, True), (-9000, True)])
@responses.activate
def test_an_api_key_works_by_any_clock_and_a_wrong_one_is_warned_of(keys: Use, ahead: int, is_warned: bool) -> None:
    keys(API_KEY, "")
    all_well(ahead=ahead)

    status, report = check()

    assert status == 0
    assert warned(report) == (["clock"] if is_warned else [])


@responses.activate
def test_the_seconds_and_the_side_are_said(keys: Use) -> None:
    keys(API_KEY, "")
    all_well(ahead=7200)

    _, report = check()

    assert report["clock"].message.startswith("Warning: This machine's clock is 7200 seconds ahead of Kling's.") or (
        report["clock"].message.startswith("Warning: This machine's clock is 7199 seconds ahead of Kling's.")
    )
    assert "NTP" in report["clock"].hint


@responses.activate
def test_a_refused_answer_shows_the_clock_too(keys: Use) -> None:
    answer(status=401, code=1004, message="token expired", ahead=-4000)

    _, report = check()

    assert wrong(report) == ["clock", "access", "apis", "packs", "parallel"]
    assert "(1004)" in report["clock"].message
    assert "behind" in report["clock"].message


@pytest.mark.parametrize(("code", "word"), [(1003, "ahead"), (1004, "behind")])
@responses.activate(registry=OrderedRegistry)
def test_without_a_date_a_refused_signature_tells_of_the_clock(keys: Use, code: int, word: str) -> None:
    answer(status=401, code=code, message="no", ahead=None)
    answer(COSTS, packs({}), ahead=None)
    answer(LEGACY, [], ahead=None)

    _, report = check()

    assert wrong(report) == ["clock"]
    assert word in report["clock"].message
    assert report["clock"].facts == {"ahead_seconds": None, "leeway_seconds": None}


@responses.activate
def test_without_a_date_nothing_is_said_to_be_right(keys: Use) -> None:
    all_well(ahead=None)

    status, report = check()

    assert status == 0
    assert warned(report) == ["clock"]
    assert "no date" in report["clock"].message


@responses.activate
def test_a_proxy_in_the_place_of_kling_says_nothing_of_its_clock(keys: Use) -> None:
    responses.get(f"{SINGAPORE}{COSTS}", body="<html>", headers={"Date": "Sun, 22 Nov 2020 12:00:00 GMT"})

    _, report = check()

    assert report["clock"].message.startswith("Not tried")


@responses.activate
def test_a_key_of_another_region_leaves_the_clock_alone(keys: Use) -> None:
    refuse()

    _, report = check()

    assert report["clock"].ok
