"""Takes a prompt apart into sentences and clauses, and takes one of them out so that the rest still reads well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SENTENCE_END = re.compile(r"[.!?;]+(?=\s|$)|[。！？；]+")
BREAK = re.compile(
    r",(?!\d)|[():—–，、]|\s-\s"
    r"|\b(?:and|then|while|whilst|as|when|whereas|before|after|until|but|with|plus|followed by|where)\b",
    re.IGNORECASE,
)
SUBORDINATE = frozenset(("while", "whilst", "as", "when", "whereas", "where", "until"))
LOOSE = re.compile(
    r"(?:[\s,]*\b(?:to|of|for|from|into|by|the|an?|our|its)\b){1,4}(?=\s*[,.!?;]|\s*$)",
    re.IGNORECASE,
)
HANGING = re.compile(
    r"(?:\b(?:and|then|while|whilst|as|when|but|with|plus|before|after|until|where"
    r"|followed by)\b[\s,:–—-]*){1,4}(?=[.!?;]|$)",
    re.IGNORECASE,
)
LEADING = re.compile(
    r"(^|[.!?;]\s)(?:[\s,:–—.!?;-]|\b(?:and|then|but|plus"
    r"|whereas)\b(?=\s)){1,12}(?=\w)",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"\b(an?)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """From `start` to `end`; `opens` is where the comma or word begins that joins it to the one before."""

    start: int
    end: int
    opens: int
    sentence: int
    joint: str

    @property
    def is_first(self) -> bool:
        return not self.joint


def clauses_of(text: str) -> tuple[Clause, ...]:
    """Every clause that has words, in order."""
    found: list[Clause] = []
    for number, (start, end) in enumerate(sentences_of(text)):
        opens, joint, begins = start, "", start
        for match in BREAK.finditer(text, start, end):
            if text[begins : match.start()].strip():
                found.append(Clause(begins, match.start(), opens, number, joint))
                opens, joint = match.start(), match[0].strip().lower()
            elif opens > start:
                joint = f"{joint} {match[0].strip().lower()}".strip()
            begins = match.end()
        if text[begins:end].strip():
            found.append(Clause(begins, end, opens, number, joint))
    return tuple(found)


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends, without the sign that ends it; a semicolon ends one too."""
    spans, begins = [], 0
    for match in SENTENCE_END.finditer(text):
        spans.append((begins, match.start()))
        begins = match.end()
    spans.append((begins, len(text)))
    return [(start, end) for start, end in spans if text[start:end].strip()]


def clause_at(clauses: Sequence[Clause], position: int) -> int:
    """The number of the clause in which a character stands, or of the last before it."""
    low, high = 0, len(clauses) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if clauses[middle].opens <= position:
            low = middle
        else:
            high = middle - 1
    return low


def without_clauses(text: str, clauses: Sequence[Clause], numbers: Iterable[int]) -> str:
    """Drop clauses, each with the word or comma that joins it to the one before."""
    return cut(text, [clause_span(clauses, number) for number in set(numbers)])


def clause_span(clauses: Sequence[Clause], number: int) -> tuple[int, int]:
    """What goes with a clause: the joint before it; of a sentence's first clause the joint after it."""
    if not clauses:
        return 0, 0
    clause = clauses[number]
    follows = clauses[number + 1] if number + 1 < len(clauses) else None
    if clause.is_first and follows is not None and follows.sentence == clause.sentence:
        return clause.opens, follows.start
    return clause.opens, clause.end


def without_sentences(text: str, positions: Iterable[int]) -> str:
    """Drop the sentences in which these characters stand, with the sign that ends them."""
    spans = sentences_of(text)
    gone = {next((span for span in reversed(spans) if span[0] <= position), (0, 0)) for position in positions}
    return cut(text, [(start, sign_end(text, end)) for start, end in gone])


def sign_end(text: str, end: int) -> int:
    match = SENTENCE_END.match(text, end)
    return match.end() if match else end


def cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Take these stretches out, with what hangs in the air then."""
    kept, begins = "", 0
    for start, end in sorted(spans):
        kept += text[begins : max(start, begins)]
        begins = max(end, begins)
        kept = with_fitting_article(kept, text[begins:])
    return smooth(kept + text[begins:])


def with_fitting_article(kept: str, rest: str) -> str:
    """“An organic cup” becomes “a cup”."""
    match = ARTICLE.search(kept)
    if not match or not rest.strip():
        return kept
    return kept[: match.start()] + match[1][0] + ("n " if rest.lstrip()[0].lower() in "aeiou" else " ")


def smooth(text: str) -> str:
    """Put spaces, commas, joining words and capitals right after something was taken out."""
    text = " ".join(re.sub(r"\(\s*\)", "", text).split())
    if text.count("(") != text.count(")"):
        text = text.replace("(", "").replace(")", "")
    text = re.sub(r" ([,.;:!?])", r"\1", text)
    text = re.sub(r"([,:])(?: ?[,:])+", r"\1", text)
    text = LOOSE.sub("", HANGING.sub("", text))
    text = re.sub(r"[ ,:–—-]{1,20}([.!?;])", r"\1", text)
    text = re.sub(r"([.!?;])[.!?;]+(?=\s|$)", r"\1", text)
    text = LEADING.sub(r"\1", text)
    text = re.sub(r";$", ".", text.strip(" ,:–—").lstrip(";, "))
    return re.sub(r"(^|[.!?]\s)([a-zà-ÿ])", lambda match: match[1] + match[2].upper(), text)


def with_sentence(text: str, sentence: str) -> str:
    """Append a sentence."""
    text = text.rstrip(" ,;:–—-")
    ending = "" if not text or text[-1] in ".!?。！？" else "."
    return f"{text}{ending} {sentence}".strip()
