"""What shall not be: “no steam” puts steam into the picture, and a negative prompt is a short list of nouns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

import kling
from productvideo.scenes.lint.case import Breach, Case
from productvideo.scenes.lint.clauses import clause_at, smooth, without_clauses, without_sentences
from productvideo.scenes.lint.folding import merged

MOST_NOUNS = 8
END = re.compile(r"[.,;:!?]")
NEGATION = re.compile(
    r"\b(?:no(?!\.? ?\d)(?! sooner)|without|not|never|none|nothing|nobody|nowhere|cannot|neither|nor|avoid(?:s"
    r"|ing)?|\w+n['’]t)\b",
    re.IGNORECASE,
)
NOT = r"(?:(?:does|do|must|should|will|is|are|can) ?not|(?:does|do|should|wo|is|are|ca)n['’]t|never)"
CHANGES = r"(?:chang|morph|deform|distort|warp|alter|modif|edit)"
MOVES = r"(?:mov|rotat|turn|spin|tilt|shak|wobbl|slid)"
# The same said positively.
POSITIVE = (
    (
        rf"(?:(?<=^)|(?<=[.!?;,] ))(?:please )?(?:do not|don['’]t|never) {CHANGES}(?:e|y)? ((?:the|its|this"
        rf"|our)(?: \w+){{1,4}})",
        r"\1 stays exactly as in the image",
    ),
    (
        rf"(?:(?<=^)|(?<=[.!?;,] ))(?:please )?(?:do not|don['’]t|never) {MOVES}e? ((?:the|its|this"
        rf"|our)(?: \w+){{1,4}})",
        r"\1 stays fixed",
    ),
    (r"\bnothing (?:else )?moves (?:but|except(?: for)?|other than)\b((?: \w+){1,5})", r"only\1 moves"),
    (r"(?<=\w) (?:with no|without(?: any)?) camera (?:movements?|motion|moves?)\b", "; the camera stays locked"),
    (
        rf"\b(?:the )?camera {NOT} (?:be )?mov(?:es?|ing)(?: at all)?\b",
        "the camera stays locked",
    ),
    (r"\b(?:with )?(?:no|without(?: any)?) camera (?:movements?|motion|moves?)\b", "the camera stays locked"),
    (
        rf"\b{NOT} (?:be )?(?:chang|morph|deform|distort|warp|alter)(?:es?|s|ing|ed)?(?: shape| at all)?\b",
        "stays exactly as in the image",
    ),
    (
        rf"\b{NOT} (?:be )?(?:mov|rotat|turn|spin|tilt|shak|wobbl|slid)(?:es?|s|ing)?(?: at all)?\b",
        "stays fixed",
    ),
    (r"\bnothing(?: else)? (?:moves|changes|happens)\b", "everything else stays still"),
    (r"\b(?:no|without(?: any)?) (?:movement|motion)\b", "all still"),
    (r"\bwithout (?:any )?(?:shaking|shake|jitter|jerks?)\b", "steadily"),
    (r"\bwithout (?:any )?(?:changing|distortion|morphing|warping|deforming)\b", "unchanged"),
)
POSITIVE_PATTERNS = tuple((re.compile(words, re.IGNORECASE), instead) for words, instead in POSITIVE)
ITEM = re.compile(r"[,;\n，、；]+")
NO = re.compile(
    r"^(?:(?:no|not|without|never|avoid(?:ing)?|don['’]t|do not|any|show|have|include|exclude|add|kein\w*|sans"
    r"|sin|senza|pas de)\b\s*)+",
    re.IGNORECASE,
)
STARTS_NO = re.compile(
    r"^(?:no|not|without|never|avoid(?:ing)?|don['’]t|do not|kein\w*|sans|sin|senza|pas de)\b", re.IGNORECASE
)


def negation(case: Case) -> Iterator[Breach]:
    spans = [match.span() for match in NEGATION.finditer(case.nameless)]
    if spans:
        start, end = spans[0]
        words = " ".join(END.split(case.text[start : end + 40])[0].split()[:3])
        yield Breach(
            rule="negation",
            sentence=_("“%(words)s” names what shall not be, and Kling may show it; say what stays still instead.")
            % {"words": words},
            mends=said_positively(case),
        )


def said_positively(case: Case) -> Iterator[str]:
    text = case.text
    for pattern, instead in POSITIVE_PATTERNS:
        text = pattern.sub(instead, text)
    better = Case(prompt=smooth(text), name=case.name)
    starts = [start for start, _end in merged([match.span() for match in NEGATION.finditer(better.nameless)])]
    if not starts:
        yield better.text
        return
    yield without_clauses(better.text, better.clauses, [clause_at(better.clauses, start) for start in starts])
    yield without_sentences(better.text, starts)


def negative_list(case: Case) -> Iterator[Breach]:
    nouns = [" ".join(noun.split()) for noun in ITEM.split(case.negative_prompt) if noun.strip()]
    model = kling.MODELS.get(case.model_name)
    short = ", ".join(list(dict.fromkeys(filter(None, (NO.sub("", noun).strip(" .") for noun in nouns))))[:MOST_NOUNS])
    if nouns and model and not model.negative_prompt:
        sentence, mends = _("%(model)s takes no negative prompt; it is not sent.") % {"model": model.title}, ("",)
    elif any(map(STARTS_NO.match, nouns)):
        sentence, mends = _("A negative prompt names things, without “no”: “text”, not “no text”."), (short,)
    elif len(nouns) > MOST_NOUNS:
        told = _("The negative prompt has %(count)d entries; more than %(most)d stiffen the motion.")
        sentence, mends = told % {"count": len(nouns), "most": MOST_NOUNS}, (short,)
    else:
        return
    yield Breach(rule="negative_list", sentence=sentence, mends=mends, field="negative_prompt")
