"""What only some models can do: modes, lengths, sound, end frame, shots, elements, voices (kling-api §3.1, §4.2).

Texts in quotes in §3.7 are Kling's; the others follow their pattern, since Kling's own are not recorded.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kling.catalog import Model
from kling.sandbox.answers import invalid, invalid_value
from kling.types import Mode, Settings

VOICE_RATE = Decimal("1.2")  # units per second of kling-v2-6 with a chosen voice (§4.3)
_SHOTS = ("customize", "intelligence")


def check(body: Mapping[str, Any], model: Model, settings: Settings) -> None:
    """Raise Refused for the first thing that this live model cannot do."""
    if settings.mode not in model.modes:
        raise invalid_value("mode", str(settings.mode))
    if settings.duration not in model.durations:
        raise invalid_value("duration", str(settings.duration))
    _check_sound(model, settings)
    _check_end_frame(model, settings)
    _check_camera(body, model)
    _check_shots(body, model)
    _check_elements(body, model)
    _check_voices(body, model, settings)


def _check_sound(model: Model, settings: Settings) -> None:
    if not settings.sound or settings.mode in model.sound_modes:
        return
    if not model.sound_modes:
        raise invalid(f"{model.name} is not supported with sound")
    raise invalid(f"sound is only supported in {' or '.join(model.sound_modes)} mode with {model.name}")


def _check_end_frame(model: Model, settings: Settings) -> None:
    if not settings.end_frame:
        return
    if settings.mode not in model.end_frame_modes:
        raise invalid(f"image_tail is only supported in {' or '.join(model.end_frame_modes)} mode with {model.name}")
    if settings.sound and not model.end_frame_with_sound:
        raise invalid(f"{model.name} is not supported with image_tail and sound")


def _check_camera(body: Mapping[str, Any], model: Model) -> None:
    if body.get("camera_control"):
        raise invalid("camera_control is only supported in std mode with 5s duration and kling-v1")
    if body.get("static_mask") or body.get("dynamic_masks"):
        raise invalid(f"{model.name} is not supported with motion brush")


def _check_shots(body: Mapping[str, Any], model: Model) -> None:
    if flag(body, "multi_shot") and model.name != "kling-v3":
        raise invalid(f"{model.name} is not supported with multi_shot")


def _check_elements(body: Mapping[str, Any], model: Model) -> None:
    if not (elements := _listed(body, "element_list", most=3)):
        return
    if model.name != "kling-v3":
        raise invalid(f"{model.name} is not supported with element_list")
    if body.get("voice_list"):
        raise invalid("element_list and voice_list can not be used together")
    if not all(isinstance(element, dict) and element.get("element_id") for element in elements):
        raise invalid_value("element_list", elements)


def _check_voices(body: Mapping[str, Any], model: Model, settings: Settings) -> None:
    if not (voices := _listed(body, "voice_list", most=2)):
        return
    if model.name != "kling-v2-6" or settings.mode != Mode.PRO:
        raise invalid(f"{model.name} is not supported with voice_list")
    if not settings.sound:
        raise invalid("voice_list is only supported with sound on")
    if not all(isinstance(voice, dict) and voice.get("voice_id") for voice in voices):
        raise invalid_value("voice_list", voices)


def read_shots(body: Mapping[str, Any], prompt: str, settings: Settings) -> str:
    """Return the words of all shots of a `multi_shot` create; with `intelligence` they are in the prompt."""
    kind = body.get("shot_type")
    if kind not in _SHOTS:
        raise invalid_value("shot_type", "" if kind is None else kind)
    if kind == "intelligence":
        if not prompt.strip():
            raise invalid("prompt can not be null")
        return prompt
    shots = _listed(body, "multi_prompt", most=6)
    if not shots:
        raise invalid("multi_prompt can not be null")
    if sum(_shot_seconds(shot) for shot in shots) != settings.duration:
        raise invalid("the durations of multi_prompt do not add up to duration")
    return "\n".join(shot["prompt"] for shot in shots)


def _shot_seconds(shot: object) -> int:
    if not isinstance(shot, dict) or not isinstance(words := shot.get("prompt"), str) or not 0 < len(words) <= 512:
        raise invalid_value("multi_prompt", shot)
    seconds = str(shot.get("duration", ""))
    if not seconds.isascii() or not seconds.isdigit() or int(seconds[:3]) < 1:
        raise invalid_value("multi_prompt", shot)
    return int(seconds[:3])


def flag(body: Mapping[str, Any], name: str) -> bool:
    """Return yes or no; Kling's own example sends the string "true"."""
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    if str(value).lower() not in ("true", "false", ""):
        raise invalid_value(name, value)
    return str(value).lower() == "true"


def _listed(body: Mapping[str, Any], name: str, *, most: int) -> list[Any]:
    value = body.get(name) or []
    if not isinstance(value, list) or len(value) > most:
        raise invalid_value(name, value)
    return value
