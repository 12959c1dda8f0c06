"""Prompts of the legacy API: one for the whole film, or one for each shot of it (kling-api §3.1)."""

from kling.sandbox.answers import invalid, invalid_value
from kling.sandbox.fields import Body, read_flag, read_limited, read_list, read_whole
from kling.sandbox.legacy.basics import PROMPT_LIMIT

_KINDS = ("customize", "intelligence")
_MOST_SHOTS, _LONGEST_PROMPT = 6, 512


def read_prompt(body: Body, *, duration: int, may_be_empty: bool = False) -> str:
    """Return the words of the film, or of all its shots."""
    prompt = read_limited(body, "prompt", most=PROMPT_LIMIT)
    if read_flag(body, "multi_shot"):
        return _read_shots(body, prompt, duration)
    return prompt if may_be_empty else _needed(prompt)


def _needed(prompt: str) -> str:
    if not prompt.strip():
        raise invalid("prompt can not be null")
    return prompt


def _read_shots(body: Body, prompt: str, duration: int) -> str:
    """Return the words of all shots; with `intelligence` they are in the prompt."""
    kind = body.get("shot_type")
    if kind not in _KINDS:
        raise invalid_value("shot_type", "" if kind is None else kind)
    if kind == "intelligence":
        return _needed(prompt)
    shots = read_list(body, "multi_prompt", most=_MOST_SHOTS)
    if not shots:
        raise invalid("multi_prompt can not be null")
    if sum(_shot_seconds(shot) for shot in shots) != duration:
        raise invalid("the durations of multi_prompt do not add up to duration")
    return "\n".join(shot["prompt"] for shot in shots)


def _shot_seconds(shot: object) -> int:
    if not isinstance(shot, dict) or not isinstance(words := shot.get("prompt"), str):
        raise invalid_value("multi_prompt", shot)
    told = shot.get("duration")
    seconds = told if isinstance(told, str) else str(read_whole(told))
    is_whole = seconds.isascii() and seconds.isdigit() and int(seconds[:3]) >= 1
    if not is_whole or not 0 < len(words) <= _LONGEST_PROMPT:
        raise invalid_value("multi_prompt", shot)
    return int(seconds[:3])
