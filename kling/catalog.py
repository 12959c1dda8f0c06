"""The models that make videos from pictures, as data: what each can do and what a second of it costs.

A new model is one row in `_LIVE`. Most have a name in each of Kling's two APIs, and what those take differs a little:
so each name is a `Model` of its own. Source: kling-api §3 and §3N (fields), §4.1 (names, ends), §4.2 (capabilities),
§4.3 (units per second).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kling.errors import SettingsError
from kling.model import MEGABYTE, Model, listed
from kling.types import Dialect, Mode, Product, Settings

UNIT_PRICE = Decimal("0.14")  # US dollars, by the price list


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedModel:
    """A model that Kling refuses since `ended_on`, and the live one to use instead."""

    name: str
    ended_on: date
    successor: str


def find_model(name: str) -> Model:
    """Return the live model of that name; raise SettingsError for an ended or unknown one."""
    if name in MODELS:
        return MODELS[name]
    if name in ENDED:
        ended = ENDED[name]
        raise SettingsError(f"Kling ended {name} on {ended.ended_on.isoformat()}; use {ended.successor} instead.")
    raise SettingsError(f"There is no model {name!r}; the live ones are {listed(MODELS)}.")


def estimate_units(settings: Settings) -> Decimal:
    """Return the price in units of a clip with these settings; raise SettingsError when nobody can make it."""
    return find_model(settings.model_name).units(settings)


def estimate_money(settings: Settings, *, unit_price: Decimal = UNIT_PRICE) -> Decimal:
    """Return the price of a clip in the currency of `unit_price`: list price in US dollars unless told otherwise."""
    return estimate_units(settings) * unit_price


def offered(*, api_key: bool) -> tuple[Model, ...]:
    """Return every live model once, under its legacy name where it has one; without an API key, only those."""
    legacy = tuple(model for model in MODELS.values() if model.dialect is Dialect.LEGACY)
    new_only = tuple(model for model in MODELS.values() if model.dialect is Dialect.NEW and not model.twin)
    return legacy + new_only if api_key else legacy


def names_of(name: str) -> tuple[str, ...]:
    """Return every name of the model that has this one, the legacy name first; of an unknown one its name alone."""
    model = MODELS.get(name)
    if model is None or not model.twin:
        return (name,)
    return (name, model.twin) if model.dialect is Dialect.LEGACY else (model.twin, name)


def title_of(name: str) -> str:
    """Return how people call a model; one that is not in the catalogue, or not any more, has its name only."""
    return MODELS[name].title if name in MODELS else name


def _rates(**units_per_second: str) -> dict[Mode, Decimal]:
    modes = {"std": Mode.STD, "pro": Mode.PRO, "four_k": Mode.FOUR_K}
    return {modes[name]: Decimal(units) for name, units in units_per_second.items()}


def _both(*, legacy: str, new: str, new_prompt_limit: int = 2500, **shared: Any) -> tuple[Model, Model]:
    """Return a model under both of its names; the new API takes no negative prompts, and larger pictures."""
    new_differs = {"negative_prompt": False, "prompt_limit": new_prompt_limit, "dialect": Dialect.NEW}
    new_differs["cuts_by_itself"] = new.startswith("kling-3.0")
    if shared.get("product") is not Product.OMNI_VIDEO:
        new_differs["largest_picture"] = 50 * MEGABYTE
    return Model(name=legacy, twin=new, **shared), Model(name=new, twin=legacy, **(shared | new_differs))


_3_TO_15 = tuple(range(3, 16))
_EVERY_MODE = (Mode.STD, Mode.PRO, Mode.FOUR_K)
_LIVE = (
    *_both(
        legacy="kling-v2-5-turbo",
        new="kling-2.5-turbo",
        title="Kling 2.5 Turbo",
        durations=(5, 10),
        silent=_rates(std="0.3", pro="0.5"),
        sounding={},
        end_frame_modes=(Mode.PRO,),
    ),
    *_both(
        legacy="kling-v2-6",
        new="kling-2.6",
        title="Kling 2.6",
        durations=(5, 10),
        silent=_rates(std="0.3", pro="0.5"),
        sounding=_rates(pro="1.0"),
        with_voice=_rates(pro="1.2"),
        motion=_rates(std="0.5", pro="0.8"),
        end_frame_modes=(Mode.PRO,),
        end_frame_with_sound=False,
    ),
    *_both(
        legacy="kling-v3",
        new="kling-3.0",
        new_prompt_limit=3072,  # and 2500 advised
        title="Kling 3.0",
        durations=_3_TO_15,
        silent=_rates(std="0.6", pro="0.8", four_k="3.0"),
        sounding=_rates(std="0.9", pro="1.2", four_k="3.0"),
        motion=_rates(std="0.9", pro="1.2"),
        end_frame_modes=_EVERY_MODE,
    ),
    *_both(
        legacy="kling-v3-omni",
        new="kling-3.0-omni",
        title="Kling 3.0 Omni",
        product=Product.OMNI_VIDEO,
        durations=_3_TO_15,
        silent=_rates(std="0.6", pro="0.8", four_k="3.0"),
        sounding=_rates(std="0.8", pro="1.0", four_k="3.0"),
        with_video=_rates(std="0.9", pro="1.2", four_k="3.0"),
        end_frame_modes=_EVERY_MODE,
        negative_prompt=False,
    ),
    *_both(
        legacy="kling-video-o1",
        new="kling-o1",
        title="Kling O1",
        product=Product.OMNI_VIDEO,
        durations=(5, 10),
        end_frame_durations=tuple(range(3, 11)),
        silent=_rates(std="0.6", pro="0.8"),
        sounding={},
        with_video=_rates(std="0.9", pro="1.2"),
        end_frame_modes=(Mode.STD, Mode.PRO),
        negative_prompt=False,
    ),
    Model(
        name="kling-3.0-turbo",
        title="Kling 3.0 Turbo",
        dialect=Dialect.NEW,
        durations=_3_TO_15,
        silent=_rates(std="0.8", pro="1.0"),
        sounding=_rates(std="0.8", pro="1.0"),
        always_sounds=True,
        end_frame_modes=(),
        negative_prompt=False,
        largest_picture=50 * MEGABYTE,
    ),
)
MODELS: Mapping[str, Model] = {model.name: model for model in _LIVE}

_SUCCESSORS = {
    "kling-v1": "kling-v2-5-turbo",
    "kling-v1-5": "kling-v2-5-turbo",
    "kling-v1-6": "kling-v2-5-turbo",
    "kling-v2-1": "kling-v2-5-turbo",
    "kling-v2-master": "kling-v2-6",
    "kling-v2-1-master": "kling-v2-6",
}
ENDED: Mapping[str, EndedModel] = {
    name: EndedModel(name=name, ended_on=date(2026, 9, 15), successor=successor)
    for name, successor in _SUCCESSORS.items()
}
