"""Characters that nobody sees, and brackets that Kling could read as a reference: no text that leaves us has them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LESS, MORE = "<＜﹤‹˂ᐸ❮⟨〈≪⋘⟪", ">＞﹥›˃ᐳ❯⟩〉≫⋙⟫"  # as somebody may write them to slip through
BRACKET_SIGNS = frozenset(LESS + MORE + "«»")  # the last are quotes as a rule
GAP = r"[\s\u0300-\u036f\ufe0e\ufe0f\u2800]"
BRACKETS = re.compile(rf"[{LESS}{MORE}](?:{GAP}*[{LESS}{MORE}])+")
TWO_ALIKE = re.compile(rf"[{LESS}]{GAP}*[{LESS}]|[{MORE}]{GAP}*[{MORE}]")
TAG = re.compile(
    rf"[{LESS}«](\s?(?:image|element|voice|video|audio|object|subject)\s?[_-]?\s?\d+\s?)[{MORE}»]", re.IGNORECASE
)

BREAKS = re.compile(r"\r\n|[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co"))  # control, format (bidi, zero width), lone surrogates, private use
# Empty although Unicode calls them letters and marks; variation selectors but the two of emoji.
EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE0E)))
SELECTORS = range(0xE0100, 0xE01F0)
JOINERS = "\u200c\u200d"


def unseen(text: str) -> frozenset[int]:
    """Where the characters stand that nobody sees."""
    if text.isascii() and text.isprintable():
        return frozenset()
    return frozenset(at for at, sign in enumerate(text) if is_unseen(sign) and not joins(text, at))


def without_signs(text: str, dropped: frozenset[int]) -> str:
    return "".join(sign for at, sign in enumerate(text) if at not in dropped) if dropped else text


@lru_cache(maxsize=4096)
def is_unseen(sign: str) -> bool:
    if sign in EMPTY or unicodedata.category(sign) in UNSEEN:
        return True
    return ord(sign) in SELECTORS or ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF


def joins(text: str, at: int) -> bool:
    """Whether it is a joiner where one belongs: inside an emoji, or between letters of Persian, Hindi and the like."""
    if text[at] not in JOINERS or not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    if before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk"):
        return unicodedata.category(after) == "So"
    return is_joined_script(before) and is_joined_script(after)


def is_joined_script(sign: str) -> bool:
    return 0x0600 <= ord(sign) <= 0x0DFF and unicodedata.category(sign)[0] in "LM"


def without_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """Take the brackets from whatever Kling could read as a reference to another picture, and say what they were."""
    found: list[str] = []

    def bare_run(match: re.Match[str]) -> str:
        if not TWO_ALIKE.search(match[0]):
            return match[0]
        found.append(match[0])
        return ""

    def bare_tag(match: re.Match[str]) -> str:
        found.append(match[0])
        return match[1]

    return TAG.sub(bare_tag, BRACKETS.sub(bare_run, text)), tuple(found)
