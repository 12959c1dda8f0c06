"""A dead OpenAI delays nobody for long: it is left alone for a while, and then one caller tries whether it is back."""

import json
import re
import time
from pathlib import Path

import httpx2
import pytest
from failing import fail_for_good, is_open, pass_time
from openai_double import Double, completion, error, scene, storyboard

from productvideo.scenes import Brief, circuit, trouble, write_scenes

DOWN, SLOW = trouble.DOWN, trouble.SLOW
ALIVE = (
    *(trouble.REFUSED, trouble.UNREADABLE, trouble.CUT_SHORT, trouble.NOT_TAKEN, trouble.NO_MODEL, trouble.MOVED),
    *(trouble.REJECTED, trouble.few_scenes(0)),
)


pytestmark = pytest.mark.usefixtures("file")


# What opens it.


@pytest.mark.parametrize("cause", [DOWN, SLOW, trouble.UNREACHABLE, trouble.TOO_MANY])
def test_two_failures_in_a_row_open_it_for_a_minute(file: Path, cause: trouble.Trouble) -> None:
    circuit.record(cause, waited=0.2)
    assert not is_open()
    circuit.record(cause, waited=0.2)
    assert is_open()

    pass_time(file, seconds=61)

    assert not is_open()


def test_one_failure_that_cost_everybody_s_patience_opens_it_at_once() -> None:
    circuit.record(SLOW, waited=24.9)

    assert is_open()


@pytest.mark.parametrize("cause", [trouble.BAD_KEY, trouble.NO_CREDIT, trouble.NOT_ALLOWED])
def test_what_somebody_has_to_put_right_opens_it_for_five_minutes(file: Path, cause: trouble.Trouble) -> None:
    circuit.record(cause)

    pass_time(file, seconds=290)
    assert is_open()
    pass_time(file, seconds=11)
    assert not is_open()


@pytest.mark.parametrize(("asked", "seconds"), [("7", 7), ("0.5", 0.5), ("3600", 60), ("60", 60)])
def test_a_rate_limit_opens_it_for_as_long_as_the_server_says_but_at_most_a_minute(
    file: Path, asked: str, seconds: float
) -> None:
    circuit.record(trouble.paced(asked))

    assert is_open()
    assert json.loads(file.read_text())["until"] - time.time() == pytest.approx(seconds, abs=0.3)


@pytest.mark.parametrize("asked", ["", "nan", "inf", "-1", "Wed, 21 Oct 2015 07:28:00 GMT", "soon", "9" * 400])
def test_a_rate_limit_that_names_no_time_counts_as_any_failure(asked: str) -> None:
    circuit.record(trouble.paced(asked))
    assert not is_open()
    circuit.record(trouble.paced(asked))
    assert is_open()


@pytest.mark.parametrize(
    "cause",
    [
        trouble.REFUSED,
        trouble.UNREADABLE,
        trouble.CUT_SHORT,
        trouble.NOT_TAKEN,
        trouble.REJECTED,
        trouble.few_scenes(0),
    ],
)
def test_an_answer_of_any_kind_shows_that_openai_lives(cause: trouble.Trouble) -> None:
    circuit.record(DOWN)
    circuit.record(cause, waited=24.0)
    circuit.record(DOWN)

    assert not is_open()


def test_failures_with_much_time_between_them_are_not_in_a_row(file: Path) -> None:
    circuit.record(DOWN)
    pass_time(file, seconds=600)
    circuit.record(DOWN)

    assert not is_open()


def test_a_failure_of_our_own_says_nothing_of_openai() -> None:
    circuit.record(DOWN)
    circuit.record(trouble.UNEXPECTED)
    circuit.record(DOWN)

    assert is_open()


# What closes it.


def test_success_closes_it_and_its_history_is_forgotten(file: Path) -> None:
    fail_for_good()
    pass_time(file, seconds=61)
    assert not is_open()

    circuit.record(None)

    assert not is_open()
    circuit.record(DOWN)
    assert not is_open()


def test_after_the_pause_one_caller_tries_and_the_others_still_wait(file: Path) -> None:
    fail_for_good()
    pass_time(file, seconds=61)

    assert [is_open() for _ in range(4)] == [False, True, True, True]


def test_whoever_tried_in_vain_opens_it_again_at_the_first_failure(file: Path) -> None:
    fail_for_good()
    pass_time(file, seconds=61)
    assert not is_open()

    circuit.record(DOWN, waited=0.1)
    pass_time(file, seconds=40)

    assert is_open()


def test_whoever_died_while_trying_is_followed_by_another(file: Path) -> None:
    fail_for_good()
    pass_time(file, seconds=61)
    assert not is_open()

    pass_time(file, seconds=circuit.TRY)

    assert not is_open()


def test_callers_that_began_before_the_pause_make_it_no_longer(file: Path) -> None:
    fail_for_good()
    pass_time(file, seconds=30)
    fail_for_good()
    pass_time(file, seconds=31)

    assert not is_open()


@pytest.mark.parametrize(
    ("name", "value"),
    [("OPENAI_API_KEY", "sk-new"), ("OPENAI_BASE_URL", "http://127.0.0.1:10/v1"), ("OPENAI_MODEL", "gpt-new")],
)
def test_new_settings_are_tried_at_once(settings, name: str, value: str) -> None:
    circuit.record(trouble.BAD_KEY)
    assert is_open()

    setattr(settings, name, value)

    assert not is_open()


# What people are told.


def test_the_pause_says_what_happened_since_when_and_until_when() -> None:
    fail_for_good()

    paused = circuit.open_trouble()

    assert paused.code == "paused"
    sentence = paused.sentence(missing=3, of=3)
    told = re.fullmatch(
        r"OpenAI is not asked from (\d\d:\d\d:\d\d) to (\d\d:\d\d:\d\d) UTC because it did not answer in time, "
        r"so these are default scenes; ask for new scenes after that, or edit these\.",
        sentence,
    )
    since, until = (int(at[:2]) * 3600 + int(at[3:5]) * 60 + int(at[6:]) for at in told.groups())
    assert (until - since) % 86400 == 60


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (trouble.BAD_KEY, ("refused the API key", "OPENAI_API_KEY in .env")),
        (trouble.NO_CREDIT, ("no credit left", "platform.openai.com")),
        (trouble.NOT_ALLOWED, ("does not allow", "OPENAI_MODEL")),
    ],
)
def test_a_lasting_cause_keeps_saying_what_to_do(cause: trouble.Trouble, words: tuple[str, ...]) -> None:
    circuit.record(cause)

    sentence = circuit.open_trouble().sentence(missing=3, of=3)

    assert all(word in sentence for word in words)
    assert len(sentence) < 300


def test_while_another_one_tries_the_rest_are_told_when_that_will_be_over(file: Path) -> None:
    fail_for_good()
    first = circuit.open_trouble().what
    pass_time(file, seconds=61)
    assert circuit.open_trouble() is None

    assert circuit.open_trouble().what != first


# The writer.


def test_a_dead_openai_costs_one_caller_the_deadline_and_nobody_after_it(brief: Brief) -> None:
    dead = Double(error(503))
    for _ in range(2):
        write_scenes(brief, deadline=5.0, http_client=dead.client)
    asked, began = len(dead.requests), time.monotonic()

    plans = [write_scenes(brief, deadline=5.0, http_client=dead.client) for _ in range(5)]

    assert time.monotonic() - began < 1
    assert len(dead.requests) == asked
    assert {plan.cause for plan in plans} == {"paused"}
    assert all("a disturbance of its own" in idea.detail for plan in plans for idea in plan.scenes)


def test_one_that_never_answers_is_asked_once(brief: Brief, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit, "LONG_WAIT", 0.3)

    def sleep(request: httpx2.Request) -> httpx2.Response:
        time.sleep(1)
        return httpx2.Response(200)

    silent = Double(sleep)
    plans = [write_scenes(brief, deadline=0.5, http_client=silent.client) for _ in range(3)]

    assert [plan.cause for plan in plans] == ["timeout", "paused", "paused"]
    assert len(silent.requests) == 1


def test_openai_is_used_again_once_it_is_back(brief: Brief, file: Path) -> None:
    write_scenes(brief, deadline=5.0, http_client=Double(error(401)).client)
    pass_time(file, seconds=301)

    plans = [write_scenes(brief, deadline=5.0, http_client=Double(storyboard()).client) for _ in range(2)]

    assert [plan.source for plan in plans] == ["openai", "openai"]


def test_an_openai_that_answers_the_first_call_is_not_dead(brief: Brief) -> None:
    for _ in range(2):
        write_scenes(brief, deadline=5.0, http_client=Double(storyboard(scene(0)), error(503)).client)

    assert not is_open()


CAUSES: dict[str, tuple[object, str]] = {
    "a refused key": (error(401), "refused_key"),
    "no permission": (error(403), "not_allowed"),
    "an unknown model": (error(404), "no_model"),
    "no credit": (error(429, "insufficient_quota"), "no_credit"),
    "a limit": (error(429, "rate_limit_exceeded"), "rate_limit"),
    "a disturbance": (error(500), "down"),
    "a time-out": (httpx2.ReadTimeout("slow"), "timeout"),
    "no network": (httpx2.ConnectError("refused"), "unreachable"),
    "a bad request": (error(400), "not_taken"),
    "a redirect": (httpx2.Response(307, headers={"location": "http://127.0.0.1:9/"}), "moved"),
    "prose": (completion("Hello."), "bad_answer"),
    "a refusal": (completion("", refusal="No."), "refusal"),
    "no scenes": (completion({"scenes": []}), "few_scenes"),
}


@pytest.mark.parametrize(("answer", "code"), CAUSES.values(), ids=CAUSES)
def test_programs_read_the_cause_from_its_code(brief: Brief, answer: object, code: str) -> None:
    plan = write_scenes(brief, deadline=5.0, http_client=Double(answer).client)

    assert plan.cause == code


@pytest.mark.parametrize(("key", "code"), [("", "no_key"), ("sk with space", "odd_key")])
def test_a_key_that_cannot_be_used_is_a_cause_of_its_own_and_opens_nothing(
    brief: Brief, settings, file: Path, key: str, code: str
) -> None:
    settings.OPENAI_API_KEY = key

    assert write_scenes(brief).cause == code
    assert not file.exists()
