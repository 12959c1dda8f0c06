"""The free questions: what is sent, what a Date header tells about the clocks, and that nothing is raised."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import chain, repeat
from typing import Any

import pytest
import requests
import responses
from kling_answers import ACCESS_KEY, BASE, COSTS, SECRET_KEY, envelope, refusal
from responses.registries import OrderedRegistry

import kling
from kling.probe import Finding, Probe, Question

THEIRS = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
DATE = {"Date": format_datetime(THEIRS, usegmt=True)}
NOON = THEIRS.timestamp()


def a_clock(*moments: float) -> Iterator[float]:
    """Show these moments in turn, in seconds after Kling's noon, the last one for ever."""
    return chain((NOON + moment for moment in moments), repeat(NOON + moments[-1]))


def probe_at(*moments: float) -> Probe:
    clock = a_clock(*moments)
    return Probe(auth=kling.ApiKeyAuth("api-key-kling-x"), base_url=BASE, clock=lambda: next(clock))


@pytest.mark.parametrize(
    ("asked", "answered", "least", "most"),
    [
        (0.0, 0.0, -1.0, 0.0),  # the header may be up to a second old
        (0.2, 0.9, -0.8, 0.9),  # and it was written at some moment in between
        (75.0, 77.0, 74.0, 77.0),
        (-3600.0, -3590.0, -3601.0, -3590.0),
    ],
)
@responses.activate
def test_a_date_of_whole_seconds_gives_a_span_and_not_a_number(
    asked: float, answered: float, least: float, most: float
) -> None:
    responses.get(COSTS, json=envelope(), headers=DATE)
    probe = probe_at(asked, asked, answered)

    probe.ask(Question.COSTS)

    assert probe.skew is not None
    assert (probe.skew.least, probe.skew.most) == (pytest.approx(least), pytest.approx(most))


@responses.activate
def test_the_quickest_answer_tells_most_about_the_clock() -> None:
    responses.get(COSTS, json=envelope(), headers=DATE)
    probe = probe_at(0, 0, 9, 0, 0, 1, 0, 0, 5)

    for _ in range(3):
        probe.ask(Question.COSTS)

    assert probe.skew is not None
    assert probe.skew.leeway == pytest.approx(1.0)


@responses.activate
def test_a_clock_that_is_off_is_corrected_for_the_time_at_klings() -> None:
    responses.get(COSTS, json=envelope(), headers=DATE)
    probe = probe_at(7200)

    probe.ask(Question.COSTS)

    assert abs((probe.now - THEIRS).total_seconds()) < 1


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
@responses.activate
def test_without_a_date_nothing_is_known_of_the_clock(headers: dict[str, str]) -> None:
    responses.get(COSTS, json=envelope(), headers=headers)
    probe = probe_at(0)

    finding = probe.ask(Question.COSTS)

    assert finding == Finding(found=None)
    assert probe.skew is None


@responses.activate(registry=OrderedRegistry)
def test_a_signature_of_the_wrong_time_is_made_anew_once_and_remembered() -> None:
    responses.get(COSTS, json=refusal(1003), status=401, headers=DATE)
    responses.get(COSTS, json=envelope([]), headers=DATE)
    clock = a_clock(100)
    auth = kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY, clock=lambda: NOON + 100)
    probe = Probe(auth=auth, base_url=BASE, clock=lambda: next(clock))

    finding = probe.ask(Question.COSTS)

    assert finding.error is None
    assert probe.time_refusals == {1003}
    first, second = (call.request.headers["Authorization"] for call in responses.calls)
    assert first != second


@responses.activate
def test_an_api_key_is_not_sent_again_for_its_time() -> None:
    responses.get(COSTS, json=refusal(1004), status=401)
    probe = probe_at(0)

    finding = probe.ask(Question.COSTS)

    assert isinstance(finding.error, kling.CredentialsError)
    assert len(responses.calls) == 1


@pytest.mark.parametrize("trouble", [{"body": requests.ConnectionError("cut")}, {"status": 502, "body": "<html>"}])
@responses.activate
def test_trouble_is_tried_three_times_and_then_reported(trouble: dict[str, Any], pauses: list[float]) -> None:
    responses.get(COSTS, **trouble)

    finding = probe_at(0).ask(Question.COSTS)

    assert isinstance(finding.error, kling.UnclearError)
    assert len(responses.calls) == 3


@responses.activate
def test_a_clear_no_is_not_asked_for_again() -> None:
    responses.get(COSTS, json=refusal(1302), status=429)

    finding = probe_at(0).ask(Question.COSTS)

    assert isinstance(finding.error, kling.RateLimitError)
    assert len(responses.calls) == 1


@pytest.mark.parametrize("question", list(Question))
def test_no_question_has_a_body(question: Question) -> None:
    request = question.request(THEIRS)

    assert request.method == "GET"
    assert request.path in ("/account/costs", "/v1/videos/image2video", "/tasks")
