"""What is taken where nobody names it: the persona, and of a clip the model, the mode and the length."""

from dataclasses import replace

from django.conf import settings as site

import kling
from kling.connection import uses_api_key
from personas.models import Persona

DEFAULT_PERSONA = "Default"
USUAL_SECONDS = 5


def persona_named(name: str = DEFAULT_PERSONA) -> Persona:
    """Return the persona of that name, making it when there is none."""
    persona, _ = Persona.objects.get_or_create(name=name)
    return persona


def offered_models() -> tuple[kling.Model, ...]:
    """Return each model that the credentials in use reach, once; the usual one under the name that KLING_MODEL has."""
    api_key = uses_api_key()
    usual = kling.MODELS.get(site.KLING_MODEL) if api_key else None  # a key pair reaches the legacy names alone
    offered = kling.offered(api_key=api_key)
    return tuple(usual if usual and usual.twin == model.name else model for model in offered)


def nearest_model(name: str = "") -> kling.Model:
    """Return the offered model that has this name, or is its successor; else the usual one, else the first."""
    offered = offered_models()
    by_name = {either: model for model in offered for either in kling.names_of(model.name)}
    for wanted in (name, site.KLING_MODEL):
        live = kling.ENDED[wanted].successor if wanted in kling.ENDED else wanted
        if live in by_name:
            return by_name[live]
    return offered[0]


def as_sent(settings: kling.Settings) -> kling.Settings:
    """Return what Kling will really be told: the name that the credentials reach, and sound that cannot be left out.

    Raises kling.SettingsError for an ended or unknown model, and kling.WrongCredentialsError for one out of reach.
    """
    model = _reachable(settings.model_name)
    return replace(settings, model_name=model.name, sound=settings.sound or model.always_sounds)


def clip_settings(
    *, model_name: str = "", mode: str = "", duration: int | None = None, sound: bool = False, loop: bool = False
) -> kling.Settings:
    """Complete what was named to settings that the model can make; raise kling.SettingsError where it cannot.

    `mode` is one of kling.Mode's words; without one it is the cheapest that can do what is asked.
    """
    model = _reachable(model_name or site.KLING_MODEL)
    wanted = kling.Mode(mode) if mode else cheapest_mode(model, sound=sound, loop=loop)
    seconds = usual_length(model, loop=loop) if duration is None else duration
    chosen = as_sent(kling.Settings(model_name=model.name, mode=wanted, duration=seconds, sound=sound, end_frame=loop))
    model.check(chosen)
    return chosen


def cheapest_mode(model: kling.Model, *, sound: bool = False, loop: bool = False) -> kling.Mode:
    rates = model.sounding if sound and model.sounding else model.silent
    able = [mode for mode in rates if not loop or model.offers_end_frame(mode=mode, sound=sound)]
    return min(able or rates, key=lambda mode: rates[mode])


def usual_length(model: kling.Model, *, loop: bool = False) -> int:
    """Return the model's length in seconds that is nearest to the usual five."""
    return min(model.lengths(end_frame=loop), key=lambda seconds: abs(seconds - USUAL_SECONDS))


def _reachable(model_name: str) -> kling.Model:
    return kling.reachable(kling.find_model(model_name), api_key=uses_api_key())
