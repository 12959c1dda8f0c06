"""What every create of the legacy API may say, whichever product it is for (kling-api §3.1)."""

import re
from dataclasses import dataclass

from kling.sandbox.answers import invalid_value
from kling.sandbox.fields import Body, read_text, read_watermark, read_whole, read_word
from kling.sandbox.order import Notes
from kling.types import Mode

LARGEST_PICTURE = 10 * 1024 * 1024
PROMPT_LIMIT = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Basics:
    mode: Mode
    duration: int  # seconds
    sound: bool


def read_basics(body: Body, *, default_mode: Mode = Mode.STD) -> Basics:
    mode = read_word(body, "mode", tuple(Mode), default=default_mode)
    sound = read_word(body, "sound", ("on", "off"), default="off")
    return Basics(mode=Mode(mode), duration=_read_duration(body), sound=sound == "on")


def read_notes(body: Body) -> Notes:
    return Notes(
        external_id=read_text(body, "external_task_id"),
        watermark=read_watermark(body),
        callback_url=read_text(body, "callback_url"),
    )


def _read_duration(body: Body) -> int:
    """Return seconds; numbers are taken as well as strings (§12 #13)."""
    told = body.get("duration")
    if told is None or told == "":
        return 5
    seconds = int(told) if isinstance(told, str) and re.fullmatch(r"[0-9]{1,9}", told) else read_whole(told)
    if seconds is None or not 3 <= seconds <= 15:
        raise invalid_value("duration", told)
    return seconds
