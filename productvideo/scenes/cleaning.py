"""What is taken out of everybody's prompt, and nothing else: reference tokens and characters that nobody sees."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from productvideo.signs import BRACKET_SIGNS, BREAKS, is_unseen, joins, unseen, without_marks, without_signs

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
    if not set(text) & BRACKET_SIGNS:
        return False
    spaced = BREAKS.sub(" ", text)
    return bool(without_marks(without_signs(spaced, unseen(spaced)))[1])


def has_unseen(text: str) -> bool:
    """Whether there are characters in it that nobody sees."""
    spaced = BREAKS.sub(" ", text)
    return any(is_unseen(sign) and not joins(spaced, at) for at, sign in enumerate(spaced))


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
