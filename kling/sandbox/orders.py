"""What a create asks for: every field of kling-api §3.1 read, checked in the order of §11, and priced."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kling.catalog import ENDED, MODELS, Model
from kling.sandbox import features
from kling.sandbox.answers import Refused, invalid, invalid_value
from kling.sandbox.pictures import decode_picture
from kling.types import Listing, Mode, Settings

PROMPT_LIMIT = 2500
_HERE = [model.name for model in MODELS.values() if model.listing is Listing.IMAGE2VIDEO]
DEFAULT_MODEL = "kling-v1"  # and ended: who sends no model is refused (§12 #5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A create that keeps every rule."""

    settings: Settings
    prompt: str  # with multi_shot, the prompts of all shots
    picture: bytes | None  # None: an address on the web, which the sandbox does not fetch
    end_picture: bytes | None  # of the last frame; only with `settings.end_frame`, and None as above
    external_id: str
    watermark: bool | None  # None when the caller did not speak of it
    units: Decimal


def read_order(body: Mapping[str, Any]) -> Order:
    """Raise Refused for the first rule that the body breaks; nothing about the account is looked at."""
    model_name = _read_model_name(body)
    settings = _read_settings(body, model_name)
    picture, end_picture = _read_pictures(body)
    prompt = _read_prompt(body, settings)
    external_id = _text(body, "external_task_id")
    watermark = _read_watermark(body)
    if model_name in ENDED:
        raise invalid(f"The model '{model_name}' has been discontinued and is no longer available.")
    model = MODELS[model_name]
    features.check(body, model, settings)
    return Order(
        settings=settings,
        prompt=prompt,
        picture=picture,
        end_picture=end_picture,
        external_id=external_id,
        watermark=watermark,
        units=_price(body, model, settings),
    )


def _read_model_name(body: Mapping[str, Any]) -> str:
    name = _text(body, "model_name") or DEFAULT_MODEL
    if name not in _HERE and name not in ENDED:
        raise invalid_value("model_name", name)
    return name


def _read_settings(body: Mapping[str, Any], model_name: str) -> Settings:
    mode = _text(body, "mode") or Mode.STD
    if mode not in tuple(Mode):
        raise invalid_value("mode", mode)
    sound = _text(body, "sound") or "off"
    if sound not in ("on", "off"):
        raise invalid_value("sound", sound)
    return Settings(
        model_name=model_name,
        mode=Mode(mode),
        duration=_read_duration(body),
        sound=sound == "on",
        negative_prompt=_limited(body, "negative_prompt"),
        end_frame=bool(_text(body, "image_tail")),
    )


def _read_duration(body: Mapping[str, Any]) -> int:
    """Return seconds; numbers are taken as well as strings (§12 #13)."""
    told = body.get("duration")
    if told is None or told == "":
        return 5
    text = str(int(told)) if isinstance(told, float) and told.is_integer() else str(told)
    if isinstance(told, bool) or not text.isascii() or not text.isdigit() or not 3 <= int(text) <= 15:
        raise invalid_value("duration", told)
    return int(text)


def _read_pictures(body: Mapping[str, Any]) -> tuple[bytes | None, bytes | None]:
    """Return the pictures of the first and of the last frame; None is one that is not there or not fetched."""
    image = _text(body, "image")
    if not image:
        raise invalid("image can not be null")
    tail = _text(body, "image_tail")
    end_picture = decode_picture(tail) if tail else None
    return decode_picture(image), end_picture


def _read_prompt(body: Mapping[str, Any], settings: Settings) -> str:
    prompt = _limited(body, "prompt")
    if features.flag(body, "multi_shot"):
        return features.read_shots(body, prompt, settings)
    if not prompt.strip():
        raise invalid("prompt can not be null")
    return prompt


def _read_watermark(body: Mapping[str, Any]) -> bool | None:
    told = body.get("watermark_info")
    if told is None:
        return None
    if not isinstance(told, dict):
        raise invalid_value("watermark_info", told)
    return features.flag(told, "enabled")


def _price(body: Mapping[str, Any], model: Model, settings: Settings) -> Decimal:
    if body.get("voice_list"):
        return features.VOICE_RATE * settings.duration
    return model.units(settings)


def _limited(body: Mapping[str, Any], name: str) -> str:
    text = _text(body, name)
    if len(text) > PROMPT_LIMIT:
        raise invalid(f"{name} length can not exceed {PROMPT_LIMIT}")
    return text


def _text(body: Mapping[str, Any], name: str) -> str:
    """Return a text field, empty when it is absent, null or empty."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid_value(name, value)
    return value


def parse_body(content: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a create; raise Refused (400/1200) for anything else."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise Refused(400, 1200, "The request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, 1200, "The request body is not a JSON object")
    return body
