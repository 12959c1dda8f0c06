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
        (settings("kling-3.0-turbo", "std", 3), "2.4"),
        (settings("kling-3.0-turbo", "std", 3, sound=True), "2.4"),
        (settings("kling-3.0-turbo", "pro", 5), "5"),
        (settings("kling-3.0-omni", "std", 3), "1.8"),
        (settings("kling-v3-omni", "std", 5, sound=True), "4"),
        (settings("kling-v3-omni", "pro", 5, sound=True), "5"),
        (settings("kling-v3-omni", "4k", 5, sound=True), "15"),
        (settings("kling-video-o1", "std", 5), "3"),
        (settings("kling-o1", "pro", 10), "8"),
        (settings("kling-2.6", "pro", 5), "2.5"),
        (settings("kling-2.5-turbo", "std", 5), "1.5"),
        (settings("kling-3.0", "pro", 5, sound=True), "6"),
    ],
)
def test_a_clip_costs_what_the_price_list_says(wanted: kling.Settings, units: str) -> None:
    estimate = kling.estimate_units(wanted)

    assert estimate == Decimal(units)
    assert str(estimate) == units


@pytest.mark.parametrize(
    ("wanted", "dollars"),
    [
        (settings("kling-v2-5-turbo", "std", 5), "0.21"),
        (settings("kling-v2-6", "std", 10), "0.42"),
        (settings("kling-v2-6", "pro", 5), "0.35"),
        (settings("kling-v2-5-turbo", "pro", 10), "0.70"),
        (settings("kling-v2-6", "pro", 5, sound=True), "0.70"),
        (settings("kling-v2-6", "pro", 10, sound=True), "1.40"),
        (settings("kling-v3", "std", 5), "0.42"),
        (settings("kling-v3", "std", 10), "0.84"),
        (settings("kling-v3", "pro", 5), "0.56"),
        (settings("kling-v3", "pro", 10), "1.12"),
        (settings("kling-v3", "pro", 5, sound=True), "0.84"),
        (settings("kling-v3", "4k", 5), "2.10"),
        (settings("kling-3.0-turbo", "pro", 5), "0.70"),
    ],
)
def test_a_clip_costs_the_money_of_the_price_list(wanted: kling.Settings, dollars: str) -> None:
    assert kling.estimate_money(wanted) == Decimal(dollars)
    assert kling.estimate_money(wanted, unit_price=Decimal(1)) == kling.estimate_units(wanted)


def test_what_the_library_does_not_order_has_the_rates_of_the_price_list_too() -> None:
    rates = {
        name: tuple(" ".join(map(str, rates.values())) for rates in (model.with_voice, model.with_video, model.motion))
        for name, model in kling.MODELS.items()
    }

    assert rates == {
        "kling-v2-5-turbo": ("", "", ""),
        "kling-2.5-turbo": ("", "", ""),
        "kling-v2-6": ("1.2", "", "0.5 0.8"),
        "kling-2.6": ("1.2", "", "0.5 0.8"),
        "kling-v3": ("", "", "0.9 1.2"),
        "kling-3.0": ("", "", "0.9 1.2"),
        "kling-v3-omni": ("", "0.9 1.2 3.0", ""),
        "kling-3.0-omni": ("", "0.9 1.2 3.0", ""),
        "kling-video-o1": ("", "0.9 1.2", ""),
        "kling-o1": ("", "0.9 1.2", ""),
        "kling-3.0-turbo": ("", "", ""),
    }


def test_seconds_are_billed_as_the_nearest_whole_number() -> None:
    motion = kling.MODELS["kling-v2-6"].motion[kling.Mode.PRO]

    assert kling.units_of(motion, Decimal("4.8")) == 4  # a bill that was captured
    assert kling.units_of(motion, Decimal("5.041")) == 4


SHORT, LONG, O1 = (5, 10), tuple(range(3, 16)), tuple(range(3, 11))
STD_PRO, ALL = ("std", "pro"), ("std", "pro", "4k")


def test_the_live_models_can_do_what_the_capability_table_says() -> None:
    table = {
        name: (model.modes, model.durations, model.sound_modes, model.end_frame_modes, model.fps, model.prompt_limit)
        for name, model in kling.MODELS.items()
    }

    assert table == {
        "kling-v2-5-turbo": (STD_PRO, SHORT, (), ("pro",), 24, 2500),
        "kling-2.5-turbo": (STD_PRO, SHORT, (), ("pro",), 24, 2500),
        "kling-v2-6": (STD_PRO, SHORT, ("pro",), ("pro",), 24, 2500),
        "kling-2.6": (STD_PRO, SHORT, ("pro",), ("pro",), 24, 2500),
        "kling-v3": (ALL, LONG, ALL, ALL, 24, 2500),
        "kling-3.0": (ALL, LONG, ALL, ALL, 24, 3072),
        "kling-v3-omni": (ALL, LONG, ALL, ALL, 24, 2500),
        "kling-3.0-omni": (ALL, LONG, ALL, ALL, 24, 2500),
        "kling-video-o1": (STD_PRO, SHORT, (), STD_PRO, 24, 2500),
        "kling-o1": (STD_PRO, SHORT, (), STD_PRO, 24, 2500),
        "kling-3.0-turbo": (STD_PRO, LONG, STD_PRO, (), 24, 2500),
    }


def test_only_the_old_api_of_image_to_video_takes_negative_prompts() -> None:
    takers = [name for name, model in kling.MODELS.items() if model.negative_prompt]

    assert takers == ["kling-v2-5-turbo", "kling-v2-6", "kling-v3"]


def test_the_new_api_takes_pictures_of_50_megabytes_and_the_old_one_of_10() -> None:
    megabytes = {name: model.largest_picture // 2**20 for name, model in kling.MODELS.items()}

    assert [name for name, most in megabytes.items() if most == 50] == [
        "kling-2.5-turbo", "kling-2.6", "kling-3.0", "kling-3.0-turbo",
    ]  # fmt: skip
    assert set(megabytes.values()) == {10, 50}


def test_every_model_but_one_has_a_name_in_each_api_and_costs_the_same_under_both() -> None:
    alone = [name for name, model in kling.MODELS.items() if not model.twin]

    assert alone == ["kling-3.0-turbo"]
    for name, model in kling.MODELS.items():
        if model.twin:
            twin = kling.MODELS[model.twin]
            assert (twin.twin, twin.title, twin.silent, twin.sounding) == (
                name, model.title, model.silent, model.sounding,
            )  # fmt: skip
            assert twin.dialect is not model.dialect


def test_o1_makes_other_lengths_when_it_is_given_the_last_frame() -> None:
    first_only = settings("kling-video-o1", "std", 7)
    both_frames = replace(first_only, end_frame=True)

    assert kling.estimate_units(both_frames) == Decimal("4.2")
    with pytest.raises(kling.SettingsError, match="7 seconds without an end frame; it makes 5 and 10 seconds"):
        kling.estimate_units(first_only)
    with pytest.raises(kling.SettingsError, match="11 seconds; it makes 3 to 10 seconds"):
        kling.estimate_units(replace(both_frames, duration=11))


def test_every_model_is_offered_once_and_those_of_the_new_api_alone_only_with_an_api_key() -> None:
    with_a_pair = [model.name for model in kling.offered(api_key=False)]
    with_an_api_key = [model.name for model in kling.offered(api_key=True)]

    assert with_a_pair == ["kling-v2-5-turbo", "kling-v2-6", "kling-v3", "kling-v3-omni", "kling-video-o1"]
    assert with_an_api_key == [*with_a_pair, "kling-3.0-turbo"]


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
            "There is no model 'kling-v9'; the live ones are kling-v2-5-turbo, kling-2.5-turbo, kling-v2-6, kling-2.6,"
            " kling-v3, kling-3.0, kling-v3-omni, kling-3.0-omni, kling-video-o1, kling-o1 and kling-3.0-turbo.",
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


@pytest.mark.parametrize("model", kling.MODELS.values())
def test_an_api_key_reaches_every_name_and_a_key_pair_the_legacy_one(model: kling.Model) -> None:
    assert kling.reachable(model, api_key=True) is model
    if model.dialect is kling.Dialect.LEGACY or model.twin:
        reached = kling.reachable(model, api_key=False)
        assert reached.title == model.title and reached.dialect is kling.Dialect.LEGACY


def test_a_model_of_the_new_api_alone_is_refused_to_a_key_pair_with_what_to_do() -> None:
    with pytest.raises(kling.WrongCredentialsError) as refused:
        kling.reachable(kling.MODELS["kling-3.0-turbo"], api_key=False)

    assert str(refused.value) == (
        "Kling 3.0 Turbo is only in Kling's new API, which takes API keys and no access key with a secret key. Make an"
        " API key in Kling's console (https://kling.ai/dev/api-key), or choose one of kling-v2-5-turbo, kling-v2-6,"
        " kling-v3, kling-v3-omni, kling-video-o1."
    )


@pytest.mark.parametrize(
    ("name", "names", "title"),
    [
        ("kling-v3", ("kling-v3", "kling-3.0"), "Kling 3.0"),
        ("kling-3.0", ("kling-v3", "kling-3.0"), "Kling 3.0"),
        ("kling-3.0-turbo", ("kling-3.0-turbo",), "Kling 3.0 Turbo"),
        ("kling-v1", ("kling-v1",), "kling-v1"),
        ("", ("",), ""),
    ],
)
def test_a_model_is_known_by_each_of_its_names(name: str, names: tuple[str, ...], title: str) -> None:
    assert (kling.names_of(name), kling.title_of(name)) == (names, title)
