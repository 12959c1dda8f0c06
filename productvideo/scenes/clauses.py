"""The clauses of a draft that can stand in a prompt: English, and with nothing in them that a prompt must not say."""

import re

from productvideo.scenes.draft import Draft
from productvideo.scenes.languages import is_english
from productvideo.scenes.misfits import is_copied, is_misfit, moves_product, tells_motion
from productvideo.scenes.moves import Move
from productvideo.scenes.plan import Shot, Slot
from productvideo.scenes.types import Brief
from productvideo.wording import safe_clause

WHOLE = 60  # words; a clause that is longer is none
MOST_MOOD = 10
MOST_STILLNESS = 8
MORE_THAN_STILL = re.compile(r"\b(?:while|then|until|before|after|but|when)\b", re.IGNORECASE)
HOLDS = frozenset(("stays", "remains", "rests", "stands", "sits", "lies", "hangs"))
HOLDS |= {word.removesuffix("s") for word in HOLDS}  # of headphones


def stillness_of(draft: Draft) -> str:
    """Only a clause that continues the sentence “The cup …” can be used."""
    clause = english_clause(draft.stillness)
    is_still = len(clause.split()) <= MOST_STILLNESS and not MORE_THAN_STILL.search(clause)
    return clause if is_still and clause.split(" ")[0] in HOLDS else ""


def motions_of(slot: Slot, draft: Draft, brief: Brief) -> list[str]:
    """Of the product itself first in the detail shot, of what is around it in the others; only one is used."""
    motions = [draft.environment_motion, draft.subject_motion]
    if slot.shot is Shot.DETAIL:
        motions.reverse()
    return [clause for clause in map(english_clause, motions) if clause and is_motion(clause, draft, brief)]


def is_motion(clause: str, draft: Draft, brief: Brief) -> bool:
    """Whether something but the product moves, in words that do not describe the picture again."""
    told = tells_motion(clause) and not moves_product(clause, brief.product_name)
    return told and not is_copied(clause, draft.seen_in_image, brief.product_description)


def mood_of(draft: Draft) -> str:
    mood = english_clause(draft.mood)
    return mood if len(mood.split()) <= MOST_MOOD else ""


def english_clause(text: str) -> str:
    clause = safe_clause(text, words=WHOLE)
    return clause if is_english(clause) and not is_misfit(clause) else ""


def move_of(slot: Slot, wish: str) -> Move:
    return next((move for move in slot.moves if move == wish), slot.moves[0])
