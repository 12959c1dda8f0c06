"""What a page offers: of every model exactly what has a price, and nothing that undoes itself when it is chosen."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product as every
from typing import Any

import pytest
from django.http import QueryDict

import kling
from kling import Mode
from productvideo import defaults, services
from productvideo.admin.spending import Offer, Switch, nearest_settings, read_settings
from productvideo.models import Product
from productvideo.services import SeenScene

API_KEY = "api-key-kling-" + "k" * 43
LENGTHS = range(1, 20)


def all_settings(name: str) -> Iterator[kling.Settings]:
    """Yield whatever a form could say of a model."""
    for mode, duration, sound, loop in every(Mode, LENGTHS, (False, True), (False, True)):
        yield kling.Settings(model_name=name, mode=mode, duration=duration, sound=sound, end_frame=loop)


def has_price(settings: kling.Settings) -> bool:
    try:
        kling.estimate_units(settings)
    except kling.SettingsError:
        return False
    return True


def form(settings: kling.Settings) -> QueryDict:
    """Return what the page's form sends for these settings."""
    sent = QueryDict(mutable=True)
    sent.update({"model": settings.model_name, "mode": settings.mode, "duration": str(settings.duration)})
    sent.update({name: "on" for name, on in (("sound", settings.sound), ("loop", settings.end_frame)) if on})
    return sent


def offer(settings: kling.Settings) -> Offer:
    return Offer(settings=settings, scenes=())


def is_shown(settings: kling.Settings) -> bool:
    """Say whether a page can stand at these settings, with each of them chosen where it is chosen."""
    shown = offer(settings)
    chosen = {option.value for options in (shown.models, shown.modes, shown.durations) for option in options}
    return (
        {settings.model_name, settings.mode, str(settings.duration)} <= chosen
        and settings.sound == bool(shown.sound and shown.sound.on)
        and settings.end_frame == bool(shown.loop and shown.loop.on)
    )


def choices(settings: kling.Settings) -> Iterator[dict[str, Any]]:
    """Yield everything that can be changed where a page stands at these settings."""
    shown = offer(settings)
    yield from ({"mode": Mode(option.value)} for option in shown.modes)
    yield from ({"duration": int(option.value)} for option in shown.durations)
    for name, switch in (("sound", shown.sound), ("end_frame", shown.loop)):
        if switch and not switch.why_fixed:
            yield from ({name: on} for on in (True, False))


@pytest.mark.parametrize("name", kling.MODELS)
def test_the_page_offers_of_each_model_exactly_what_has_a_price(name: str, settings: Any) -> None:
    settings.KLING_MODEL = name
    model = kling.MODELS[name]

    for wanted in all_settings(name):
        offered = nearest_settings(form(wanted)) == wanted and is_shown(wanted)

        assert offered is (has_price(wanted) and (wanted.sound or not model.always_sounds)), wanted


@pytest.mark.parametrize("name", kling.MODELS)
def test_what_is_offered_stays_chosen_when_it_is_chosen(name: str, settings: Any) -> None:
    settings.KLING_MODEL = name

    for standing in filter(is_shown, filter(has_price, all_settings(name))):
        for change in choices(standing):
            after = nearest_settings(form(replace(standing, **change)))

            assert {field: getattr(after, field) for field in change} == change, (standing, change)
            assert has_price(after) and is_shown(after)


@pytest.mark.parametrize("name", kling.MODELS)
def test_a_forged_form_is_refused_with_the_catalogue_s_sentence(name: str) -> None:
    seen = SeenScene(scene_id=1, version=1, takes=0)

    for wanted in all_settings(name):
        if has_price(wanted):
            continue
        with pytest.raises(kling.SettingsError) as told:
            kling.MODELS[name].check(replace(wanted, sound=wanted.sound or kling.MODELS[name].always_sounds))

        with pytest.raises(kling.SettingsError) as refused:
            services.approve(product=Product(), scenes=[seen], settings=read_settings(form(wanted)))

        assert str(refused.value) == str(told.value)


@pytest.mark.parametrize(("key", "names"), [(API_KEY, 6), ("a" * 32, 5)])
def test_each_model_is_offered_once_and_only_where_the_credentials_reach_it(
    settings: Any, key: str, names: int
) -> None:
    settings.PRACTICE_MODE, settings.KLING_API_KEY = False, key

    titles = [option.title for option in offer(nearest_settings(QueryDict())).models]

    assert len(titles) == len(set(titles)) == names
    assert ("Kling 3.0 Turbo" in titles) is (key == API_KEY)


@pytest.mark.parametrize("name", kling.MODELS)
def test_any_live_model_can_be_the_usual_one(settings: Any, name: str) -> None:
    settings.KLING_MODEL = name

    assert nearest_settings(QueryDict()).model_name == name
    assert defaults.clip_settings().model_name == name
    assert kling.MODELS[name].title in [option.title for option in offer(nearest_settings(QueryDict())).models]


@pytest.mark.parametrize(
    ("usual", "asked", "chosen"),
    [
        ("kling-3.0", "", "kling-v3"),
        ("kling-3.0", "kling-2.6", "kling-v2-6"),
        ("kling-3.0-turbo", "", "kling-v2-5-turbo"),
        ("kling-v2-6", "kling-3.0-turbo", "kling-v2-6"),
        ("kling-v2-6", "sora", "kling-v2-6"),
        ("kling-v2-6", "kling-v1", "kling-v2-5-turbo"),
        ("kling-v1", "", "kling-v2-5-turbo"),
        ("sora", "", "kling-v2-5-turbo"),
    ],
)
def test_with_a_key_pair_the_legacy_name_stands_for_both_and_out_of_reach_is_the_usual_one(
    settings: Any, usual: str, asked: str, chosen: str
) -> None:
    settings.PRACTICE_MODE, settings.KLING_API_KEY, settings.KLING_MODEL = False, "a" * 32, usual
    query = QueryDict(f"model={asked}" if asked else "")

    assert nearest_settings(query).model_name == chosen


def test_a_link_with_the_other_name_chooses_the_one_that_is_offered() -> None:
    assert nearest_settings(QueryDict("model=kling-3.0")).model_name == "kling-v3"


def test_a_model_that_always_sounds_shows_its_box_ticked_and_fixed_with_the_reason() -> None:
    standing = nearest_settings(QueryDict("model=kling-3.0-turbo"))

    assert offer(standing).sound == Switch(on=True, why_fixed="always with sound")
    assert offer(standing).loop is None
    assert offer(standing).each.units == kling.estimate_units(replace(standing, sound=False))


def test_an_end_frame_brings_o1_its_other_lengths_and_without_it_the_nearest_is_chosen() -> None:
    query = QueryDict("model=kling-video-o1&duration=7&loop=on")
    looped, straight = nearest_settings(query), nearest_settings(QueryDict("model=kling-video-o1&duration=7"))

    assert [option.value for option in offer(looped).durations] == [str(length) for length in range(3, 11)]
    assert (looped.duration, straight.duration) == (7, 5)
    assert [option.value for option in offer(straight).durations] == ["5", "10"]
    loop = offer(straight).loop
    assert loop and loop.told == "ends on the photo, at the same price; from 3 to 10 seconds"
