"""Orders to edit the picture, which Kling takes for another kind of task."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from productvideo.scenes.lint.camera_words import CAMERA
from productvideo.scenes.lint.case import Breach, Case
from productvideo.scenes.lint.clauses import clause_span, cut, smooth, without_clauses, without_sentences
from productvideo.scenes.lint.moves import sightings

PUT = "add|insert|overlay|superimpose|paste|include"
TAKE = (
    "remove|delete|erase|replace|swap|substitute|extend|expand|edit|modify|crop|retouch|recolou?r|photoshop|outpaint"
    "|inpaint|change|convert|get rid of|take away|cut out|make (?:it|the|this|its)|turn (?:it|this|the(?! camera))"
    "|transform|merge|combine"
)
FOREIGN = (
    "füge|entferne|ersetze|lösche|ändere|ajoute[rz]?|supprime[rz]?|remplace[rz]?|enlève[rz]?|añad[ea]|agrega|elimina"
    "|quita|reemplaza|aggiungi|rimuovi|sostituisci|togli"
)
POLITE = r"(?:please|then|now|also|next|finally|must|should|to|you|can|could|just|simply|kindly|let['’]s|\w+ly)"
ORDER = re.compile(rf"^\W*(?:{POLITE}\W+){{0,4}}(?P<verb>{PUT}|{TAKE}|{FOREIGN})\b(?!['’-])", re.IGNORECASE)
INSIDE = re.compile(
    r"\b(?:please|must|should|to|you|we|can|could|let['’]s)\s(?:\w+ly\s)?"
    r"(?P<verb>add|insert|overlay|superimpose|paste|extend|remove|delete|erase|replace|swap|edit|crop|retouch)"
    r"\b(?!['’-])",
    re.IGNORECASE,
)
ING = re.compile(
    r"^\W*(?:(?:by|also|\w+ly)\W+){0,3}"
    r"(?P<verb>(?:add|insert|overlay|superimpos|past|remov|delet|eras|replac|swapp|edit)ing)\b",
    re.IGNORECASE,
)
IS = r"(?:is|are|be|being|been|gets?|was|were)\s(?:\w+ly\s)?"
DONE = re.compile(
    rf"\b{IS}(?P<verb>added|inserted|overlaid|superimposed|pasted|extended|removed|deleted|erased|replaced|swapped"
    r"|edited)\b",
    re.IGNORECASE,
)
IS_BEFORE = re.compile(rf"\b{IS}$", re.IGNORECASE)
PUT_DONE = frozenset(("added", "inserted", "overlaid", "superimposed", "pasted"))
PUTS = re.compile(rf"(?:{PUT})$", re.IGNORECASE)
ADD_TO = re.compile(r"^(\s[^.,;:!?]{1,60}?)\sto\s", re.IGNORECASE)
PURPOSE = re.compile(r"\bto\s(?:\w+ly\s)?$", re.IGNORECASE)
ASKED = re.compile(rf"(?:\b{POLITE}\s){{1,4}}$", re.IGNORECASE)
PLURAL_SUBJECT = re.compile(r"^\W*(?:\w+\s){0,2}\w*[^s\W]s\s\w*[^s\W]\b", re.IGNORECASE)  # “leaves sway”


@dataclass(frozen=True, slots=True)
class Order:
    """Where its verb stands, in which clause, and how it is put: order, ing or done."""

    start: int
    end: int
    clause: int
    how: str


def editing_verb(case: Case) -> Iterator[Breach]:
    found = list(orders(case))
    if found:
        yield Breach(
            rule="editing_verb",
            sentence=_("“%(verb)s” is an order to edit the picture, another kind of task for Kling; tell what moves.")
            % {"verb": case.text[found[0].start : found[0].end]},
            mends=without_orders(case, found),
        )


def orders(case: Case) -> Iterator[Order]:
    for number, clause in enumerate(case.clauses):
        words = case.nameless[clause.start : clause.end]
        for how, pattern in (("order", ORDER), ("order", INSIDE), ("ing", ING), ("done", DONE)):
            match = pattern.search(words)
            if match and not (pattern is ORDER and is_statement(case, number)):
                start, end = match.span("verb")
                yield Order(clause.start + start, clause.start + end, number, how)
                break


def is_statement(case: Case, number: int) -> bool:
    """“Petals drift down and add a soft rhythm” orders nothing."""
    if case.clauses[number].joint != "and" or not number:
        return False
    before = case.nameless[case.clauses[number - 1].start : case.clauses[number - 1].end]
    return not ORDER.match(before) and not CAMERA.search(before) and PLURAL_SUBJECT.match(before) is not None


def without_orders(case: Case, found: list[Order]) -> Iterator[str]:
    """“Add soft steam” becomes “Soft steam”; what cannot be said as a motion is dropped."""
    if all(is_reworded(case, order) for order in found):
        text = case.text
        for order in reversed(found):
            text = reworded(text, order)
        yield smooth(text)
    moving = {case.clauses[one.clause].sentence for one in sightings(case.nameless)}
    whole = [order.start for order in found if case.clauses[order.clause].sentence not in moving]
    spans = [span for order in found for span in with_what_follows(case, order)]
    if len(whole) == len(found):
        yield without_sentences(case.text, whole)
    yield cut(case.text, spans)
    yield without_clauses(case.text, case.clauses, [order.clause for order in found])
    yield without_sentences(case.text, [order.start for order in found])


def with_what_follows(case: Case, order: Order) -> Iterator[tuple[int, int]]:
    """The clause, and the “with …” that belongs to it."""
    yield clause_span(case.clauses, order.clause)
    following = order.clause + 1
    if following < len(case.clauses) and case.clauses[following].joint == "with":
        yield clause_span(case.clauses, following)


def is_reworded(case: Case, order: Order) -> bool:
    verb = case.text[order.start : order.end]
    if order.how == "done":
        return verb.lower() in PUT_DONE
    first = case.clauses[order.clause].is_first or PURPOSE.search(case.text[: order.start]) is not None
    return order.how == "order" and first and PUTS.match(verb) is not None


def reworded(text: str, order: Order) -> str:
    before, after = text[: order.start], text[order.end :]
    if order.how == "done":
        return IS_BEFORE.sub("", before) + "appears" + after
    purpose = PURPOSE.search(before)
    if purpose:
        return before[: purpose.start()] + "for" + after
    return ASKED.sub("", before) + ADD_TO.sub(r"\1 on ", after)
