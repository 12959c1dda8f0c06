"""Writing that shall be drawn: quoted words, captions, logos, prices. What is on the product already may stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from productvideo.scenes.lint.case import Breach, Case
from productvideo.scenes.lint.clauses import clause_at, clause_span, cut, without_clauses, without_sentences

QUOTED = (
    r"(?:(?<!\d)\"[^\"]{1,300}\"|“[^”]{1,300}”|„[^“”]{1,300}[“”]|«[^»]{1,300}»|‹[^›]{1,300}›|「[^」]{1,300}」"
    r"|『[^』]{1,300}』|《[^》]{1,300}》|(?<!\w)['‘](?=\w)[^'’‘]{2,120}(?<=[\w.!?])['’](?!\w))"
)
QUOTE = re.compile(QUOTED)
QUOTE_MARKS = "\"“”„«»‹›「」『』《》'‘’ "
NOUN = (
    r"(?:logos?|captions?|subtitles?|slogans?|headlines?|watermarks?|lettering|typography|texts?|taglines?|price tags?"
    r"|prices?|hashtags?|qr codes?|brand names?|web addresses|urls?|call to action|title cards?|titles?|end cards?"
    r"|letters|words?|signs?|banners?|stickers?)"
)
WRITING = re.compile(rf"\b{NOUN}\b", re.IGNORECASE)
WITH = (
    r"\bwith (?:(?:an?|the|our|your|its|bold|big|large|white|golden|red|black|animated|glowing|floating|small|neon"
    rf"|brand|company)\s){{1,4}}(?=(?:\w+\s)?{NOUN}\b)"
)
DRAWN = re.compile(
    r"\b(?:appear|show|display|draw|write|print|fade|pop|flash|animat|float|spell|form|render|generat|featur|typ|emerg"
    r"|overlay|superimpos|plac|put|stamp|includ|add|read|say|slid|materiali[sz]|end|finish|clos)"
    r"(?:s|e|es|ed|ing|n|t?ting|p?ping)?\b|\b(?:fly|flies|shown|written|drawn|put)\b"
    rf"|{WITH}",
    re.IGNORECASE,
)
SAYS = (
    r"(?:saying|that says?|that reads?|which says|which reads|spelling(?: out)?|with the words?|written (?:on"
    r"|across|in"
    r"|over|above))"
)
SAYING = re.compile(
    rf"\b{SAYS}\b|\bin (?:bold|big|large|capital|golden|neon|white|red) letters\b"
    r"|\b(?:text|logo|title|caption|slogan|headline|tagline) (?:overlay|animation|reveal|crawl)s?\b"
    r"|\b(?:title|end) cards?\b|\b(?:text|caption|title|subtitle|headline|slogan|tagline|logo"
    r"|price|cta) ?:",
    re.IGNORECASE,
)
PHRASE = re.compile(
    rf"(?:\b(?:on|with|of|at|near|to|toward|towards|under|behind"
    rf"|above)\s(?:\w+\s){{1,4}})?\b{SAYS}\s{QUOTED}",
    re.IGNORECASE,
)
KEPT = re.compile(
    r"\b(?:stay|remain|keep|rest)(?:s|ing)?\b|\b(?:unchanged|intact)\b|\bas in the (?:image|photo|picture)\b"
    r"|\b(?:glid|sweep|travel|pass|play|mov|drift|skim|slid)\w* (?:\w+ )?(?:over|across|along|past|on)\b",
    re.IGNORECASE,
)
BARE = re.compile(r"^\W*(?:(?:an?|the|our)\s)?\w+\W*$", re.IGNORECASE)


def quoted_text(case: Case) -> Iterator[Breach]:
    """Kling draws letters badly, and what it draws is not the product's."""
    quotes = [match.span() for match in QUOTE.finditer(case.text)]
    drawn = list(written(case))
    if quotes or drawn:
        start, end = (quotes + drawn)[0]
        yield Breach(
            rule="quoted_text",
            sentence=_("“%(words)s” asks for writing in the film, which comes out garbled; let the words go.")
            % {"words": case.text[start:end].strip(QUOTE_MARKS)[:60]},
            mends=without_writing(case, quotes, drawn),
        )


def written(case: Case) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in SAYING.finditer(case.nameless))
    for clause in case.clauses:
        words = case.nameless[clause.opens : clause.end]
        noun = WRITING.search(words)
        if noun and DRAWN.search(words) and not KEPT.search(words):
            yield clause.opens + noun.start(), clause.opens + noun.end()


def without_writing(case: Case, quotes: Sequence[tuple[int, int]], drawn: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Only the marks of a name in quotes; else the phrase, the clause or the sentence that asks for writing."""
    marks = [(at, at + 1) for start, end in quotes for at in (start, end - 1)]
    if not drawn and not any(is_asked(case, start) for start, _end in quotes):
        yield cut(case.text, marks)
    phrases = [match.span() for match in PHRASE.finditer(case.text)]
    if phrases:
        yield cut(case.text, phrases)
    starts = [start for start, _end in (*quotes, *drawn)]
    numbers = {clause_at(case.clauses, start) for start in starts}
    yield cut(case.text, [clause_span(case.clauses, number) for number in numbers | set(left_bare(case, numbers))])
    yield without_clauses(case.text, case.clauses, numbers)
    yield without_sentences(case.text, starts)
    yield cut(case.text, [*quotes, *drawn])


def is_asked(case: Case, start: int) -> bool:
    clause = case.clauses[clause_at(case.clauses, start)]
    words = case.text[clause.start : clause.end]
    return WRITING.search(words) is not None or DRAWN.search(words) is not None


def left_bare(case: Case, numbers: set[int]) -> Iterator[int]:
    """What would stand alone without the clause that goes: the “end” of “end with our logo”."""
    for number in numbers:
        clause, before = case.clauses[number], case.clauses[number - 1]
        if clause.joint == "with" and BARE.match(case.text[before.start : before.end]):
            yield number - 1
