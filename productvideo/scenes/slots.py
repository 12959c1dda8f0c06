"""Which shots of a plan to write: what the scenes that stay do not show, and what those that go did not do."""

from collections.abc import Sequence
from dataclasses import replace

from productvideo.scenes.draft import Draft
from productvideo.scenes.moves import Move, moves_in, moves_of
from productvideo.scenes.plan import Plan, Shot, Slot
from productvideo.scenes.types import Told


def slots_for(plan: Plan, count: int, *, kept: Sequence[Told] = (), replaced: Sequence[Told] = ()) -> tuple[Slot, ...]:
    """Choose the shots of `count` new scenes."""
    seen, gone = moves_of(kept), moves_of(replaced)
    kinds = {move.kind for move in seen}
    shown = {slot.shot for slot in plan.slots + plan.second for move in slot.moves if move in seen}
    ranked = sorted(
        plan.slots + plan.second,
        key=lambda slot: (
            slot.moves[0] in seen,
            slot.shot in shown,
            slot.moves[0].kind in kinds,
            slot.moves[0] in gone,
        ),
    )
    picked = (ranked * count)[:count]
    taken = [*seen, *gone, *(slot.moves[0] for slot in picked)]
    return tuple(narrowed(slot, taken) for slot in sorted(picked, key=by_shot))


def by_shot(slot: Slot) -> int:
    return list(Shot).index(slot.shot)


def narrowed(slot: Slot, taken: Sequence[Move]) -> Slot:
    """Leave a slot its usual move, and those that no other scene makes."""
    usual, *others = slot.moves
    return replace(slot, moves=(usual, *(move for move in others if move not in taken)))


def slot_for_idea(plan: Plan, idea: Told) -> Slot:
    """Choose the shot that an idea speaks of, or else the one that its prompt has now."""
    spoken = [move for text in (idea.description, idea.title, idea.prompt) for move in moves_in(text)]
    for move in spoken:
        for slot in plan.slots + plan.second:
            if move in slot.moves:
                return replace(slot, moves=(move,))
    return replace(plan.slots[0], moves=(*spoken, *plan.slots[0].moves)[:1])


def assign_slots(drafts: Sequence[Draft], slots: Sequence[Slot]) -> list[tuple[Slot, Draft]]:
    """Give each draft the shot it asks for if that is free, and else the next free one: no two shots are alike."""
    free = list(slots)
    assigned = []
    for draft in drafts[: len(slots)]:
        slot = next((slot for slot in free if slot.shot == draft.shot_type), free[0])
        free.remove(slot)
        assigned.append((slot, draft))
    return assigned
