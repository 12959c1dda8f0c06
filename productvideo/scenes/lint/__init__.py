"""What can go wrong with a prompt at Kling, told before anybody pays; advice for people, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from productvideo.scenes.lint.camera import one_move, risky_move
from productvideo.scenes.lint.case import READ, Breach, Case
from productvideo.scenes.lint.claims import claim
from productvideo.scenes.lint.lengths import count_words, length, words_for
from productvideo.scenes.lint.moves import moves_of
from productvideo.scenes.lint.negatives import negation, negative_list
from productvideo.scenes.lint.orders import editing_verb
from productvideo.scenes.lint.shots import same_shot, shot_of
from productvideo.scenes.lint.unseen import control_characters, reference_token
from productvideo.scenes.lint.words import avoided_word, keywords, seconds
from productvideo.scenes.lint.writing import quoted_text

__all__ = ["RULES", "Finding", "count_words", "lint", "moves_of", "shot_of", "words_for"]

# The gravest first.
RULES: tuple[Callable[[Case], Iterator[Breach]], ...] = (
    reference_token,
    control_characters,
    claim,
    quoted_text,
    avoided_word,
    editing_verb,
    one_move,
    risky_move,
    same_shot,
    negation,
    seconds,
    keywords,
    length,
    negative_list,
)
RULE = {rule.__name__: rule for rule in RULES}
MOST_TRIES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that a scene breaks: what is wrong and what to do, and the text with just that put right.

    `mended` is the whole new text of `field`, or None where only a person can mend it.
    """

    rule: str  # its code, such as "one_move"
    sentence: str
    mended: str | None = None
    field: str = "prompt"  # or "negative_prompt"


def lint(
    prompt: str,
    *,
    model_name: str = "",
    description: str = "",
    name: str = "",
    negative_prompt: str = "",
    avoid: Sequence[str] = (),
    others: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Return what the rules find in a scene's `prompt`, the gravest first.

    `description` and `name` are the product's (a claim must stand there), `avoid` the persona's words to avoid,
    `others` the prompts of the storyboard's other scenes, which shall show other shots.
    """
    case = Case(
        prompt=prompt,
        model_name=model_name,
        description=description,
        name=name,
        negative_prompt=negative_prompt,
        avoid=tuple(avoid),
        others=tuple(others),
    )
    found = tuple(breaches(case))
    known = {(breach.rule, breach.field) for breach in found}
    return tuple(
        Finding(rule=breach.rule, sentence=breach.sentence, mended=mended(case, breach, known), field=breach.field)
        for breach in found
    )


def breaches(case: Case) -> Iterator[Breach]:
    for rule in RULES:
        yield from rule(case)


def mended(case: Case, breach: Breach, known: set[tuple[str, str]]) -> str | None:
    """The first text that really puts it right and brings nothing new: each mend leaves fewer findings."""
    if len(case.prompt) > READ and breach.field == "prompt" and breach.rule != "length":
        return None  # shorter first
    for text in islice(breach.mends, MOST_TRIES):
        if len(text) > READ or (breach.field == "prompt" and not text.strip()):
            continue
        better = case.with_field(breach.field, text)
        if any(one.field == breach.field for one in RULE[breach.rule](better)):
            continue
        if {(one.rule, one.field) for one in breaches(better)} <= known:
            return text
    return None
