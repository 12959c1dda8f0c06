"""Finds words whatever their case, accents, hyphens and width, and says where they stand in the text as typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

HYPHENS = frozenset("-‐‑‒–—_")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text to search in; `origin` has the place of each of its characters in the text as typed."""

    text: str
    origin: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Folded:
        parts = [fold_sign(sign) for sign in text]
        origin = tuple(at for at, part in enumerate(parts) for _ in part)
        return cls("".join(parts), (*origin, len(text)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str) -> str:
    return "".join(map(fold_sign, text))


@lru_cache(maxsize=4096)
def fold_sign(sign: str) -> str:
    """Small letters; Latin ones lose their accents, and a hyphen is as good as a space."""
    if sign in HYPHENS or sign.isspace():
        return " "
    if sign == "’":
        return "'"
    if "\u0300" <= sign <= "\u036f":
        return ""
    apart = unicodedata.normalize("NFKD", sign)
    if apart[:1].isascii():
        return "".join(part for part in apart if not unicodedata.combining(part)).casefold()
    return unicodedata.normalize("NFKC", sign).casefold()


def find_words(folded: Folded, words: Iterable[str], *, folded_spans: bool = False) -> list[tuple[int, int]]:
    """Where these words stand in the text as typed, or as folded; a word that ends in * may go on."""
    spans = []
    for word in words:
        wanted = _wanted(word)
        at = folded.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if word.endswith("*"):
                end = word_end(folded.text, end)
            if has_edges(folded.text, at, end):
                spans.append((at, end) if folded_spans else folded.span(at, end))
            at = folded.text.find(wanted, at + len(wanted))
    return merged(spans)


@lru_cache(maxsize=8192)  # the rules' own words, thousands of times
def _wanted(word: str) -> str:
    return fold(word.rstrip("*")).strip()


def word_end(text: str, at: int) -> int:
    while at < len(text) and text[at].isalnum():
        at += 1
    return at


def has_edges(text: str, start: int, end: int) -> bool:
    """Scripts that write no spaces have no edges."""
    before = text[start - 1 : start] if start else ""
    return not (is_spaced(before) and is_spaced(text[start])) and not (
        is_spaced(text[end : end + 1]) and is_spaced(text[end - 1])
    )


def is_spaced(sign: str) -> bool:
    return sign.isalnum() and not is_unspaced(sign)


def is_unspaced(sign: str) -> bool:
    """Thai, Lao, Khmer, Burmese; kana and Han."""
    code = ord(sign)
    return (
        0x0E00 <= code <= 0x0EFF
        or 0x1000 <= code <= 0x109F
        or 0x1780 <= code <= 0x17FF
        or 0x2E80 <= code <= 0x312F
        or 0x31A0 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
    )


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, and none inside another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept
