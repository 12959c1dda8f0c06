"""One scene's fields as the language model fills them in; nothing in it is trusted."""

from dataclasses import dataclass, field
from enum import StrEnum


class Risk(StrEnum):
    """What in the photo is likely to go wrong."""

    NONE = "none"
    HANDS = "hands"
    LIQUID = "liquid"
    TEXT = "text"
    FACE = "face"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    title: str
    description: str
    subject_motion: str
    environment_motion: str
    stillness: str = ""
    mood: str = ""
    shot_type: str = ""
    camera_move: str = ""
    risk: str = ""
    seen_in_image: str = ""
    negative_nouns: tuple[str, ...] = field(default=())
