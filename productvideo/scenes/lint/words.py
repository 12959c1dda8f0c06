"""Words that do harm in a prompt: those the persona never says, seconds, and piles of keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from productvideo.scenes.lint.case import Breach, Case
from productvideo.scenes.lint.clauses import Clause, cut
from productvideo.scenes.lint.dropping import without_words
from productvideo.scenes.lint.folding import Folded, find_words

NUMBER = (
    r"(?:\d+(?:[.,]\d+)?(?: ?[-–—] ?\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen"
    r"|twenty|thirty|sixty|half(?: an?)?|a few|several|couple of|few)"
)
SPAN = (
    r"(?:\b(?:duration|length|time):? )?(?:\b(?:for|over|within|during|after|at|by|in|every|lasting)\s)?"
    r"(?:\b(?:about|around|approximately|the|first|last|only|exactly|another|less than|more than)\s){0,3}"
)
SECONDS = re.compile(
    rf"{SPAN}(?<![\w.,]){NUMBER}[ -]?(?:seconds?|secs?|minutes?|mins?|sekunden?|secondes?|segundos?"
    rf"|secondi)\b(?!-hand)"
    r"(?: (?:long|mark|clip|video|film|shot|of))?"
    rf"|{SPAN}(?<![\w.,'’])(?!(?:19|20)?[2-9]0s)\d+(?:[.,]\d+)? ?s\b(?!['’])"
    rf"|\b(?:for|over|within|after|lasts|lasting) (?:the )?\d+ ?s\b|\d+ ?秒|(?:\b(?:within|at|by|until"
    rf"|after) )?\b0\d?:[0-5]\d\b"
    r"|(?:\b(?:for|in|during|after|at|over) )?(?:the )?(?:first|last|final|opening"
    r"|closing) seconds?\b(?! (?:cup|bottle|one)\b)",
    re.IGNORECASE,
)
KEYWORDS = re.compile(
    r"\b(?:[48]|1[26])k\b(?: (?:uhd|hdr|hd|resolution|quality|video|footage|masterpiece))*|\b(?:uhd|hdr|full hd"
    r"|1080p|2160p)\b|\bmasterpiece\b"
    r"|\b(?:ultra|hyper|super|highly|extremely|insanely)[- ]?(?:hd|detailed|realistic|realism|high[- ]quality"
    r"|high[- ]resolution|sharp|res|quality|fine details?)\b"
    r"|\b(?:best|highest|high|top|ultra|premium)[- ]quality\b(?! (?:of|leather|cotton|materials?)\b)"
    r"|\bphoto-?realis(?:tic|m)\b|\bhighly[- ]detailed\b"
    r"|\b(?:intricate|insane|fine) details?\b(?=\s?[,.]|$)|\b(?:trending on|artstation|unreal engine(?: \d)?"
    r"|octane(?: render)?|ray[- ]?tracing|v-?ray|cgsociety)\b(?: artstation)?"
    r"|\b(?:raw photo|dslr|award[- ]winning (?:photo|photography|shot|film)|sharp focus"
    r"|professional (?:photography|photo|lighting|video|grade)|\d+ ?fps)\b"
    r"|杰作|超高清|最高画质",
    re.IGNORECASE,
)
PILE = 4  # short fragments in a row
MOST_IN_FRAGMENT = 4
SENTENCE_LIKE = re.compile(
    r"\b(?:is|are|and|the|its|as|to|stays?|remains?|rests?|moves?|rises?|drifts?|glows?|falls?|settles?|camera"
    r"|\w+ly)\b",
    re.IGNORECASE,
)
VERB_LIKE = re.compile(r"\w(?:s|ing)\b| (?:of|in|on) ", re.IGNORECASE)
LABEL = re.compile(
    r"\b(?:cinematic|moody|bokeh|lighting|studio|render|quality|resolution|detailed|film grain|depth of field|elegant"
    r"|glossy|minimalist|aesthetic|vibrant|sharp|professional|photo\w*|realistic|commercial|luxur\w+|golden hour)\b",
    re.IGNORECASE,
)


def avoided_word(case: Case) -> Iterator[Breach]:
    """The persona never says this."""
    words = [" ".join(word.split()) for word in case.avoid]
    spans = find_words(Folded.of(case.nameless), [word for word in words if word])
    if spans:
        found = dict.fromkeys(case.text[start:end] for start, end in spans)
        yield Breach(
            rule="avoided_word",
            sentence=_("The persona avoids these words: %(words)s.") % {"words": ", ".join(list(found)[:5])},
            mends=without_words(case, spans),
        )


def seconds(case: Case) -> Iterator[Breach]:
    """The length of a clip is a setting; told in the prompt it becomes part of the picture."""
    spans = [match.span() for match in SECONDS.finditer(case.nameless)]
    if spans:
        yield Breach(
            rule="seconds",
            sentence=_("Times such as “%(words)s” do not belong in a prompt; the length is chosen with the take.")
            % {"words": case.text[slice(*spans[0])].strip(" ,")},
            mends=without_words(case, spans),
        )


def keywords(case: Case) -> Iterator[Breach]:
    """Kling reads sentences; labels of quality tell it nothing."""
    labels, heaps = [match.span() for match in KEYWORDS.finditer(case.nameless)], list(piles(case))
    spans = labels + heaps
    if spans:
        yield Breach(
            rule="keywords",
            sentence=_("Keywords such as “%(words)s” do not help; Kling wants full sentences that tell what moves.")
            % {"words": case.text[slice(*spans[0])].strip(" ,")},
            mends=(cut(case.text, spans), cut(case.text, labels + heaps[1:]), *without_words(case, spans)),
        )


def piles(case: Case) -> Iterator[tuple[int, int]]:
    """Four and more fragments of a few words between commas, none of which is a sentence."""
    run: list[Clause] = []
    for clause in (*case.clauses, None):
        if clause and clause.joint in ("", ",") and (not run or clause.joint) and is_fragment(case, clause):
            run.append(clause)
            continue
        if len(run) >= PILE and is_pile(case, run):
            yield from ((one.opens, one.end) for one in run)
        run = []


def is_fragment(case: Case, clause: Clause) -> bool:
    words = case.nameless[clause.start : clause.end]
    return len(words.split()) <= MOST_IN_FRAGMENT and not SENTENCE_LIKE.search(words)


def is_pile(case: Case, run: Sequence[Clause]) -> bool:
    """Labels of a look, or words without any verb: “steam curls, light shifts” is none."""
    words = [case.nameless[clause.start : clause.end] for clause in run]
    return any(map(LABEL.search, words)) or not any(map(VERB_LIKE.search, words))
