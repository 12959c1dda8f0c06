"""Words in square brackets that steer the sandbox from a prompt, as test cards do for payments."""

import re
from enum import StrEnum


class Steer(StrEnum):
    SLOW = "slow"  # renders for five times as long, and for a minute at least
    FAIL = "fail"  # the task fails with a text that Kling really sends
    POLICY = "policy"  # the task fails Kling's moderation
    LOST_ANSWER = "lost answer"  # the task is made, the answer never arrives
    BROKEN_DOWNLOAD = "broken download"  # the first two downloads end in the middle


_WORDS = {steer: re.compile(rf"\[\s*{steer.value.replace(' ', '[ _-]+')}\s*\]", re.IGNORECASE) for steer in Steer}


def read_steering(prompt: str) -> frozenset[Steer]:
    """Return every steering word that the prompt holds."""
    return frozenset(steer for steer, word in _WORDS.items() if word.search(prompt))
