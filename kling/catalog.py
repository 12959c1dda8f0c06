"""The models of the legacy image-to-video API as data: what each can do and what a second of it costs.

A new model is one row in `_LIVE`. Source: kling-api §4.1 (ended), §4.2 (capabilities), §4.3 (units per second).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kling.types import Mode, Settings


class SettingsError(ValueError):
    """Something no live model can do; its text is one sentence that names what can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A live model. `silent` and `sounding` hold the units per second of each mode it has, without and with sound."""

    name: str
    title: str
    durations: tuple[int, ...]
    silent: Mapping[Mode, Decimal]
    sounding: Mapping[Mode, Decimal]
    end_frame_modes: tuple[Mode, ...]
    end_frame_with_sound: bool = True
    negative_prompt: bool = True
    prompt_limit: int = 2500
    fps: int = 24

    @property
    def modes(self) -> tuple[Mode, ...]:
        return tuple(self.silent)

    @property
    def sound_modes(self) -> tuple[Mode, ...]:
        return tuple(self.sounding)

    def offers_end_frame(self, *, mode: Mode, sound: bool) -> bool:
        """Say whether a clip in this mode, with or without sound, can be given its last frame."""
        return mode in self.end_frame_modes and (self.end_frame_with_sound or not sound)

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
        if settings.duration not in self.durations:
            raise SettingsError(
                f"{self.title} makes no clips of {settings.duration} seconds; it makes {_lengths(self.durations)}."
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


_LIVE = (
    Model(
        name="kling-v2-5-turbo",
        title="Kling 2.5 Turbo",
        durations=(5, 10),
        silent=_rates(std="0.3", pro="0.5"),
        sounding={},
        end_frame_modes=(Mode.PRO,),
    ),
    Model(
        name="kling-v2-6",
        title="Kling 2.6",
        durations=(5, 10),
        silent=_rates(std="0.3", pro="0.5"),
        sounding=_rates(pro="1.0"),
        end_frame_modes=(Mode.PRO,),
        end_frame_with_sound=False,
    ),
    Model(
        name="kling-v3",
        title="Kling 3.0",
        durations=tuple(range(3, 16)),
        silent=_rates(std="0.6", pro="0.8", four_k="3.0"),
        sounding=_rates(std="0.9", pro="1.2", four_k="3.0"),
        end_frame_modes=(Mode.STD, Mode.PRO, Mode.FOUR_K),
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
