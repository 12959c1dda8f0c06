"""Fields of JSON bodies, read as Kling reads them: absent, null and empty are the same."""

import json
import re
from collections.abc import Mapping
from typing import Any

from kling.sandbox.answers import Refused, invalid, invalid_value

Body = Mapping[str, Any]
# What may be half a character: a prompt that was cut in the middle of an emoji ends so.
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]|\xed")


def parse_body(content: bytes) -> Body:
    """Return the JSON object of a request, `?` for half a character; raise Refused (400/1200) for anything else."""
    try:
        body = json.loads(content)
        if _HALVES.search(content):
            body = json.loads(json.dumps(body, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        raise Refused(400, 1200, "The request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, 1200, "The request body is not a JSON object")
    return body


def read_text(body: Body, name: str, *, label: str = "") -> str:
    """Return a text; `label` is what Kling calls the field when it refuses it."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid_value(label or name, value)
    return value


def read_limited(body: Body, name: str, *, most: int, label: str = "") -> str:
    """Return a text of at most so many characters."""
    text = read_text(body, name, label=label)
    if len(text) > most:
        raise invalid(f"{label or name} length can not exceed {most}")
    return text


def read_word(body: Body, name: str, words: tuple[str, ...], *, default: str, label: str = "") -> str:
    """Return one of some words."""
    word = read_text(body, name, label=label) or default
    if word not in words:
        raise invalid_value(label or name, word)
    return word


def read_flag(body: Body, name: str, *, default: bool = False, label: str = "") -> bool:
    """Return yes or no; Kling's own example sends the string "true"."""
    value = body.get(name)
    if value is None or value == "":
        return default
    if isinstance(value, bool):
        return value
    if str(value).lower() not in ("true", "false"):
        raise invalid_value(label or name, value)
    return str(value).lower() == "true"


def read_list(body: Body, name: str, *, most: int | None = None) -> list[Any]:
    value = body.get(name) or []
    if not isinstance(value, list) or (most is not None and len(value) > most):
        raise invalid_value(name, value)
    return value


def read_object(body: Body, name: str) -> Body:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_value(name, value)
    return value


def read_watermark(body: Body) -> bool | None:
    """Return whether a watermark is wanted; None when nothing is said of one."""
    if body.get("watermark_info") is None:
        return None
    return read_flag(read_object(body, "watermark_info"), "enabled")


def read_whole(value: object) -> int | None:
    """Return a JSON number that is whole, 5.0 too; None for everything else."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_number(body: Body, name: str, *, default: int) -> int:
    """Return a whole number of at least nothing, given as one or as a string of digits."""
    value = body.get(name)
    if value is None or value == "":
        return default
    number = int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value) else read_whole(value)
    if number is None or not 0 <= number < 10**15:
        raise invalid_value(name, value)
    return number


def read_filters(body: Body, known: Mapping[str, tuple[str, ...] | None]) -> dict[str, set[str]]:
    """Return the words of each key of `filters`; values of one key are alternatives, and no values are no filter.

    `known` tells the keys, and the words of each, None where it may be any text.
    """
    words: dict[str, set[str]] = {}
    for entry in read_list(body, "filters"):
        if not isinstance(entry, dict):
            raise invalid_value("filters", entry)
        key = read_text(entry, "key", label="filters.key")
        if key not in known:
            raise invalid_value("filters.key", key)
        values = [_read_filter(value, known[key]) for value in read_list(entry, "values")]
        if values:
            words.setdefault(key, set()).update(values)
    return words


def _read_filter(value: object, words: tuple[str, ...] | None) -> str:
    if not isinstance(value, str) or (words is not None and value not in words):
        raise invalid_value("filters.values", value)
    return value
