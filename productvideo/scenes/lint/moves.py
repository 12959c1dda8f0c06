"""Reads the camera moves from a prompt, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from productvideo.scenes.lint.camera_words import (
    ANY_VERB,
    BARE_VERBS,
    CAMERA,
    CAMERA_VERBS,
    FILLERS,
    LOCKED,
    NEGATED,
    NOUN_PATTERNS,
    VERB_PATTERNS,
    VIEW,
)
from productvideo.scenes.lint.clauses import SUBORDINATE, Clause, clause_at, clauses_of

LOCK = "locked"
RISKY = frozenset(("orbit", "crane", "rack focus", "whip pan", "dolly zoom"))
SIDED = frozenset(("pan", "tracking"))
RIGHT = re.compile(
    r"\bto (?:the )?(left|right)\b|\b(left|right)(?:wards?)?\b(?! (?:to|side|edge|of|hand|corner|half)\b)", re.I
)
ONLY_DIRECTION = re.compile(r"^\W*(?:back |to |the |then |slowly )*(left|right|up|down)(?:wards?)?\W*$", re.IGNORECASE)
# What says less of the same: “a dolly move that pushes in” is one move.
VAGUE = {
    "dolly": ("push-in", "pull-back", "tracking", "tracking left", "tracking right", "arc"),
    "tracking": ("tracking left", "tracking right"),
    "pan": ("pan left", "pan right"),
    "tilt": ("tilt up", "tilt down"),
}
OWN_SUBJECT = re.compile(
    r"^\W*(?:the|its|an?|their|his|her|only|soft|thin|light|steam|each|every|some)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A move, and where it is written."""

    move: str
    start: int
    end: int
    clause: int


def moves_of(prompt: str) -> tuple[str, ...]:
    """Each camera move of a prompt once, in order; ("locked",) if it says that the camera stays where it is."""
    return moves_in(" ".join(prompt[:2500].split()))


def moves_in(text: str) -> tuple[str, ...]:
    seen = tuple(dict.fromkeys(sighting.move for sighting in sightings(text)))
    if seen:
        return seen
    return (LOCK,) if LOCKED.search(text) or next(negated_moves(text), None) else ()


def sightings(text: str) -> list[Sighting]:
    """Every place where a move is told, without vague words for a move that is told more exactly elsewhere."""
    clauses = clauses_of(text)
    found = [one for one in all_sightings(text, clauses) if not is_negated(text, clauses, one)]
    moves = {one.move for one in found}
    if len(moves) > 1:
        found = [one for one in found if one.move != "handheld" and not moves.intersection(VAGUE.get(one.move, ()))]
    return found


def negated_moves(text: str) -> Iterator[Sighting]:
    clauses = clauses_of(text)
    return (one for one in all_sightings(text, clauses) if is_negated(text, clauses, one))


def is_negated(text: str, clauses: Sequence[Clause], sighting: Sighting) -> bool:
    return NEGATED.search(text[clauses[sighting.clause].opens : sighting.start]) is not None


def all_sightings(text: str, clauses: Sequence[Clause]) -> list[Sighting]:
    if not clauses:
        return []
    by_camera = camera_clauses(text, clauses)
    taken: list[Sighting] = []
    for patterns, needs_camera in ((NOUN_PATTERNS, False), (VERB_PATTERNS, True)):
        for move, pattern in patterns:
            for match in pattern.finditer(text):
                number = clause_at(clauses, match.start())
                if any(match.start() < one.end and one.start < match.end() for one in taken):
                    continue
                if needs_camera and not is_by_camera(text, clauses[number], match.start(), by_camera[number]):
                    continue
                taken.append(Sighting(exact(move, text, match, clauses[number]), match.start(), match.end(), number))
    return sorted(taken + turned_back(text, clauses, taken), key=lambda one: one.start)


def exact(move: str, text: str, match: re.Match[str], clause: Clause) -> str:
    """Add the side to which it goes, if it is told."""
    if move not in SIDED:
        return move
    side = RIGHT.search(text, match.start(), max(clause.end, match.end()))
    return f"{move} {(side[1] or side[2]).lower()}" if side else move


def turned_back(text: str, clauses: Sequence[Clause], taken: Sequence[Sighting]) -> list[Sighting]:
    """“Pans left, then right” are two."""
    found = []
    for one in taken:
        kind = one.move.split(" ")[0]
        following = one.clause + 1
        if kind in ("pan", "tilt", "tracking") and following < len(clauses):
            clause = clauses[following]
            only = ONLY_DIRECTION.match(text[clause.start : clause.end])
            if only and clause.sentence == clauses[one.clause].sentence:
                found.append(Sighting(f"{kind} {only[1].lower()}", clause.start, clause.end, following))
    return found


def camera_clauses(text: str, clauses: Sequence[Clause]) -> list[bool]:
    """For each clause whether a verb at its beginning speaks of the camera."""
    states, state, sentence = [], False, -1
    for clause in clauses:
        words = text[clause.start : clause.end]
        begins_anew = clause.sentence != sentence
        sentence = clause.sentence
        bare = FILLERS.sub("", words, count=1)
        if CAMERA.search(words):
            state = True
        elif begins_anew:
            told = bool(CAMERA_VERBS.match(bare) or BARE_VERBS.match(bare))
            state = told or (state and bare != words and ANY_VERB.match(bare) is not None)
        elif not ANY_VERB.match(bare) and not ONLY_DIRECTION.match(words):
            state = state and not has_own_subject(clause, words)
        states.append(state)
    return states


def has_own_subject(clause: Clause, words: str) -> bool:
    if OWN_SUBJECT.match(words) or SUBORDINATE.intersection(clause.joint.replace(",", " ").split()):
        return True
    return ANY_VERB.search(words) is not None


def is_by_camera(text: str, clause: Clause, position: int, state: bool) -> bool:
    """Whether the verb at this place has the camera as its subject."""
    before = text[clause.start : position]
    if CAMERA.search(before) or VIEW.search(before):
        return True
    return state and not FILLERS.sub("", before, count=1).strip()
