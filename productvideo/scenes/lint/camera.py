"""The camera's rules: one move, a dependable one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from productvideo.scenes.lint.camera_words import CAMERA
from productvideo.scenes.lint.case import Breach, Case, plain
from productvideo.scenes.lint.clauses import clause_span, cut, smooth, with_sentence, without_sentences
from productvideo.scenes.lint.moves import RISKY, Sighting, moves_in, sightings
from productvideo.scenes.lint.names import hide_name

TOLD = {
    "push-in": "The camera makes a push-in",
    "pull-back": "The camera makes a pull-back",
    "tracking right": "The camera makes a tracking move to the right",
    "tilt up": "The camera makes a tilt upwards",
    "pan right": "The camera makes a pan to the right",
    "tracking left": "The camera makes a tracking move to the left",
    "pan left": "The camera makes a pan to the left",
    "tilt down": "The camera makes a tilt downwards",
}
CAMERA_LABEL = re.compile(r"\bcamera(?: move| movement)?:\s?$", re.IGNORECASE)
MANNER = ", slow and steady, beginning gently and settling before the end."
INSTEAD = {
    "orbit": "tracking right",
    "crane": "tilt up",
    "rack focus": "push-in",
    "whip pan": "pan right",
    "dolly zoom": "push-in",
}


def one_move(case: Case) -> Iterator[Breach]:
    """Two moves in one short clip fight each other; without any, Kling chooses one."""
    moves = moves_in(case.nameless)
    if not moves:
        yield Breach(
            rule="one_move",
            sentence=_("No camera move is told, so Kling would choose one; say a single slow move."),
            mends=(with_sentence(case.text, told) for told in new_moves(case)),
        )
    elif len(moves) > 1:
        yield Breach(
            rule="one_move",
            sentence=_("%(count)d camera moves are told (%(moves)s); one clip has room for one.")
            % {"count": len(moves), "moves": ", ".join(moves)},
            mends=with_one_move(case, moves[0]),
        )


def new_moves(case: Case) -> Iterator[str]:
    """Sentences for a move that no other scene makes, long ones before short ones."""
    taken = {move for other in case.others for move in moves_in(hide_name(plain(other), case.name))}
    free = [told for move, told in TOLD.items() if move not in taken] or list(TOLD.values())
    yield from (told + MANNER for told in free[:3])
    yield from (f"{told}." for told in free[:3])


def with_one_move(case: Case, kept: str) -> Iterator[str]:
    seen = sightings(case.nameless)
    extra = [one for one in seen if one.move != kept]
    yield without(case, extra, kept=[one for one in seen if one.move == kept])
    yield cut(case.text, [(one.start, one.end) for one in extra])
    rest = without_sentences(case.text, [one.start for one in seen])
    yield from (with_sentence(rest, told + ".") for move, told in TOLD.items() if move.startswith(kept))
    yield from (with_sentence(rest, told) for told in new_moves(case))


def without(case: Case, gone: Sequence[Sighting], *, kept: Sequence[Sighting]) -> str:
    """Drop the clauses of moves; the whole sentence where it tells of no move that is kept."""
    sentences = {case.clauses[one.clause].sentence for one in kept}
    clauses = {one.clause for one in gone if case.clauses[one.clause].sentence in sentences}
    alone = {case.clauses[one.clause].sentence for one in gone} - sentences
    whole = {number for number, clause in enumerate(case.clauses) if clause.sentence in alone}
    spans = [clause_span(case.clauses, number) for number in whole]
    return cut(case.text, [*spans, *(dropped(case, number, kept) for number in clauses)])


def dropped(case: Case, number: int, kept: Sequence[Sighting]) -> tuple[int, int]:
    """A clause, but for “the camera” in it where a later clause needs that: “the camera orbits, then pushes in”."""
    clause = case.clauses[number]
    camera = CAMERA.search(case.text, clause.start, clause.end)
    later = [case.clauses[one.clause] for one in kept if one.clause > number]
    follows = next((one for one in later if one.sentence == clause.sentence), None)
    if camera and follows and not CAMERA.search(case.text, follows.start, follows.end):
        return camera.end(), follows.start
    return clause_span(case.clauses, number)


def risky_move(case: Case) -> Iterator[Breach]:
    """Moves that Kling seldom gets right at once, and every retake costs."""
    seen = sightings(case.nameless)
    risky = [one for one in seen if one.move in RISKY]
    if not risky:
        return
    names = list(dict.fromkeys(one.move for one in risky))
    yield Breach(
        rule="risky_move",
        sentence=_("Often needs retakes: %(moves)s. A push-in, pull-back, pan, tilt or tracking move is dependable.")
        % {"moves": ", ".join(names)},
        mends=dependable(case, risky, [one for one in seen if one.move not in RISKY]),
    )


def dependable(case: Case, risky: Sequence[Sighting], good: Sequence[Sighting]) -> Iterator[str]:
    if good:
        yield without(case, risky, kept=good)
    first, *more = risky
    preferred = INSTEAD[first.move]
    for move in (preferred, *(move for move in TOLD if move != preferred)):
        yield with_move(case, first, more, TOLD[move])


def with_move(case: Case, old: Sighting, more: Sequence[Sighting], told: str) -> str:
    """Put another move where one was, and drop what else there is."""
    clause = case.clauses[old.clause]
    if CAMERA_LABEL.search(case.text[: clause.start]):  # “Camera: orbit left”
        clause = replace(clause, start=case.clauses[old.clause - 1].start, joint=case.clauses[old.clause - 1].joint)
    words = told if clause.is_first else told[0].lower() + told[1:]
    gone = [case.clauses[number] for number in {one.clause for one in more} - {old.clause}]
    edits = [(clause.start, clause.end, words), *((one.opens, one.end, "") for one in gone)]
    text = case.text
    for start, end, new in sorted(edits, reverse=True):
        text = f"{text[:start]} {new} {text[end:]}"
    return smooth(text)
