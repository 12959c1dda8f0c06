"""How the words for a shot become the prompt that Kling gets."""

from dataclasses import dataclass, field
from enum import StrEnum

from productvideo.scenes.plan import MOVES, Move, Shot, Slot
from productvideo.scenes.types import Brief, SceneIdea, Told
from productvideo.wording import first_words, main_name, safe_clause, short_name, tidy, without_quotes

TEMPLATE_VERSION = "three-shots-1"
MOST_WORDS = 60
TITLE_LIMIT = 200
DESCRIPTION_LIMIT = 1000
NEGATIVES = ("morphing", "warped label", "extra labels", "text")
MOST_NEGATIVES = 8


class Risk(StrEnum):
    NONE = "none"
    HANDS = "hands"
    LIQUID = "liquid"
    TEXT = "text"
    FACE = "face"


RISKS = {Risk.HANDS: "hands", Risk.LIQUID: "spills", Risk.TEXT: "altered lettering", Risk.FACE: "distorted face"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One scene's fields as the language model wrote them; nothing in it is trusted."""

    title: str
    description: str
    subject_motion: str
    environment_motion: str
    stillness: str = ""
    mood: str = ""
    shot_type: str = ""
    camera_move: str = ""
    risk: str = ""
    negative_nouns: tuple[str, ...] = field(default=())


def written_scene(slot: Slot, draft: Draft, brief: Brief) -> SceneIdea:
    """Put the model's words into the slot; a clause that breaks a rule gives way to the slot's own."""
    return SceneIdea(
        title=tidy(draft.title, limit=TITLE_LIMIT),
        description=tidy(draft.description, limit=DESCRIPTION_LIMIT),
        prompt=prompt_for(
            name=short_name(brief.product_name),
            stillness=stillness_clause(draft.stillness) or slot.stillness,
            motion=motion_clause(slot, draft),
            move=chosen_move(slot, draft.camera_move),
            mood=safe_clause(draft.mood, words=8),
        ),
        source="openai",
        negative_prompt=negative_prompt(draft),
    )


def default_scene(slot: Slot, brief: Brief, *, reason: str) -> SceneIdea:
    """The shot that needs nothing but the product's name."""
    name = main_name(brief.product_name, limit=60)
    return SceneIdea(
        title=slot.title.format(name=name),
        description=slot.description.format(name=name),
        prompt=prompt_for(
            name=short_name(brief.product_name), stillness=slot.stillness, motion=slot.motion, move=slot.moves[0]
        ),
        source="fallback",
        detail=reason,
        negative_prompt=", ".join(NEGATIVES),
    )


def scene_of_idea(slot: Slot, idea: Told, draft: Draft | None, brief: Brief, *, reason: str) -> SceneIdea:
    """Film an idea: with the model's clauses, or else with what of the description can stand in a prompt."""
    words = idea.description
    spoken = draft or Draft(title=idea.title, description=words, subject_motion=words, environment_motion=words)
    return SceneIdea(
        title=idea.title,
        description=idea.description,
        prompt=prompt_for(
            name=short_name(brief.product_name),
            stillness=stillness_clause(spoken.stillness) or slot.stillness,
            motion=motion_clause(slot, spoken),
            move=slot.moves[0],
            mood=safe_clause(spoken.mood, words=8),
        ),
        source="openai" if draft else "fallback",
        detail=reason,
        negative_prompt=negative_prompt(spoken),
    )


def prompt_for(*, name: str, stillness: str, motion: str, move: Move, mood: str = "") -> str:
    """Fill the template; the mood is what gives way when the words run out."""
    prompt = (
        f"{name} {stillness}; its shape and label remain exactly as in the image. {as_sentence(motion)} "
        f"{MOVES[move]}, slow and steady, beginning gently and settling before the end."
    )
    longer = f"{prompt} {as_sentence(mood)}"
    return longer if mood and len(longer.split()) <= MOST_WORDS else prompt


def as_sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."


def stillness_clause(text: str) -> str:
    """Only a clause that continues the sentence “The cup …” can be used."""
    clause = safe_clause(text, words=9)
    return clause if clause.split(" ")[0] in ("stays", "remains", "rests", "stands", "sits", "lies", "hangs") else ""


def motion_clause(slot: Slot, draft: Draft) -> str:
    """One motion only: of the product itself in the detail shot, of what is around it in the others."""
    motions = [draft.environment_motion, draft.subject_motion]
    if slot.shot is Shot.DETAIL:
        motions.reverse()
    return next(filter(None, (safe_clause(motion, words=16) for motion in motions)), slot.motion)


def chosen_move(slot: Slot, wish: str) -> Move:
    return next((move for move in slot.moves if move == wish), slot.moves[0])


def negative_prompt(draft: Draft) -> str:
    """A short list of nouns; long lists stiffen the motion."""
    nouns = list(NEGATIVES) + [noun for risk, noun in RISKS.items() if risk == draft.risk]
    for wish in draft.negative_nouns[:MOST_NEGATIVES]:
        noun = first_words(without_quotes(tidy(wish, limit=30)).replace(",", " ").lower(), 2)
        if noun and not noun.startswith("no ") and noun not in nouns:
            nouns.append(noun)
    return ", ".join(nouns[:MOST_NEGATIVES])
