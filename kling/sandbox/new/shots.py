"""Shots that a prompt of the new API tells one by one: "shot 1, 3, words; shot 2, 2, words;" (kling-api §3N.1)."""

import re

from kling.sandbox.answers import invalid

_SHOT = re.compile(r"\s*shot\s*([0-9]{1,3})\s*,\s*([0-9]{1,3})\s*s?\s*,([^;]*)", re.IGNORECASE)
_MOST_SHOTS, _LONGEST_WORDS = 6, 512


def check_shots(prompt: str, *, duration: int) -> None:
    """Raise Refused for shots that break the rules; a prompt that is not written so from end to end has none."""
    parts = [part for part in prompt.split(";") if part.strip()]
    shots = [_SHOT.fullmatch(part) for part in parts]
    seconds = [int(shot[2]) for shot in shots if shot is not None]
    if not shots or len(seconds) < len(shots):
        return
    if len(shots) > _MOST_SHOTS:
        raise invalid(f"shots cannot exceed {_MOST_SHOTS} in total")
    if any(len(shot[3].strip()) > _LONGEST_WORDS for shot in shots if shot is not None):
        raise invalid(f"the prompt of a shot can not exceed {_LONGEST_WORDS}")
    if min(seconds) < 1 or sum(seconds) != duration:
        raise invalid("the seconds of the shots do not add up to settings.duration")
