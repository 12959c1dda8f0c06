"""How long a prompt should be for a model, counted so that languages without spaces are treated alike."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

import kling
from productvideo.scenes.lint.case import Breach, Case
from productvideo.scenes.lint.clauses import sentences_of, sign_end, smooth, with_sentence
from productvideo.scenes.lint.folding import is_unspaced
from productvideo.scenes.lint.moves import moves_in
from productvideo.wording import first_words

MOST_WORDS = 60  # for any model
CHARACTERS = 2500
ENOUGH = 12  # words; what is shorter than that has lost too much
MODERN = ("kling-v3", "kling-3.0", "kling-video-o1", "kling-o1")  # heed longer prompts, under either name
KEEPS_STILL = "its shape and label remain exactly as in the image"
TOLD = "The camera makes a push-in."
LONGER = (
    "Its shape and label remain exactly as in the image.",
    "Soft light glides slowly across its surface.",
    "Everything happens calmly, beginning gently and settling before the end.",
)


def words_for(model_name: str) -> tuple[int, int]:
    """The least and the most words that are good for a model; any number up to sixty if it is not known."""
    if not model_name:
        return 0, MOST_WORDS
    return (30, MOST_WORDS) if model_name.startswith(MODERN) else (20, 40)


def count_words(text: str) -> int:
    """Words between spaces; two Han or kana characters count as one."""
    unspaced = sum(is_unspaced(sign) and sign.isalnum() for sign in text) if not text.isascii() else 0
    spaced = "".join(" " if is_unspaced(sign) else sign for sign in text) if unspaced else text
    return sum(any(map(str.isalnum, word)) for word in spaced.split()) + (unspaced + 1) // 2


def length(case: Case) -> Iterator[Breach]:
    """Too long a prompt is refused or half heard; too short a one leaves everything to chance."""
    limit = kling.MODELS[case.model_name].prompt_limit if case.model_name in kling.MODELS else CHARACTERS
    least, most = words_for(case.model_name)
    count = count_words(case.text)
    if len(case.prompt) > limit:
        sentence = _("The prompt has %(count)d characters; Kling takes %(limit)d.")
        values = {"count": len(case.prompt), "limit": limit}
    elif count > most:
        sentence = _(
            "The prompt has %(count)d words; more than %(most)d are not heeded, %(least)d to %(most)d are best."
        )
        values = {"count": count, "least": least or 20, "most": most}
    elif count < least:
        sentence = _("The prompt has %(count)d words; %(least)d to %(most)d tell Kling enough.")
        values = {"count": count, "least": least, "most": most}
    else:
        return
    mends = longer(case, least) if count < least and len(case.prompt) <= limit else shorter(case, most)
    yield Breach(rule="length", sentence=sentence % values, mends=mends)


def shorter(case: Case, most: int) -> Iterator[str]:
    """Drop whole sentences from the end; those that keep the product still and move the camera go last."""
    sentences = [case.text[start : sign_end(case.text, end)].strip() for start, end in sentences_of(case.text)]
    needed = [one for one in sentences if KEEPS_STILL in one.lower() or moves_in(one)]
    for spared in (needed, [one for one in sentences if moves_in(one)]):
        for at in range(len(sentences) - 1, -1, -1):
            if count_words(" ".join(sentences)) <= most:
                break
            if sentences[at] not in spared and len(sentences) > 1:
                del sentences[at]
    if count_words(" ".join(sentences)) >= ENOUGH:
        yield smooth(" ".join(sentences))
    told = next((one for one in sentences if moves_in(one)), "")
    rest = case.text.replace(told, "")
    yield with_sentence(first_words(rest, most - count_words(told)), told)
    yield with_sentence(first_words(rest, most - 5), TOLD)
    yield smooth(" ".join(sentences))


def longer(case: Case, least: int) -> Iterator[str]:
    text = case.text
    for sentence in LONGER:
        if sentence.lower().rstrip(".") not in text.lower():
            text = with_sentence(text, sentence)
        if count_words(text) >= least:
            break
    yield text
