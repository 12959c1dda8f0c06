"""Which shot a prompt shows, and the rule that no two scenes of a storyboard show the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from productvideo.scenes.lint.camera import TOLD, with_move
from productvideo.scenes.lint.case import Breach, Case, plain
from productvideo.scenes.lint.dropping import without_words
from productvideo.scenes.lint.moves import moves_in, sightings
from productvideo.scenes.lint.names import hide_name

SAID = {
    "detail": r"\bmacro\b|\bclose[- ]?ups?\b|\bdetail (?:shot|view)\b|\bextreme(?:ly)? close\b",
    "context": r"\b(?:wide|establishing|long|environmental) (?:shot|view|angle|frame|framing)\b|\bwide[- ]angle\b",
    "hero": r"\b(?:hero|product|pack|beauty|medium) ?(?:shot|view)\b|\bpackshot\b",
}
PATTERNS = {shot: re.compile(words, re.IGNORECASE) for shot, words in SAID.items()}
BY_MOVE = {
    "push-in": "hero",
    "tilt": "hero",
    "slow arc": "hero",
    "orbit": "hero",
    "rise": "hero",
    "lower": "hero",
    "tracking": "detail",
    "pull-back": "context",
    "pan": "context",
    "crane": "context",
}
SPARE = tuple(TOLD.values())[:3]
SMALL_STORYBOARD = 3  # scenes; above it there are more scenes than shot types


def shot_of(prompt: str) -> str:
    """“hero”, “detail” or “context”: as it is said, else as its camera move suggests; "" if nothing tells."""
    text = plain(prompt)
    moves = moves_in(text)
    return said_shot(text) or (BY_MOVE.get(kind(moves[0]), "") if moves else "")


def said_shot(text: str) -> str:
    return next((shot for shot, pattern in PATTERNS.items() if pattern.search(text)), "")


def kind(move: str) -> str:
    """A move without the side to which it goes."""
    return move.rsplit(" ", 1)[0] if move.endswith((" left", " right", " up", " down")) else move


def same_shot(case: Case) -> Iterator[Breach]:
    """Three scenes that look alike are one scene, paid three times."""
    moves = moves_in(case.nameless)[:1]
    others = [hide_name(plain(other), case.name) for other in case.others]
    number = next(
        (at for at, other in enumerate(others, start=1) if is_alike(case.text, moves, other, len(others))), 0
    )
    if not number:
        return
    sentence = _("Another scene shows the same shot (%(shot)s); three scenes sell better with three different shots.")
    yield Breach(
        rule="same_shot",
        sentence=sentence % {"shot": (*moves, said_shot(case.text))[0]},
        mends=with_other_moves(case),
    )


def is_alike(text: str, moves: tuple[str, ...], other: str, count: int) -> bool:
    """The same move; in a small storyboard also the same kind of move, or the same shot by name."""
    others = moves_in(other)[:1]
    if moves and moves == others:
        return True
    if count >= SMALL_STORYBOARD:
        return False
    same_kind = bool(moves and others) and kind(moves[0]) == kind(others[0])
    return same_kind or (said_shot(text) != "" and said_shot(text) == said_shot(other))


def with_other_moves(case: Case) -> Iterator[str]:
    """The same with another move; where the shot is named, also without its name."""
    seen = sightings(case.nameless)
    yield from (with_move(case, one, [], told) for one in seen[:1] for told in TOLD.values())
    shot = said_shot(case.text)
    if shot:
        spans = [match.span() for match in PATTERNS[shot].finditer(case.text)]
        for text in islice(without_words(case, spans), 2):
            yield text
            unsaid = case.with_field("prompt", text)
            yield from (with_move(unsaid, one, [], told) for one in sightings(unsaid.nameless)[:1] for told in SPARE)
