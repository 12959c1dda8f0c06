"""The catalogue against the tables of kling-api §4.1-§4.3."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

import kling


def settings(model: str, mode: str, duration: int, sound: bool = False, negative: str = "") -> kling.Settings:
    return kling.Settings(
        model_name=model, mode=kling.Mode(mode), duration=duration, sound=sound, negative_prompt=negative
    )


@pytest.mark.parametrize(
    ("wanted", "units"),
    [
        (settings("kling-v2-5-turbo", "std", 5), "1.5"),
        (settings("kling-v2-5-turbo", "std", 10), "3"),
        (settings("kling-v2-5-turbo", "pro", 5), "2.5"),
        (settings("kling-v2-5-turbo", "pro", 10), "5"),
        (settings("kling-v2-6", "std", 5), "1.5"),
        (settings("kling-v2-6", "std", 10), "3"),
        (settings("kling-v2-6", "pro", 5), "2.5"),
        (settings("kling-v2-6", "pro", 10), "5"),
        (settings("kling-v2-6", "pro", 5, sound=True), "5"),
        (settings("kling-v2-6", "pro", 10, sound=True), "10"),
        (settings("kling-v3", "std", 3), "1.8"),
        (settings("kling-v3", "std", 5), "3"),
        (settings("kling-v3", "std", 10), "6"),
        (settings("kling-v3", "std", 5, sound=True), "4.5"),
        (settings("kling-v3", "pro", 5), "4"),
        (settings("kling-v3", "pro", 10), "8"),
        (settings("kling-v3", "pro", 5, sound=True), "6"),
        (settings("kling-v3", "4k", 5), "15"),
        (settings("kling-v3", "4k", 10, sound=True), "30"),
    ],
)
def test_a_clip_costs_what_the_price_list_says(wanted: kling.Settings, units: str) -> None:
    estimate = kling.estimate_units(wanted)

    assert estimate == Decimal(units)
    assert str(estimate) == units


def test_the_live_models_can_do_what_the_capability_table_says() -> None:
    table = {
        name: (model.modes, model.durations, model.sound_modes, model.end_frame_modes, model.fps, model.prompt_limit)
        for name, model in kling.MODELS.items()
    }

    assert table == {
        "kling-v2-5-turbo": (("std", "pro"), (5, 10), (), ("pro",), 24, 2500),
        "kling-v2-6": (("std", "pro"), (5, 10), ("pro",), ("pro",), 24, 2500),
        "kling-v3": (
            ("std", "pro", "4k"),
            tuple(range(3, 16)),
            ("std", "pro", "4k"),
            ("std", "pro", "4k"),
            24,
            2500,
        ),
    }


def test_the_six_ended_models_name_a_live_successor() -> None:
    assert set(kling.ENDED) == {
        "kling-v1",
        "kling-v1-5",
        "kling-v1-6",
        "kling-v2-master",
        "kling-v2-1",
        "kling-v2-1-master",
    }
    for ended in kling.ENDED.values():
        assert ended.ended_on == date(2026, 9, 15)
        assert ended.successor in kling.MODELS


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (settings("kling-v2-6", "std", 5, sound=True), "Kling 2.6 makes sound only in mode pro, not in 'std'."),
        (
            settings("kling-v2-5-turbo", "pro", 5, sound=True),
            "Kling 2.5 Turbo makes silent clips only; choose a model with sound, such as kling-v3.",
        ),
        (settings("kling-v2-6", "4k", 5), "Kling 2.6 has no mode '4k'; it offers std and pro."),
        (settings("kling-v2-6", "pro", 7), "Kling 2.6 makes no clips of 7 seconds; it makes 5 and 10 seconds."),
        (settings("kling-v3", "pro", 16), "Kling 3.0 makes no clips of 16 seconds; it makes 3 to 15 seconds."),
        (settings("kling-v1", "std", 5), "Kling ended kling-v1 on 2026-09-15; use kling-v2-5-turbo instead."),
        (
            settings("kling-v9", "std", 5),
            "There is no model 'kling-v9'; the live ones are kling-v2-5-turbo, kling-v2-6 and kling-v3.",
        ),
        (
            settings("kling-v3", "std", 5, negative="x" * 2501),
            "The negative prompt has 2501 characters; Kling 3.0 takes up to 2500.",
        ),
    ],
)
def test_what_no_model_can_do_is_refused_in_one_sentence(wanted: kling.Settings, sentence: str) -> None:
    with pytest.raises(kling.SettingsError) as refused:
        kling.estimate_units(wanted)

    assert str(refused.value) == sentence


def test_a_model_without_negative_prompts_says_so() -> None:
    model = kling.Model(
        name="m", title="M", durations=(5,), silent={kling.Mode.STD: Decimal(1)}, sounding={}, end_frame_modes=(),
        negative_prompt=False,
    )  # fmt: skip

    with pytest.raises(kling.SettingsError, match="takes no negative prompt"):
        model.check(settings("m", "std", 5, negative="rain"))


@pytest.mark.parametrize(
    ("model", "mode", "sound", "can"),
    [
        ("kling-v2-5-turbo", "std", False, False),
        ("kling-v2-5-turbo", "pro", False, True),
        ("kling-v2-6", "std", False, False),
        ("kling-v2-6", "pro", False, True),
        ("kling-v2-6", "pro", True, False),
        ("kling-v3", "std", True, True),
        ("kling-v3", "4k", False, True),
    ],
)
def test_an_end_frame_is_taken_where_the_capability_table_says_and_changes_no_price(
    model: str, mode: str, sound: bool, can: bool
) -> None:
    plain = settings(model, mode, 5, sound=sound)
    with_end = replace(plain, end_frame=True)

    if can:
        assert kling.estimate_units(with_end) == kling.estimate_units(plain)
    else:
        with pytest.raises(kling.SettingsError, match="takes an end frame only"):
            kling.estimate_units(with_end)
