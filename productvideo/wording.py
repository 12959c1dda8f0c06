"""Makes words from people and from the language model safe to put into a prompt, a title or a message."""

import re
import unicodedata
from collections.abc import Iterator

from productvideo.signs import BREAKS, is_unseen, without_marks

CLAUSE_LIMIT = 300  # characters; three clauses and the template stay far below Kling's 2,500
QUOTES = re.compile(r"[\"“”„‟«»‹›「」『』`]|(?<!\w)['‘’‚]|['‘’](?!\w)")
SENTENCE_END = re.compile(r"(?<=[.!?;:。！？])\s+|[;。！？]")
ASIDE = re.compile(r"[,;:(|]\s*|\s[–—-]\s")
SMALL_WORDS = frozenset(
    (
        *("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "&", "+", ""),
        *("à", "au", "aux", "avec", "d", "da", "das", "de", "del", "der", "des", "di", "die", "du", "e", "el", "en"),
        *("et", "für", "il", "la", "las", "le", "les", "lo", "los", "mit", "o", "para", "per", "pour", "und", "von"),
    )
)

EDITING = re.compile(
    r"\b(add|insert|remov|delet|eras|replac|swap|extend|edit|overlay|superimpos)(e|s|es|ed|ing|d|ting|ped|ping)?\b",
    re.IGNORECASE,
)
CAMERA = re.compile(
    r"\b(cameras?|lens(es)?|zoom\w*|doll(y|ies|ying)|pan(s|ned|ning)?|tilt\w*|track(s|ed|ing)?|orbit\w*|cranes?"
    r"|push\w*[ -]in|pull\w*[ -](back|out)|rack focus|whip|handheld|dutch angle)\b",
    re.IGNORECASE,
)
WRITING = re.compile(
    r"\b(logos?|captions?|subtitles?|slogans?|headlines?|watermarks?|letter(s|ing)|typography|text|titles?|prices?)\b",
    re.IGNORECASE,
)
SECONDS = re.compile(r"\b\d+([.,]\d+)?[ -]?(s|secs?|seconds?)\b", re.IGNORECASE)


def tidy(text: str, *, limit: int) -> str:
    """One clean line: no characters that nobody sees, no references to pictures, cut at a word."""
    spaced = BREAKS.sub(" ", unicodedata.normalize("NFC", text))
    seen = "".join(sign for sign in spaced if not is_unseen(sign))
    return shorten(" ".join(without_marks(seen)[0].split()), limit=limit)


def shorten(text: str, *, limit: int) -> str:
    """Cut at a word where there is one in the second half."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    if not text[limit].isspace() and (space := cut.rfind(" ")) >= limit // 2:
        cut = cut[:space]
    return cut.rstrip(" ,;:-–—")


def first_words(text: str, count: int) -> str:
    """The first words, without a small word left hanging at the end."""
    words = text.split()[:count]
    while words and words[-1].strip(",;:-–—").lower() in SMALL_WORDS:
        words.pop()
    return " ".join(words).rstrip(",;:-–—")


def without_quotes(text: str) -> str:
    """Drop quotation marks, which would ask for writing in the picture; apostrophes inside words stay."""
    return " ".join(QUOTES.sub(" ", text).split())


def is_safe_clause(clause: str) -> bool:
    """Whether a clause names no edit, no camera move, no writing and no length in seconds."""
    return not any(rule.search(clause) for rule in (EDITING, CAMERA, WRITING, SECONDS))


def safe_clause(text: str, *, words: int) -> str:
    """The first sentence that can stand in a prompt, or nothing."""
    return next(filter(None, safe_clauses(without_quotes(tidy(text, limit=CLAUSE_LIMIT)), words)), "")


def safe_clauses(text: str, words: int) -> Iterator[str]:
    for sentence in SENTENCE_END.split(text):
        if sentence and is_safe_clause(sentence):
            yield within(sentence.strip(" .,;:!?…-–—"), words)


def within(sentence: str, words: int) -> str:
    """Cut a long sentence at a comma where there is one in the second half, else at a word."""
    cut = first_words(sentence, words)
    if len(sentence.split()) <= words or cut.rfind(",") < len(cut) // 2:
        return cut
    return cut[: cut.rfind(",")]


def main_name(name: str, *, limit: int) -> str:
    """What stands before the first comma or bracket: “Cup” of “Cup, hand-thrown (90 ml)”."""
    clean = tidy(name, limit=200)
    return shorten(ASIDE.split(clean, maxsplit=1)[0].strip() or clean, limit=limit) or "The product"


def short_name(name: str, *, words: int = 3, limit: int = 40) -> str:
    """A product's name for the middle of a sentence: a few words, stopping before one that orders an edit."""
    picked: list[str] = []
    for word in without_quotes(main_name(name, limit=200)).split():
        bare = word.strip(".,;:!?…()|/–—-")
        if EDITING.search(bare) or len(picked) == words:
            break
        picked += [bare] if any(map(str.isalnum, bare)) else []
    return shorten(first_words(" ".join(picked), words), limit=limit) or "The product"


def fingerprint(text: str) -> str:
    """What two texts share that differ in case, spaces and punctuation only."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
