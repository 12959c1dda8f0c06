"""What is taken out of everybody's prompt, and nothing else: reference tokens and characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LESS, MORE = "<＜﹤‹˂ᐸ❮⟨〈", ">＞﹥›˃ᐳ❯⟩〉"  # as somebody may write them to slip through
GAP = r"[\s\u0300-\u036f\ufe0e\ufe0f\u2800]"
BRACKETS = re.compile(rf"[{LESS}{MORE}](?:{GAP}*[{LESS}{MORE}])+")
TWO_ALIKE = re.compile(rf"[{LESS}]{GAP}*[{LESS}]|[{MORE}]{GAP}*[{MORE}]")
TAG = re.compile(
    rf"[{LESS}](\s?(?:image|element|voice|video|audio|object|subject)\s?[_-]?\s?\d+\s?)[{MORE}]", re.IGNORECASE
)

BREAKS = re.compile(r"\r\n|[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co"))  # control, format (bidi, zero width), lone surrogates, private use
# Empty although Unicode calls them letters and marks; variation selectors but the two of emoji.
EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE0E)))
SELECTORS = range(0xE0100, 0xE01F0)
JOINERS = "\u200c\u200d"
MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A prompt that may be sent, and a sentence for each kind of change, for whoever typed it."""

    text: str
    changes: tuple[str, ...] = ()


def clean_prompt(text: str) -> Cleaned:
    """Neutralise reference tokens such as <<<image_1>>> and drop control, zero-width and bidi characters.

    Line breaks and tabs become spaces; everything else stays byte for byte. Cleaning twice changes nothing more.
    """
    spaced = BREAKS.sub(" ", text)
    dropped = unseen(spaced)
    clean, marks = without_marks(without_signs(spaced, dropped))
    return Cleaned(text=clean, changes=tuple(changes(spaced, dropped, marks, breaks=spaced != text)))


def has_marks(text: str) -> bool:
    """Whether Kling could read a reference in it."""
    spaced = BREAKS.sub(" ", text)
    return bool(without_marks(without_signs(spaced, unseen(spaced)))[1])


def has_unseen(text: str) -> bool:
    """Whether there are characters in it that nobody sees."""
    return bool(unseen(BREAKS.sub(" ", text)))


def without_signs(text: str, dropped: frozenset[int]) -> str:
    return "".join(sign for at, sign in enumerate(text) if at not in dropped) if dropped else text


def unseen(text: str) -> frozenset[int]:
    """Where the characters stand that nobody sees."""
    if text.isascii() and text.isprintable():
        return frozenset()
    return frozenset(at for at, sign in enumerate(text) if is_unseen(sign) and not joins(text, at))


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


def changes(text: str, dropped: frozenset[int], marks: tuple[str, ...], *, breaks: bool) -> Iterator[str]:
    """Tell a person what was changed."""
    if marks:
        yield _("Taken out: the brackets %(marks)s, which Kling would read as a reference to another picture.") % {
            "marks": listed(marks)
        }
    if dropped:
        names = tuple(map(named, (text[at] for at in sorted(dropped))))
        yield ngettext(
            "Taken out: %(count)d character that nobody sees (%(names)s).",
            "Taken out: %(count)d characters that nobody sees (%(names)s).",
            len(dropped),
        ) % {"count": len(dropped), "names": listed(names)}
    if breaks:
        yield _("Line breaks and tabs became spaces.")


def named(sign: str) -> str:
    return unicodedata.name(sign, "").lower() or f"U+{ord(sign):04X}"


def listed(found: tuple[str, ...]) -> str:
    """Each kind once, and no more than a person reads."""
    kinds = list(dict.fromkeys(mark if len(mark) <= 40 else f"{mark[:40]}…" for mark in found))
    more = " …" if len(kinds) > MOST_NAMED else ""
    return ", ".join(kinds[:MOST_NAMED]) + more
