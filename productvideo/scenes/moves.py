"""The camera moves that can be depended on, as Kling is told them and as people write them."""

from collections.abc import Iterable
from enum import StrEnum

from productvideo.scenes import lint
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


def moves_of(scenes: Iterable[Told]) -> set[Move]:
    """Read the camera moves from prompts, whoever wrote them."""
    return {move for scene in scenes for move in moves_in(scene.prompt)}


def moves_in(text: str) -> list[Move]:
    """Read the moves that a text tells of; one without its side may be to either."""
    told = lint.moves_of(text)
    return [move for move in Move if move in told or move.kind in told]
