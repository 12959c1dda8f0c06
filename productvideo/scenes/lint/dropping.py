"""Takes words out of a prompt: the words alone where the clause can do without them, else the clause or sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from productvideo.scenes.lint.case import Case
from productvideo.scenes.lint.clauses import clause_at, clause_span, cut, without_clauses, without_sentences

HANGS = re.compile(
    r"\b(?:is|are|be|was|remains?|stays?|an?|the|of|with|for|its|very|and|or|as|to|in|on|that|lasts?|only|now"
    r"|just)\s*$",
    re.IGNORECASE,
)
DESCRIBES = re.compile(
    r"[ -](?!(?:is|are|was|stays?|remains?|rests?|stands?|sits?|lies|hangs?|moves?|on|in|at|of|for|from|to|with|and|or"
    r"|that|which|as|while|the|an?|by|its)\b)\w",
    re.IGNORECASE,
)
ADVERBIAL = re.compile(r"(?:for|over|within|during|after|at|by|every|lasting) ", re.IGNORECASE)
PREDICATE = re.compile(r"\b(?:is|are|was|were) (?:\w+ly )?$", re.IGNORECASE)
AND_DOES = re.compile(r",? (?:and|but) (?=\w+s\b)", re.IGNORECASE)
PRICE = re.compile(r"[%€$£]")
BETWEEN = re.compile(r"(?:,|,? and| or|,? &)? ?$")


def without_words(case: Case, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Texts without these words, the one that loses least first."""
    whole = [with_verb(case.text, span) for span in joined(case.text, spans)]
    starts = [start for start, _end in whole]
    numbers = [clause_at(case.clauses, start) for start in starts]
    spare = [is_spare(case, span) for span in whole]
    yield cut(
        case.text,
        [
            span if alone else clause_span(case.clauses, number)
            for span, alone, number in zip(whole, spare, numbers, strict=True)
        ],
    )
    yield without_clauses(case.text, case.clauses, numbers)
    yield without_sentences(case.text, [start for start, alone in zip(starts, spare, strict=True) if not alone])
    yield without_sentences(case.text, starts)
    yield cut(case.text, whole)


def joined(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those with nothing but a comma or an “and” between them as one, each with the hyphen that follows."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if text[end : end + 1] in ("-", "‑"):
            end += 1  # noqa: PLW2901
        if whole and BETWEEN.match(text[whole[-1][1] : start]):
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def with_verb(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """“The cream is organic and rests on stone” becomes “The cream rests on stone”."""
    verb, more = PREDICATE.search(text, 0, span[0]), AND_DOES.match(text, span[1])
    return (verb.start(), more.end()) if verb and more else span


def is_spare(case: Case, span: tuple[int, int]) -> bool:
    """Whether the words only describe a word that follows, or nothing before them is left hanging."""
    start, end = span
    if not case.clauses or PRICE.search(case.text, start, end):
        return False
    first, last = (case.clauses[clause_at(case.clauses, at)] for at in (start, end - 1))
    before, after = case.text[first.start : start], case.text[end : max(last.end, end)]
    stands_alone = DESCRIBES.match(after) or ADVERBIAL.match(case.text, start) or not HANGS.search(before)
    return len(f"{before} {after}".split()) >= 2 and bool(stands_alone)
