"""Orders that Kling takes for another kind of task: to edit the picture, to write or draw into it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from productvideo.scenes.lint.case import Breach, Case
from productvideo.scenes.lint.clauses import clause_at, cut, smooth, without_clauses, without_sentences

PUT = "add|insert|overlay|superimpose|paste|include|extend|expand"
TAKE = (
    "remove|delete|erase|replace|swap|substitute|edit|modify|crop|retouch|recolou?r|photoshop|outpaint|inpaint"
    "|change|convert"
    "|get rid of|take away|cut out|make it look like|turn it into"
)
FOREIGN = (
    "füge|entferne|ersetze|lösche|ändere|ajoute[rz]?|supprime[rz]?|remplace[rz]?|enlève[rz]?|añad[ea]|agrega"
    "|elimina|quita"
    "|reemplaza|aggiungi|rimuovi|sostituisci|togli"
)
BEFORE = r"(?:please|then|now|also|next|finally|and|must|should|to|you|can|could|just|simply|kindly|\w+ly)"
ORDER = re.compile(rf"^\W*(?:{BEFORE}\W+){{0,4}}(?P<verb>{PUT}|{TAKE}|{FOREIGN})\b(?!['’-])", re.IGNORECASE)
INSIDE = re.compile(
    r"\b(?:please|must|should|to|you|we|can|could|let['’]s)\s(?:\w+ly\s)?"
    r"(?P<verb>add|insert|overlay|superimpose|paste|extend|remove|delete|erase|replace|swap|edit|crop"
    r"|retouch)\b(?!['’-])",
    re.IGNORECASE,
)
ING = re.compile(
    r"^\W*(?:(?:by|then|and|while|also|\w+ly)\W+){0,3}"
    r"(?P<verb>adding|inserting|overlaying|superimposing|pasting|removing|deleting|erasing|replacing|swapping"
    r"|editing)\b",
    re.IGNORECASE,
)
DONE = re.compile(
    r"\b(?:is|are|be|being|been|gets?|was|were)\s(?:\w+ly\s)?"
    r"(?P<verb>added|inserted|overlaid|superimposed|pasted|extended|removed|deleted|erased|replaced|swapped|edited)\b"
    r"(?: (?:with|by)\b)?",
    re.IGNORECASE,
)
PUTS = re.compile(rf"(?:{PUT})$", re.IGNORECASE)
PUT_DONE = frozenset(("added", "inserted", "overlaid", "superimposed", "pasted"))

QUOTED = re.compile(
    r"(?<!\d)\"[^\"]{1,300}\"|“[^”]{1,300}”|„[^“”]{1,300}[“”]|«[^»]{1,300}»|‹[^›]{1,300}›|「[^」]{1,300}」|『[^』]{1,300}』"
    r"|(?<!\w)['‘](?=\w)[^'’‘]{1,120}(?<=[\w.!?])['’](?!\w)"
)
QUOTE_MARKS = "\"“”„«»‹›「」『』'‘’ "
WRITING = (
    r"(?:logos?|captions?|subtitles?|slogans?|headlines?|watermarks?|lettering|typography|texts?|taglines?"
    r"|price tags?|prices?"
    r"|hashtags?|qr codes?|brand names?|web addresses|urls?|call to action|title cards?|titles?|end cards?"
    r"|letters|words?|signs?"
    r"|banners?|stickers?|badges?)"
)
DRAWN = re.compile(
    r"\b(?:appear|show|display|draw|write|print|fade|pop|flash|animate|float|spell|form|render|generate|feature"
    r"|type|emerge|fl[iy]|overlay"
    r"|superimpose|place|put|stamp|includ|add|read|say|slide|materiali[sz]e|engrave)(?:s|es|ed|ing|n|ting|ping"
    r"|ies|e)?\b"
    r"|\bshown\b|\bwritten\b|\bdrawn\b|\bwith (?:(?:a|an|the|our|your|its|bold|big|large|white|golden|red|black"
    r"|animated|glowing|floating|small|neon|brand|company)\s){1,4}(?=(?:\w+\s)?"
    rf"{WRITING}\b)",
    re.IGNORECASE,
)
SAYING = re.compile(
    r"\b(?:saying|that says?|that reads?|which says|which reads|spelling(?: out)?|with the words?|in (?:bold"
    r"|big|large|capital|golden|neon|white|red) letters)\b"
    r"|\b(?:text|logo|title|price|caption|slogan|headline|tagline)\s?(?:overlay|animation|reveal|card|tag|crawl)s?\b"
    r"|(?:^|[.;,]\s?)(?:text|caption|title|subtitle|headline|slogan|tagline|logo|price|cta)\s?:",
    re.IGNORECASE,
)
WRITING_NOUN = re.compile(rf"\b{WRITING}\b", re.IGNORECASE)
KEPT = re.compile(
    r"\b(?:stay|remain|keep|rest)(?:s|ing)?\b|\bunchanged\b|\bas in the (?:image|photo|picture)\b|\bintact\b"
    r"|\b(?:glid|sweep|travel|pass|play|mov|drift|skim)\w*"
    r" (?:\w+ )?(?:over|across|along|past|on)\b",
    re.IGNORECASE,
)


def editing_verb(case: Case) -> Iterator[Breach]:
    found = list(orders(case))
    if found:
        yield Breach(
            rule="editing_verb",
            sentence=_(
                "“%(verb)s” orders a change of the picture, which is another kind of task for Kling; tell what moves."
            )
            % {"verb": case.text[slice(*found[0][0])]},
            mends=without_orders(case, found),
        )


def orders(case: Case) -> Iterator[tuple[tuple[int, int], int, str]]:
    """Where each verb stands, in which clause, and how it is put: order, ing or done."""
    for number, clause in enumerate(case.clauses):
        words = case.nameless[clause.start : clause.end]
        for how, pattern in (("order", ORDER), ("order", INSIDE), ("ing", ING), ("done", DONE)):
            match = pattern.search(words)
            if match:
                yield (clause.start + match.start("verb"), clause.start + match.end("verb")), number, how
                break


def without_orders(case: Case, found: list[tuple[tuple[int, int], int, str]]) -> Iterator[str]:
    """“Add soft steam” becomes “Soft steam”; what cannot be said as a motion is dropped."""
    reworded = case.text
    for (start, end), _number, how in reversed(found):
        reworded = reword(reworded, start, end, how)
    if reworded != case.text:
        yield smooth(reworded)
    yield without_clauses(case.text, case.clauses, [number for _span, number, _how in found])
    yield without_sentences(case.text, [span[0] for span, _number, _how in found])


def reword(text: str, start: int, end: int, how: str) -> str:
    verb = text[start:end].lower()
    before = text[:start]
    if how == "done" and verb in PUT_DONE:
        return (
            re.sub(r"(?:is|are|be|being|been|gets?|was|were)\s(?:\w+ly\s)?$", "", before, flags=re.IGNORECASE)
            + "appears"
            + text[end:]
        )
    if how == "order" and PUTS.match(verb):
        purpose = re.search(r"\bto\s(?:\w+ly\s)?$", before, re.IGNORECASE)
        if purpose:
            return before[: purpose.start()] + "for" + text[end:]
        asked = re.search(
            r"(?:\b(?:please|now|also|just|simply|kindly|you|we|can|could|must|should|let['’]s)\s)+$",
            before,
            re.IGNORECASE,
        )
        return before[: asked.start() if asked else start] + text[end:]
    return text


def quoted_text(case: Case) -> Iterator[Breach]:
    """Kling draws letters badly, and what it draws is not the product's."""
    quotes = [match.span() for match in QUOTED.finditer(case.text)]
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
    """Writing, logos and prices that shall be drawn; what is on the product already may stay."""
    for clause in case.clauses:
        words = case.nameless[clause.opens : clause.end]
        saying = SAYING.search(words)
        noun = WRITING_NOUN.search(words)
        if saying:
            yield clause.opens + saying.start(), clause.opens + saying.end()
        elif noun and DRAWN.search(words) and not KEPT.search(words):
            yield clause.opens + noun.start(), clause.opens + noun.end()


def without_writing(case: Case, quotes: list[tuple[int, int]], drawn: list[tuple[int, int]]) -> Iterator[str]:
    if not drawn:
        marks = [(at, at + 1) for start, end in quotes for at in (start, end - 1)]
        asks = [clause_at(case.clauses, start) for start, _end in quotes]
        if not any(
            WRITING_NOUN.search(case.text[case.clauses[number].start : case.clauses[number].end]) for number in asks
        ):
            yield cut(case.text, marks)
    starts = [start for start, _end in (*quotes, *drawn)]
    spans = [(start, end) for start, end in quotes]
    bare = Case(prompt=cut(case.text, spans), name=case.name) if spans else case
    numbers = [clause_at(case.clauses, start) for start in starts]
    yield without_clauses(case.text, case.clauses, numbers)
    yield without_sentences(case.text, starts)
    yield bare.text
