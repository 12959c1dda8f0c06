"""The `settings` of creates in the new API; keys that a model does not have are ignored (kling-api §3N.1)."""

from dataclasses import dataclass

from kling.model import Model
from kling.sandbox.answers import invalid_value
from kling.sandbox.fields import Body, read_flag, read_object, read_whole, read_word
from kling.sandbox.products import Product
from kling.sandbox.studio.sizes import RATIOS, RESOLUTIONS
from kling.types import Mode

NATIVE, ORIGINAL, OFF = "native", "original", "off"
WITH_SHOTS = ("kling-3.0", "kling-3.0-omni")
MODES = {resolution: mode for mode, resolution in RESOLUTIONS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`shots`: the prompt may tell of several, None when nothing was said of it. `ratio`: "" when not told."""

    mode: Mode
    duration: int
    audio: str
    shots: bool | None
    ratio: str


def read_settings(body: Body, model: Model, product: Product) -> Settings:
    told = read_object(body, "settings")
    return Settings(
        mode=_read_mode(told, model),
        duration=_read_duration(told, model),
        audio=_read_audio(told, model, product),
        shots=_read_shots(told, model),
        ratio=_read_ratio(told, product),
    )


def _read_mode(told: Body, model: Model) -> Mode:
    words = tuple(RESOLUTIONS[mode] for mode in model.modes)
    return MODES[read_word(told, "resolution", words, default="720p", label="settings.resolution")]


def _read_duration(told: Body, model: Model) -> int:
    if (value := told.get("duration")) is None:
        return 5
    seconds = read_whole(value)
    if seconds is None or seconds not in {*model.durations, *model.end_frame_durations}:
        raise invalid_value("settings.duration", value)
    return seconds


def _read_audio(told: Body, model: Model, product: Product) -> str:
    if model.always_sounds:
        return NATIVE
    native, original = bool(model.sounding), product is Product.OMNI
    if not native and not original:
        return OFF
    words = (OFF, *([NATIVE] if native else []), *([ORIGINAL] if original else []))
    return read_word(told, "audio", words, default=OFF, label="settings.audio")


def _read_shots(told: Body, model: Model) -> bool | None:
    if model.name not in WITH_SHOTS or told.get("multi_shot") is None:
        return None
    return read_flag(told, "multi_shot", label="settings.multi_shot")


def _read_ratio(told: Body, product: Product) -> str:
    if product is Product.IMAGE:
        return ""
    return read_word(told, "aspect_ratio", ("", *RATIOS), default="", label="settings.aspect_ratio")
