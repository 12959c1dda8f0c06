"""What is taken where nobody names it: the persona, and of a clip the model, the mode and the length."""

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
    """Return the models that can be chosen with the credentials in use; KLING_MODEL under the name it was given."""
    offered = kling.offered(api_key=uses_api_key())
    usual = kling.MODELS.get(site.KLING_MODEL)
    return tuple(usual if usual and usual.twin == model.name else model for model in offered)


def clip_settings(
    *, model_name: str = "", mode: str = "", duration: int | None = None, sound: bool = False, loop: bool = False
) -> kling.Settings:
    """Complete what was named to settings that the model can make; raise kling.SettingsError where it cannot."""
    model = kling.find_model(model_name or site.KLING_MODEL)
    wanted = mode or cheapest_mode(model, sound=sound, loop=loop)
    if wanted not in model.modes:
        raise kling.SettingsError(f"{model.title} has no mode {wanted!r}; it offers {', '.join(model.modes)}.")
    seconds = usual_length(model) if duration is None else duration
    chosen = kling.Settings(
        model_name=model.name, mode=kling.Mode(wanted), duration=seconds, sound=sound, end_frame=loop
    )
    model.check(chosen)
    return chosen


def cheapest_mode(model: kling.Model, *, sound: bool = False, loop: bool = False) -> kling.Mode:
    rates = model.sounding if sound and model.sounding else model.silent
    able = [mode for mode in rates if not loop or model.offers_end_frame(mode=mode, sound=sound)]
    return min(able or rates, key=lambda mode: rates[mode])


def usual_length(model: kling.Model) -> int:
    """Return the model's length in seconds that is nearest to the usual five."""
    return min(model.durations, key=lambda seconds: abs(seconds - USUAL_SECONDS))
