"""The camera moves that can be depended on, as Kling is told them and as people write them."""

import re
from collections.abc import Iterable
from enum import StrEnum

from productvideo.scenes.types import Told


class Move(StrEnum):
    """Orbit, crane, rack focus and whip pan mean retakes; the arc is a small one, for a second look at most."""

    PUSH_IN = "push-in"
    PULL_BACK = "pull-back"
    TILT_UP = "tilt up"
    TILT_DOWN = "tilt down"
    PAN_LEFT = "pan left"
    PAN_RIGHT = "pan right"
    TRACK_LEFT = "tracking left"
    TRACK_RIGHT = "tracking right"
    ARC = "slow arc"

    @property
    def kind(self) -> str:
        """The move without the side to which it goes."""
        return self.value.removesuffix(" left").removesuffix(" right").removesuffix(" up").removesuffix(" down")


MOVES = {
    Move.PUSH_IN: "The camera makes a push-in",
    Move.PULL_BACK: "The camera makes a pull-back",
    Move.TILT_UP: "The camera makes a tilt up",
    Move.TILT_DOWN: "The camera makes a tilt down",
    Move.PAN_LEFT: "The camera makes a pan left",
    Move.PAN_RIGHT: "The camera makes a pan right",
    Move.TRACK_LEFT: "The camera makes a tracking move left",
    Move.TRACK_RIGHT: "The camera makes a tracking move right",
    Move.ARC: "The camera makes a small slow arc",
}

# How people write the same moves, and how our earlier templates did.
SPOKEN = {
    Move.PUSH_IN: r"\bpush\w*[ -]in\b|\bmoves? (in|closer)\b|\bcomes? (slowly )?closer\b",
    Move.PULL_BACK: r"\b(pull|draw|mov)\w*[ -](back|out|away)\b",
    Move.TILT_UP: r"\btilt\w* up",
    Move.TILT_DOWN: r"\btilt\w* down",
    Move.PAN_LEFT: r"\bpan(s|ning)?\b( \w+){0,3} left\b",
    Move.PAN_RIGHT: r"\bpan(s|ning)?\b(?!( \w+){0,3} left\b)",
    Move.TRACK_LEFT: r"\btrack\w*( \w+){0,3} left\b",
    Move.TRACK_RIGHT: r"\btrack\w*( \w+){0,3} right\b",
    Move.ARC: r"\bcamera\b[^.]*\barc(s|ing)?\b",
}


def moves_of(scenes: Iterable[Told]) -> set[Move]:
    """Read the camera moves from prompts, whoever wrote them."""
    return {move for scene in scenes for move in Move if is_told(move, scene.prompt)}


def is_told(move: Move, prompt: str) -> bool:
    return re.search(SPOKEN[move], prompt.casefold()) is not None
