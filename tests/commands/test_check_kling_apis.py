"""`manage.py check_kling`: which of Kling's two APIs the credentials open, and whether the model is made by it."""

from typing import Any

import pytest
import requests
import responses
from doctoring import (
    ACCESS_KEY,
    API_KEY,
    COSTS,
    LEGACY,
    NEW,
    SECRET_KEY,
    SINGAPORE,
    Use,
    all_well,
    answer,
    check,
    keys,
    packs,
    refuse,
    sent,
    warned,
    wrong,
)
from pytest_django import Settings

import kling

__all__ = ["keys"]
NOT_FOR_PAIRS = "Authentication error. The current API does not support AK/SK authentication."


@responses.activate
def test_an_api_key_opens_both(keys: Use) -> None:
    keys(API_KEY, "")
    all_well()

    _, report = check()

    assert report["apis"].ok
    assert report["apis"].message.startswith("The API key works with both of Kling's APIs")
    assert report["apis"].facts == {"legacy": "works", "new": "works"}


@responses.activate
def test_a_key_pair_opens_the_legacy_one_and_the_new_one_is_not_asked(keys: Use) -> None:
    all_well()

    _, report = check()

    assert report["apis"].ok
    assert not report["apis"].warning
    assert "takes no key pairs" in report["apis"].message
    assert "kling-3.0-turbo" in report["apis"].hint
    assert "https://kling.ai/dev/api-key" in report["apis"].hint
    assert report["apis"].facts == {"legacy": "works", "new": "closed"}
    assert not any(asked.endswith(NEW) for asked in sent())


@responses.activate
def test_the_questions_are_the_free_ones_of_the_documentation(keys: Use) -> None:
    keys(API_KEY, "")
    all_well()

    check()

    costs, listed, looked_up = (call.request.params for call in responses.calls)  # type: ignore[attr-defined]
    assert set(costs) == {"start_time", "end_time"}
    assert int(costs["end_time"]) - int(costs["start_time"]) == 30 * 24 * 60 * 60 * 1000
    assert listed == {"pageNum": "1", "pageSize": "1"}
    assert looked_up == {"task_ids": "0"}


@pytest.mark.parametrize(
    ("model", "closed", "is_wrong"),
    [
        ("kling-v2-5-turbo", NEW, False),
        ("kling-v2-5-turbo", LEGACY, True),
        ("kling-3.0-turbo", NEW, True),
        ("kling-3.0-turbo", LEGACY, False),
        ("kling-2.6", LEGACY, False),
        ("kling-v9", LEGACY, True),
    ],
)
@responses.activate
def test_an_api_that_refuses_is_wrong_only_if_the_model_is_made_by_it(
    keys: Use, settings: Settings, model: str, closed: str, is_wrong: bool
) -> None:
    keys(API_KEY, "")
    settings.KLING_MODEL = model
    answer(COSTS, packs({}))
    for path in (LEGACY, NEW):
        if path == closed:
            refuse(path, message=NOT_FOR_PAIRS)
        else:
            answer(path, [])

    _, report = check()

    name = "new" if closed == NEW else "legacy"
    assert f"The {name} API refuses: " in report["apis"].message
    assert report["apis"].facts[name] == "refused"
    assert ("apis" in wrong(report)) == is_wrong
    assert ("apis" in warned(report)) != is_wrong
    assert "https://kling.ai/dev/api-key" in report["apis"].hint


@pytest.mark.parametrize(
    ("status", "code", "verdict", "hint"),
    [
        (403, 1103, "refused", "support"),
        (404, 1203, "refused", "The host may not have this API"),
        (429, 1302, "unclear", "few minutes"),
        (500, 5000, "unclear", "few minutes"),
    ],
)
@responses.activate
def test_each_trouble_of_the_new_api_has_its_own_hint(
    keys: Use, status: int, code: int, verdict: str, hint: str
) -> None:
    keys(API_KEY, "")
    all_well()
    responses.remove(responses.GET, f"{SINGAPORE}{NEW}")
    refuse(NEW, status=status, code=code, message="x")

    _, report = check()

    assert warned(report) == ["apis"]
    assert report["apis"].facts == {"legacy": "works", "new": verdict}
    assert hint in report["apis"].hint


@pytest.mark.parametrize("body", [requests.ConnectionError("cut"), '{"code": 0, "data": {}}', "<html></html>"])
@responses.activate
def test_an_answer_that_is_no_list_is_no_yes(keys: Use, body: Any) -> None:
    answer(COSTS, packs({}))
    responses.get(f"{SINGAPORE}{LEGACY}", body=body)

    _, report = check()

    assert wrong(report) == ["apis"]
    assert report["apis"].facts == {"legacy": "unclear", "new": "closed"}


@pytest.mark.parametrize("model", sorted(kling.MODELS))
@responses.activate
def test_every_live_model_fits_an_api_key(keys: Use, settings: Settings, model: str) -> None:
    keys(API_KEY, "")
    settings.KLING_MODEL = model
    all_well()

    status, report = check()

    assert status == 0
    assert "is live, and the credentials fit it" in report["model"].message
    assert report["model"].facts["fits"] is True


@pytest.mark.parametrize(
    ("model", "fits", "words"),
    [
        ("kling-v3", True, "the credentials fit it"),
        ("kling-3.0", True, "under its legacy name, kling-v3"),
        ("kling-3.0-turbo", False, "only in Kling's new API"),
    ],
)
@responses.activate
def test_a_key_pair_fits_every_model_that_has_a_legacy_name(
    keys: Use, settings: Settings, model: str, fits: bool, words: str
) -> None:
    settings.KLING_MODEL = model
    all_well()

    status, report = check()

    assert words in report["model"].message
    assert report["model"].facts["fits"] is report["model"].ok is fits
    assert status == (0 if fits else 1)


@responses.activate
def test_who_has_a_key_pair_and_a_model_for_api_keys_is_told_both_ways_out(keys: Use, settings: Settings) -> None:
    settings.KLING_MODEL = "kling-3.0-turbo"
    all_well()

    _, report = check()

    assert "Set KLING_API_KEY to an API key" in report["model"].hint
    assert "KLING_MODEL to one of kling-v2-5-turbo" in report["model"].hint


@responses.activate
def test_an_ended_model_is_named_with_its_date_and_its_successor(keys: Use, settings: Settings) -> None:
    settings.KLING_MODEL = "kling-v1-6"
    all_well()

    _, report = check()

    assert wrong(report) == ["model"]
    assert "2026-09-15" in report["model"].message
    assert report["model"].hint == "Set KLING_MODEL=kling-v2-5-turbo"
    assert report["model"].facts == {
        "model": "kling-v1-6",
        "live": False,
        "ended_on": "2026-09-15",
        "successor": "kling-v2-5-turbo",
    }


@pytest.mark.parametrize(
    ("model", "hint"), [("kling-v3-0", "did you mean kling-v3?"), ("sora", "Change KLING_MODEL to one of these.")]
)
@responses.activate
def test_an_unknown_model_is_answered_with_the_live_ones(keys: Use, settings: Settings, model: str, hint: str) -> None:
    settings.KLING_MODEL = model
    all_well()

    _, report = check()

    assert wrong(report) == ["model"]
    assert all(live in report["model"].message for live in kling.MODELS)
    assert hint in report["model"].hint


@pytest.mark.parametrize(("key", "secret"), [(ACCESS_KEY, ""), ("", SECRET_KEY), ("", "")])
def test_without_whole_keys_a_model_is_only_said_to_be_live(
    keys: Use, settings: Settings, key: str, secret: str
) -> None:
    keys(key, secret)
    settings.KLING_MODEL = "kling-3.0-turbo"

    _, report = check()

    assert report["model"].message == "kling-3.0-turbo (Kling 3.0 Turbo) is live."
    assert report["model"].facts["fits"] is None
