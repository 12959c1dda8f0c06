"""How much a prompt may say to each of Kling's models."""

from dataclasses import dataclass

import kling
from productvideo.scenes.lint import words_for

MOST_CHARACTERS = 2500
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    least_words: int
    most_words: int
    most_characters: int = MOST_CHARACTERS
    negative_prompt: bool = True


def limits_for(model_name: str) -> Limits:
    """Return a model's limits; of one that nobody knows, those that every model keeps."""
    model = kling.MODELS.get(model_name)
    least, most = words_for(model_name or UNKNOWN)
    if model is None:
        return Limits(least_words=least, most_words=most)
    return Limits(
        least_words=least,
        most_words=most,
        most_characters=model.prompt_limit,
        negative_prompt=model.negative_prompt,
    )
