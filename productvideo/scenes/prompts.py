"""How the words for a shot become the prompt that Kling gets: whole parts in a template that is never cut."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from productvideo.scenes.draft import Draft, Risk
from productvideo.scenes.languages import is_english
from productvideo.scenes.limits import limits_for
from productvideo.scenes.lint import count_words, lint, moves_of
from productvideo.scenes.misfits import REFERENCES
from productvideo.scenes.moves import MOVES, Move
from productvideo.scenes.plan import Shot, Slot
from productvideo.scenes.template import template
from productvideo.scenes.types import Brief
from productvideo.wording import first_words, is_safe_clause, main_name, short_name, tidy, without_quotes

LEAST_WORDS = 3  # of a sentence that was cut
NEGATIVES = ("morphing", "warped label", "extra labels", "text")
MOST_NEGATIVES = 6
RISKS = {Risk.HANDS: "hands", Risk.LIQUID: "spills", Risk.TEXT: "altered lettering", Risk.FACE: "distorted face"}
NO_NOUNS = ("no ", "not ", "without ", "never ", "don't ", "avoid ")
MOST_NAME_WORDS = 8  # that are looked at
MOST_IN_NAME = 3
SHORTEST = "stays still"
DROPPED = {"claim", "avoided_word"}
OF_WORDS = DROPPED | {"quoted_text", "editing_verb", "risky_move", "negation", "seconds", "keywords"}
ANYTHING = "The product"

# Before these words a sentence can end.
BREAKS = frozenset(
    (
        *("across", "along", "among", "and", "around", "as", "at", "before", "behind", "beneath", "beside"),
        *("beyond", "but", "by", "for", "from", "in", "inside", "into", "like", "near", "on", "onto", "over"),
        *("past", "through", "to", "toward", "towards", "under", "until", "up", "upon", "where", "which", "while"),
        *("with", "within"),
    )
)


def prompt_for(*, slot: Slot, stillness: str, motions: Iterable[str], move: Move, mood: str, brief: Brief) -> str:
    """Fill the template with the first motion that fits, whole if possible; the slot's own words always fit.

    The mood gives way first, then the stillness, then the end of the motion.
    """
    most, name = limits_for(brief.model_name).most_words, name_in_prompt(brief)
    room = most - words_in(filled(name=name, shot=slot.shot, move=move))
    stills = [still for still in (stillness, slot.stillness, SHORTEST) if still]
    still, motion = fitting(stills, [*motions, slot.motion], room)
    shorter = filled(name=name, stillness=still, motion=motion, shot=slot.shot, move=move)
    longer = filled(name=name, stillness=still, motion=motion, shot=slot.shot, move=move, mood=mood)
    return longer if words_in(longer) <= most else shorter


def filled(*, name: str, shot: Shot, move: Move, stillness: str = "", motion: str = "", mood: str = "") -> str:
    parts = {"motion": as_sentence(motion), "camera": camera_words(shot, move), "mood": as_sentence(mood)}
    return template("kling").format(name=name, stillness=stillness, **parts).strip()


def camera_words(shot: Shot, move: Move) -> str:
    return MOVES[move].replace(" a ", " a macro ", 1) if shot is Shot.DETAIL else MOVES[move]


def motion_in(prompt: str) -> str:
    """The sentence of a filled template that says what moves."""
    return prompt.split(". ")[1]


def as_sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}." if clause else ""


def words_in(text: str) -> int:
    """Count as the linter does, and never less than there are spaces for."""
    return max(count_words(text), len(text.split()))


def fitting(stills: Sequence[str], motions: Sequence[str], room: int) -> tuple[str, str]:
    """Choose how the product keeps still, at length or in two words, and what moves: the first that can be said."""
    for motion in motions:
        for still in stills:
            if words_in(motion) + words_in(still) <= room:
                return still, motion
        if short := ended_early(motion, room - words_in(stills[-1])):
            return stills[-1], short
    return stills[-1], motions[-1]


def ended_early(sentence: str, most: int) -> str:
    """The longest beginning of a sentence, in at most `most` words, that is a sentence itself; or nothing."""
    words = sentence.split()
    for count in range(min(most, len(words) - 1), LEAST_WORDS - 1, -1):
        if words[count].lower() in BREAKS or words[count - 1].endswith(","):
            return first_words(" ".join(words[:count]), count)
    return ""


def name_in_prompt(brief: Brief) -> str:
    """The name's first words, without claims; nothing of one such as “Add-on Logo 30% off”."""
    words = without_quotes(main_name(brief.product_name, limit=200)).split()[:MOST_NAME_WORDS]
    plain = " ".join(word for word in words if not word.isalpha() or not rules_of(word, brief) & DROPPED)
    name = short_name(plain)
    if words_in(name) > MOST_IN_NAME:  # in a script without spaces
        name = short_name(plain, limit=2 * MOST_IN_NAME)
    is_safe = is_safe_clause(name) and not REFERENCES.search(name)
    return name if is_safe and not moves_of(name) and not rules_of(name, brief) else ANYTHING


def rules_of(words: str, brief: Brief) -> set[str]:
    """Which rules words break by themselves, wherever in a prompt they stand."""
    return broken_rules(words, brief.product_description, brief.words_to_avoid)


@lru_cache(maxsize=500)
def broken_rules(words: str, description: str, avoid: tuple[str, ...]) -> set[str]:
    return {finding.rule for finding in lint(words, description=description, avoid=avoid)} & OF_WORDS


def negative_prompt_for(draft: Draft | None, brief: Brief) -> str:
    """A short list of nouns for models that take one; long lists stiffen the motion."""
    if not limits_for(brief.model_name).negative_prompt:
        return ""
    nouns = [noun for noun in NEGATIVES if "avoided_word" not in rules_of(noun, brief)]
    if draft:
        nouns += [noun for risk, noun in RISKS.items() if risk == draft.risk]
        nouns += [noun for noun in map(noun_of, draft.negative_nouns) if noun and not rules_of(noun, brief)]
    return ", ".join(list(dict.fromkeys(nouns))[:MOST_NEGATIVES])


def noun_of(wish: str) -> str:
    noun = first_words(without_quotes(tidy(wish, limit=30)).replace(",", " ").lower(), 2)
    return noun if is_english(noun) and not f"{noun} ".startswith(NO_NOUNS) else ""
