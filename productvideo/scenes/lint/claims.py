"""Finds claims that the product's description does not make: by families of words, by numbers, by where it is made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from productvideo.scenes.lint.case import Breach, Case
from productvideo.scenes.lint.folding import Folded, find_words, fold
from productvideo.scenes.lint.numbers import number_claims
from productvideo.scenes.lint.words import without_words

FAMILIES = Path(__file__).with_name("claims.json")
KNOWN = 20_000  # characters of a description that are searched
FREE = re.compile(r"\b([a-z]{3,})[ -]free\b", re.IGNORECASE)
FREE_OF_WHAT_IS_SEEN = frozenset(
    (
        *("shake", "jitter", "flicker", "motion", "blur", "distortion", "noise", "glare", "clutter", "smoke", "dust"),
        *("hands", "carefree", "hassle", "stress", "flow", "the", "and", "move", "moves", "moving", "drift", "roam"),
    )
)
MADE_IN = re.compile(r"\b[Mm]ade in (?:the )?([A-Z][\w-]+)|\b(Swiss|German|Italian|French|Japanese)[ -]made\b")
NEGATED = re.compile(
    r"\b(?:not|no|never|without|non|nicht|kein\w*|ohne|pas|jamais|sans|sin|senza|nunca|mai|isn t|isn['’]t)"
    r"(?! (?:only|just|nur|bloß|seulement|solo|sólo|soltanto))(?: \w+){0,2} ?$"
)


@dataclass(frozen=True, slots=True)
class Family:
    name: str
    says: tuple[str, ...]
    proves: tuple[str, ...]


@lru_cache
def families() -> tuple[Family, ...]:
    raw = json.loads(FAMILIES.read_text(encoding="utf-8"))["families"]
    return tuple(
        Family(name, tuple(words["says"]), (*words["says"], *words.get("also", ()))) for name, words in raw.items()
    )


def claim(case: Case) -> Iterator[Breach]:
    """What the description does not say may be untrue, and a film would promise it."""
    spans = sorted(unproven(case))
    if spans:
        words = dict.fromkeys(case.text[start:end] for start, end in spans)
        yield Breach(
            rule="claim",
            sentence=_("The product's description does not say this: %(words)s. Say it there, or not here.")
            % {"words": ", ".join(list(words)[:5])},
            mends=without_words(case, spans),
        )


def unproven(case: Case) -> Iterator[tuple[int, int]]:
    known = Folded.of(" ".join(f"{case.name}. {case.description[:KNOWN]}".split()))
    prompt = Folded.of(case.nameless)
    for family in families():
        spans = [span for span in find_words(prompt, family.says) if not is_praise_of_light(case.text, span)]
        if spans and not is_proven(known, family.proves):
            yield from spans
    yield from number_claims(case.nameless, known.text)
    yield from made_and_free(case.nameless, known.text)


def is_praise_of_light(text: str, span: tuple[int, int]) -> bool:
    """“Its best side” and “the best angle” are about the picture."""
    return re.match(r" (?:light|angle|side|view|seen|moment)\b", text[span[1] : span[1] + 10]) is not None


def is_proven(known: Folded, words: tuple[str, ...]) -> bool:
    """Whether one of the words stands there and is not denied: “not waterproof” proves nothing."""
    where = {origin: at for at, origin in reversed(list(enumerate(known.origin)))}
    return any(
        not NEGATED.search(known.text[max(0, where[start] - 40) : where[start]])
        for start, _end in find_words(known, words)
    )


def made_and_free(text: str, known: str) -> Iterator[tuple[int, int]]:
    for match in MADE_IN.finditer(text):
        if fold(match[1] or match[2]) not in known:
            yield match.span()
    for match in FREE.finditer(text):
        word = match[1].lower()
        if word not in FREE_OF_WHAT_IS_SEEN and word[:5] not in known:
            yield match.span()
