"""The plan of shots: three that differ from each other, three more, and which to take when some are there already."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from productvideo.scenes.types import Told


class Shot(StrEnum):
    HERO = "hero"
    DETAIL = "detail"
    CONTEXT = "context"


class Move(StrEnum):
    """The camera moves that can be depended on; orbit, crane and rack focus mean retakes."""

    PUSH_IN = "push-in"
    TILT_UP = "tilt up"
    TRACK_RIGHT = "tracking right"
    TRACK_LEFT = "tracking left"
    PULL_BACK = "pull-back"
    PAN_RIGHT = "pan right"


MOVES = {
    Move.PUSH_IN: "The camera makes a push-in",
    Move.TILT_UP: "The camera makes a tilt upwards",
    Move.TRACK_RIGHT: "The camera makes a tracking move to the right",
    Move.TRACK_LEFT: "The camera makes a tracking move to the left",
    Move.PULL_BACK: "The camera makes a pull-back",
    Move.PAN_RIGHT: "The camera makes a pan to the right",
}

# How people write the same moves.
SPOKEN = {
    Move.PUSH_IN: r"\bpush\w*[ -]in\b|\bmoves? (in|closer)\b|\bcomes? (slowly )?closer\b",
    Move.TILT_UP: r"\btilts? up",
    Move.TRACK_RIGHT: r"\btrack\w*( \w+){0,3} right",
    Move.TRACK_LEFT: r"\btrack\w*( \w+){0,3} left",
    Move.PULL_BACK: r"\b(pull|draw|mov)\w*[ -](back|out|away)\b",
    Move.PAN_RIGHT: r"\bpans?\b|\bpanning\b",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place in the plan; its moves are its own, so no two shots can move alike. The first is the usual one."""

    shot: Shot
    moves: tuple[Move, ...]
    stillness: str
    motion: str
    title: str
    description: str


PLAN = (
    Slot(
        shot=Shot.HERO,
        moves=(Move.PUSH_IN, Move.TILT_UP),
        stillness="stays fixed in place",
        motion="Soft light glides slowly across its surface",
        title="{name}, the first look",
        description="The camera comes slowly closer while soft light glides across {name}.",
    ),
    Slot(
        shot=Shot.DETAIL,
        moves=(Move.TRACK_RIGHT, Move.TRACK_LEFT),
        stillness="stays still",
        motion="In macro view, a highlight travels along its edge",
        title="{name}, up close",
        description="A slow move past {name}, close enough to see the material and how it is made.",
    ),
    Slot(
        shot=Shot.CONTEXT,
        moves=(Move.PULL_BACK, Move.PAN_RIGHT),
        stillness="stays exactly where it is",
        motion="Daylight shadows drift gently over the background",
        title="{name} in its place",
        description="The camera draws back from {name} and shows it calmly in its surroundings.",
    ),
)

# For scenes beyond the three, and for scenes written again: the same shots, seen another way.
SECOND = (
    Slot(
        shot=Shot.HERO,
        moves=(Move.TILT_UP,),
        stillness="stays upright and fixed",
        motion="A warm gleam rises slowly along its side",
        title="{name}, from the ground up",
        description="The view rises calmly from the base of {name} to its top.",
    ),
    Slot(
        shot=Shot.DETAIL,
        moves=(Move.TRACK_LEFT,),
        stillness="stays perfectly still",
        motion="Fine dust drifts through a narrow beam of light",
        title="{name}, a closer look",
        description="A quiet glide along {name} in a narrow beam of light.",
    ),
    Slot(
        shot=Shot.CONTEXT,
        moves=(Move.PAN_RIGHT,),
        stillness="remains in its place",
        motion="The light in the background slowly grows brighter",
        title="{name} and the room around it",
        description="The view wanders past {name} while the day grows brighter behind it.",
    ),
)


def slots_for(count: int, *, kept: Sequence[Told] = (), replaced: Sequence[Told] = ()) -> tuple[Slot, ...]:
    """Choose the shots of `count` new scenes: what the kept ones do not show and the replaced ones did not do."""
    seen, gone = moves_of(kept), moves_of(replaced)
    shown = {slot.shot for slot in PLAN for move in slot.moves if move in seen}
    ranked = sorted(PLAN + SECOND, key=lambda slot: (slot.moves[0] in seen, slot.shot in shown, slot.moves[0] in gone))
    picked = (ranked * count)[:count]
    taken = [*seen, *gone, *(slot.moves[0] for slot in picked)]
    return tuple(narrowed(slot, taken) for slot in sorted(picked, key=by_shot))


def by_shot(slot: Slot) -> int:
    return list(Shot).index(slot.shot)


def narrowed(slot: Slot, taken: Sequence[Move]) -> Slot:
    """Leave a slot its usual move, and those that no other scene makes."""
    usual, *others = slot.moves
    return replace(slot, moves=(usual, *(move for move in others if move not in taken)))


def moves_of(scenes: Iterable[Told]) -> set[Move]:
    """Read the camera moves from prompts, whoever wrote them."""
    return {move for scene in scenes for move in Move if is_told(move, scene.prompt)}


def is_told(move: Move, prompt: str) -> bool:
    words = prompt.casefold()
    return MOVES[move].casefold() in words or re.search(SPOKEN[move], words) is not None


def slot_for_idea(idea: Told) -> Slot:
    """Choose the shot that an idea speaks of, or else the one that its prompt has now."""
    wanted = [move for text in (idea.description, idea.title, idea.prompt) for move in Move if is_told(move, text)]
    move = wanted[0] if wanted else Move.PUSH_IN
    slot = next(slot for slot in PLAN if move in slot.moves)
    return replace(slot, moves=(move,))
