"""Finds claims that the product's description does not make: by families of words, by numbers, by where it is made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from productvideo.scenes.lint.case import Breach, Case
from productvideo.scenes.lint.dropping import without_words
from productvideo.scenes.lint.folding import Folded, find_words, fold
from productvideo.scenes.lint.numbers import number_claims
from productvideo.scenes.lint.words import KEYWORDS

FAMILIES = Path(__file__).with_name("claims.json")
KNOWN = 20_000  # characters of a description that are searched
SAYS_FREE = ("{} free", "free of {}", "free from {}", "{}frei*", "ohne {}", "sans {}", "sin {}", "senza {}")
PROVES_FREE = (*SAYS_FREE, "no {}", "without {}", "zero {}", "kein {}", "keine {}", "keinen {}", "frei von {}")
FREE = re.compile(r"\b([a-z]{3,})[ -]free\b", re.IGNORECASE)
FREE_OF_WHAT_IS_SEEN = frozenset(
    (
        *("shake", "jitter", "flicker", "motion", "blur", "distortion", "noise", "glare", "clutter", "smoke", "dust"),
        *("hands", "carefree", "hassle", "stress", "flow", "the", "and", "move", "moves", "moving", "drift", "roam"),
    )
)
MADE_IN = re.compile(r"\b[Mm]ade in (?:the )?([A-Z][\w-]+)|\b(Swiss|German|Italian|French|Japanese)[ -]made\b")
OF_THE_PICTURE = re.compile(r" (?:light|angle|side|view|seen|moment)\b")  # “its best side”
DENIED = re.compile(
    r"\b(?:not|no|never|without|non|nicht|kein\w*|ohne|pas|jamais|sans|sin|senza|nunca|mai|isn['’]t|aren['’]t)"
    r"(?! (?:only|just|nur|bloß|seulement|solo|sólo|soltanto))(?: \w+){0,2} ?$"
)


@dataclass(frozen=True, slots=True)
class Family:
    says: tuple[str, ...]
    proves: tuple[str, ...]


@lru_cache
def families() -> tuple[Family, ...]:
    raw = json.loads(FAMILIES.read_text(encoding="utf-8"))["families"]
    return tuple(map(family_of, raw.values()))


@lru_cache
def told_apart() -> frozenset[str]:
    """The things that families tell of: being free of them is proven there, in more languages."""
    raw = json.loads(FAMILIES.read_text(encoding="utf-8"))["families"]
    return frozenset(word for words in raw.values() for thing in words.get("free_of", []) for word in thing.split())


def family_of(words: dict[str, list[str]]) -> Family:
    things = words.get("free_of", [])
    says = (*words.get("says", []), *(form.format(thing) for thing in things for form in SAYS_FREE))
    proofs = (form.format(thing) for thing in things for form in PROVES_FREE)
    return Family(says, (*says, *words.get("also", []), *proofs))


def claim(case: Case) -> Iterator[Breach]:
    """What the description does not say may be untrue, and a film would promise it."""
    labels = [match.span() for match in KEYWORDS.finditer(case.nameless)]
    spans = sorted({span for span in unproven(case) if not any(a <= span[0] < b for a, b in labels)})
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
        spans = [span for span in find_words(prompt, family.says) if not OF_THE_PICTURE.match(case.text, span[1])]
        if spans and not is_proven(known, family.proves):
            yield from spans
    yield from number_claims(case.nameless, known.text)
    yield from made_and_free(case.nameless, known)


def is_proven(known: Folded, words: Sequence[str]) -> bool:
    """Whether one of the words stands there and is not denied: “not waterproof” proves nothing."""
    found = find_words(known, words, folded_spans=True)
    return any(not DENIED.search(known.text[max(0, start - 40) : start]) for start, _end in found)


def made_and_free(text: str, known: Folded) -> Iterator[tuple[int, int]]:
    for match in MADE_IN.finditer(text):
        if fold(match[1] or match[2]) not in known.text:
            yield match.span()
    for match in FREE.finditer(text):
        thing = match[1].lower()
        if thing not in FREE_OF_WHAT_IS_SEEN | told_apart() and not is_proven(
            known, [form.format(thing) for form in PROVES_FREE]
        ):
            yield match.span()
