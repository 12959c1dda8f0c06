"""Reads the camera moves from a prompt, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from productvideo.scenes.lint.camera_words import (
    ANY_VERB,
    BARE_VERBS,
    BEGINNING,
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
from productvideo.scenes.lint.foreign_moves import FOREIGN_LOCKED, FOREIGN_PATTERNS

LOCK = "locked"
RISKY = frozenset(("orbit", "crane", "rack focus", "whip pan", "dolly zoom"))
SIDED = frozenset(("pan", "tracking"))
RIGHT = re.compile(
    r"\bto (?:the )?(left|right)\b|\b(left|right)(?:wards?)?\b(?! (?:to|side|edge|of|hand|corner|half)\b)", re.I
)
ONLY_DIRECTION = re.compile(r"^\W*(?:back |to |the |then |slowly )*(left|right|up|down)(?:wards?)?\W*$", re.IGNORECASE)
# What says less of the same: “a dolly move that pushes in” is one move.
VAGUE = {
    "dolly": ("push-in", "pull-back", "tracking", "tracking left", "tracking right", "slow arc"),
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
    is_locked = LOCKED.search(text) or FOREIGN_LOCKED.search(text) or next(negated_moves(text), None)
    return (LOCK,) if is_locked else ()


@lru_cache(maxsize=256)
def sightings(text: str) -> tuple[Sighting, ...]:
    """Every place where a move is told, without vague words for a move that is told more exactly elsewhere."""
    clauses = clauses_of(text)
    found = [one for one in all_sightings(text, clauses) if not is_negated(text, clauses, one)]
    moves = {one.move for one in found}
    if len(moves) > 1:
        found = [one for one in found if one.move != "handheld" and not moves.intersection(VAGUE.get(one.move, ()))]
    return tuple(found)


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
    for move, start, end, needs_camera in told_moves(text):
        number = clause_at(clauses, start)
        if any(start < one.end and one.start < end for one in taken):
            continue
        if not needs_camera or is_by_camera(text, clauses[number], start, by_camera[number]):
            taken.append(Sighting(exact(move, text, start, max(end, clauses[number].end)), start, end, number))
    return sorted(taken + turned_back(text, clauses, taken), key=lambda one: one.start)


def told_moves(text: str) -> Iterator[tuple[str, int, int, bool]]:
    """Each place where a pattern fits, pattern by pattern, and whether the camera must be its subject."""
    beginnings = [match.start() for match in BEGINNING.finditer(text)]
    for patterns, needs_camera in ((NOUN_PATTERNS, False), (VERB_PATTERNS, True)):
        for move, pattern in patterns:
            for match in filter(None, (pattern.match(text, at) for at in beginnings)):
                yield move, match.start(), match.end(), needs_camera
    for move, pattern in FOREIGN_PATTERNS:
        for match in pattern.finditer(text):
            yield move, match.start(), match.end(), False


def exact(move: str, text: str, start: int, end: int) -> str:
    """Add the side to which it goes, if it is told."""
    side = RIGHT.search(text, start, end) if move in SIDED else None
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
    states: list[bool] = []
    state, told_before, sentence = False, False, -1
    for clause in clauses:
        words = text[clause.start : clause.end]
        begins_anew = clause.sentence != sentence
        sentence, told_before = clause.sentence, told_before and not begins_anew
        bare = FILLERS.sub("", words, count=1)
        if CAMERA.search(words):
            state = True
        elif not bare.strip() and words.strip().lower() in ("it", "slowly"):
            pass
        elif begins_anew:
            told = bool(CAMERA_VERBS.match(bare) or BARE_VERBS.match(bare))
            state = told or (state and bare != words and ANY_VERB.match(bare) is not None)
        elif not ANY_VERB.match(bare) and not ONLY_DIRECTION.match(words):
            state = state and not has_own_subject(clause, words)
        elif CAMERA_VERBS.match(bare):
            state = state or told_before  # “pans left while steam rises, then tilts up”
        told_before = told_before or state
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
