"""The models that make videos from pictures, as data: what each can do and what a second of it costs.

A new model is one row in `_LIVE`. Most have a name in each of Kling's two APIs, and what those take differs a little:
so each name is a `Model` of its own. Source: kling-api §3 and §3N (fields), §4.1 (names, ends), §4.2 (capabilities),
§4.3 (units per second).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kling.errors import SettingsError
from kling.types import Dialect, Listing, Mode, Product, Settings

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A live model under one of its names.

    `silent` and `sounding` hold the units per second of each mode it has, without and with sound; one that
    `always_sounds` has both, and they are the same. `durations` are seconds; `end_frame_durations` where they differ
    for a clip that is given its last frame. `twin` is its name in the other API, "" where it has none there. Prompts
    are limited in characters, pictures in bytes.
    """

    name: str
    title: str
    durations: tuple[int, ...]
    silent: Mapping[Mode, Decimal]
    sounding: Mapping[Mode, Decimal]
    end_frame_modes: tuple[Mode, ...]
    end_frame_with_sound: bool = True
    end_frame_durations: tuple[int, ...] = ()
    always_sounds: bool = False
    cuts_by_itself: bool = False  # makes several shots of one clip unless told not to
    negative_prompt: bool = True
    prompt_limit: int = 2500
    largest_picture: int = 10 * MEGABYTE
    fps: int = 24
    dialect: Dialect = Dialect.LEGACY
    product: Product = Product.IMAGE_TO_VIDEO
    twin: str = ""

    @property
    def listing(self) -> Listing:
        """Where its tasks are found again."""
        if self.dialect is Dialect.NEW:
            return Listing.TASKS
        return Listing.OMNI_VIDEO if self.product is Product.OMNI_VIDEO else Listing.IMAGE2VIDEO

    @property
    def modes(self) -> tuple[Mode, ...]:
        return tuple(self.silent)

    @property
    def sound_modes(self) -> tuple[Mode, ...]:
        return tuple(self.sounding)

    def offers_end_frame(self, *, mode: Mode, sound: bool) -> bool:
        """Say whether a clip in this mode, with or without sound, can be given its last frame."""
        return mode in self.end_frame_modes and (self.end_frame_with_sound or not sound)

    def check_order(self, *, prompt: str, largest_picture: int) -> None:
        """Raise SettingsError for a prompt of too many characters, or a picture of too many bytes."""
        if len(prompt) > self.prompt_limit:
            raise SettingsError(
                f"The prompt has {len(prompt)} characters; {self.title} takes up to {self.prompt_limit}."
            )
        if largest_picture > self.largest_picture:
            raise SettingsError(
                f"The picture has {largest_picture / MEGABYTE:.1f} MB; {self.title} takes up to"
                f" {self.largest_picture // MEGABYTE} MB."
            )

    def lengths(self, *, end_frame: bool) -> tuple[int, ...]:
        """Return the lengths in seconds of clips with or without a given last frame."""
        return self.end_frame_durations if end_frame and self.end_frame_durations else self.durations

    def check(self, settings: Settings) -> None:
        """Raise SettingsError, naming what this model can do, unless it can do this."""
        self._check_mode(settings)
        self._check_duration(settings)
        self._check_sound(settings)
        self._check_end_frame(settings)
        self._check_negative_prompt(settings)

    def units(self, settings: Settings) -> Decimal:
        """Return the exact price of a clip in units, e.g. Decimal("1.5")."""
        self.check(settings)
        rates = self.sounding if settings.sound else self.silent
        # Adding zero turns the 3E+1 that normalize makes of 30.0 into 30.
        return (rates[Mode(settings.mode)] * settings.duration).normalize() + Decimal(0)

    def _check_mode(self, settings: Settings) -> None:
        if settings.mode not in self.silent:
            raise SettingsError(f"{self.title} has no mode {str(settings.mode)!r}; it offers {_listed(self.modes)}.")

    def _check_duration(self, settings: Settings) -> None:
        lengths = self.lengths(end_frame=settings.end_frame)
        if settings.duration not in lengths:
            kind = " without an end frame" if self.end_frame_durations and not settings.end_frame else ""
            raise SettingsError(
                f"{self.title} makes no clips of {settings.duration} seconds{kind}; it makes {_lengths(lengths)}."
            )

    def _check_sound(self, settings: Settings) -> None:
        if not settings.sound or settings.mode in self.sounding:
            return
        if self.sounding:
            raise SettingsError(
                f"{self.title} makes sound only in mode {_listed(self.sound_modes)}, not in {str(settings.mode)!r}."
            )
        raise SettingsError(f"{self.title} makes silent clips only; choose a model with sound, such as kling-v3.")

    def _check_end_frame(self, settings: Settings) -> None:
        if not settings.end_frame or self.offers_end_frame(mode=settings.mode, sound=settings.sound):
            return
        if not self.end_frame_modes:
            raise SettingsError(f"{self.title} takes no end frame.")
        kind = "" if self.end_frame_with_sound else " for silent clips"
        raise SettingsError(f"{self.title} takes an end frame only{kind} in mode {_listed(self.end_frame_modes)}.")

    def _check_negative_prompt(self, settings: Settings) -> None:
        if settings.negative_prompt and not self.negative_prompt:
            raise SettingsError(f"{self.title} takes no negative prompt; say it in the prompt instead.")
        if len(settings.negative_prompt) > self.prompt_limit:
            raise SettingsError(
                f"The negative prompt has {len(settings.negative_prompt)} characters;"
                f" {self.title} takes up to {self.prompt_limit}."
            )


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
    raise SettingsError(f"There is no model {name!r}; the live ones are {_listed(MODELS)}.")


def estimate_units(settings: Settings) -> Decimal:
    """Return the price in units of a clip with these settings; raise SettingsError when nobody can make it."""
    return find_model(settings.model_name).units(settings)


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


def _listed(names: Iterable[str]) -> str:
    *most, last = map(str, names)
    return f"{', '.join(most)} and {last}" if most else last


def _lengths(seconds: tuple[int, ...]) -> str:
    if len(seconds) > 2 and seconds == tuple(range(seconds[0], seconds[-1] + 1)):
        return f"{seconds[0]} to {seconds[-1]} seconds"
    return f"{_listed(map(str, seconds))} seconds"


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
