"""What the language model is asked: the instructions, the material in quotes, the photo, and the form to fill."""

import base64
import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from productvideo.scenes.draft import Risk
from productvideo.scenes.judge import Judged
from productvideo.scenes.limits import limits_for
from productvideo.scenes.moves import Move
from productvideo.scenes.plan import Shot, Slot
from productvideo.scenes.template import template
from productvideo.scenes.trouble import COUNTS
from productvideo.scenes.types import Brief, SceneIdea, Told
from productvideo.wording import tidy

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam

PICTURE_SIDE = 1024
BRIEF = 40  # words; a prompt of no more has room for short clauses only
WISHES = {
    Move.PUSH_IN: "a push-in",
    Move.PULL_BACK: "a pull-back",
    Move.TILT_UP: "a slow tilt up",
    Move.TILT_DOWN: "a slow tilt down",
    Move.PAN_LEFT: "a slow pan to the left",
    Move.PAN_RIGHT: "a slow pan to the right",
    Move.TRACK_LEFT: "a slow tracking move to the left",
    Move.TRACK_RIGHT: "a slow tracking move to the right",
    Move.ARC: "a small slow arc",
}
INTENTS = {
    Shot.HERO: "hero (the product itself, for attention)",
    Shot.DETAIL: "detail (macro, for material and work)",
    Shot.CONTEXT: "context (the product in its surroundings)",
}

FIELDS: dict[str, dict[str, Any]] = {
    "seen_in_image": {"type": "string", "description": "What the photo shows, in one sentence."},
    "title": {"type": "string", "description": "A few words, in the persona's voice and language."},
    "description": {
        "type": "string",
        "description": "One or two sentences for the marketing team, in the persona's language.",
    },
    "shot_type": {"type": "string", "enum": [shot.value for shot in Shot]},
    "camera_move": {"type": "string", "enum": [move.value for move in Move]},
    "stillness": {"type": "string", "description": "How the product keeps still; begins with “stays”."},
    "subject_motion": {"type": "string", "description": "What moves on the product, in one English sentence."},
    "environment_motion": {"type": "string", "description": "What moves around it, in one English sentence."},
    "mood": {"type": "string", "description": "Light or mood, at most eight English words."},
    "negative_nouns": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Up to two English nouns for what must not appear.",
    },
    "risk": {"type": "string", "enum": [risk.value for risk in Risk]},
}


def response_format(*, count: int, counted: bool) -> Any:
    """The strict form; `counted` says in it how many scenes there are, which a few older models refuse."""
    scene = {"type": "object", "properties": FIELDS, "required": list(FIELDS), "additionalProperties": False}
    bounds = {"minItems": count, "maxItems": count} if counted else {}
    wish = f"Exactly {COUNTS[count]} {'scene' if count == 1 else 'scenes'}."
    schema = {
        "type": "object",
        "properties": {"scenes": {"type": "array", "description": wish, "items": scene, **bounds}},
        "required": ["scenes"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "storyboard", "strict": True, "schema": schema}}


def messages(
    brief: Brief, slots: Sequence[Slot], *, rejected: Sequence[Judged] = ()
) -> list["ChatCompletionMessageParam"]:
    parts: list[Any] = [{"type": "text", "text": material(brief, rejected)}]
    if brief.image:
        picture = base64.b64encode(shown_picture(brief.image)).decode()
        parts.append({"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{picture}"}})
    return [{"role": "system", "content": instructions(brief, slots, rejected)}, {"role": "user", "content": parts}]


def material(brief: Brief, rejected: Sequence[Judged] = ()) -> str:
    """Everything that people typed, each as a JSON string: no quote, line break or bracket can end it early."""
    lines = {
        "Product name": tidy(brief.product_name, limit=200),
        "Product description": tidy(brief.product_description, limit=5000),
        "Persona": tidy(brief.persona_name, limit=100),
        "Persona's voice": tidy(brief.voice, limit=1000),
        "Persona's visual style": tidy(brief.visual_style, limit=1000),
        "Persona's audience": tidy(brief.audience, limit=1000),
        "Persona's language": tidy(brief.language, limit=50),
        "Words to use": tidy(", ".join(brief.words_to_use), limit=1000),
        "Words to avoid": tidy(", ".join(brief.words_to_avoid), limit=1000),
    }
    lines |= {f"Scene {number} that stays": words_of(scene) for number, scene in enumerate(brief.kept, start=1)}
    lines |= {f"Scene {number} that goes": words_of(scene) for number, scene in enumerate(brief.replaced, start=1)}
    for number, judged in enumerate(rejected, start=1):
        lines |= {
            f"Scene {number} that was rejected": words_of(judged.scene),
            f"Why scene {number} was rejected": tidy(" ".join(judged.findings), limit=1000),
        }
    if brief.idea:
        lines |= {"The idea": words_of(brief.idea)}
    return "\n".join(f"{label}: {json.dumps(text, ensure_ascii=False)}" for label, text in lines.items())


def words_of(scene: Told | SceneIdea) -> str:
    return tidy(f"{scene.title}: {scene.description} {scene.prompt}", limit=1000)


def instructions(brief: Brief, slots: Sequence[Slot], rejected: Sequence[Judged] = ()) -> str:
    is_brief = limits_for(brief.model_name).most_words <= BRIEF
    return template("instructions").format(
        order=order(brief, slots),
        motion_words=8 if is_brief else 14,
        stillness_words=4 if is_brief else 6,
        distinct=distinct(brief, slots, rejected),
    )


def order(brief: Brief, slots: Sequence[Slot]) -> str:
    """Say how many scenes to write, and which shots they are."""
    shots = "\n".join(f"- {INTENTS[slot.shot]}: {' or '.join(WISHES[move] for move in slot.moves)}" for slot in slots)
    if brief.idea:
        return (
            "Write exactly one scene. It films “The idea” below: take its title and description as they are, and write"
            f" the motion that shows them.\n{shots}"
        )
    if len(slots) == 1:
        return f"Write exactly one scene:\n{shots}"
    each = "one for each shot type, " if len({slot.shot for slot in slots}) == len(slots) else ""
    return f"Write exactly {COUNTS[len(slots)]} scenes, {each}in this order:\n{shots}"


def distinct(brief: Brief, slots: Sequence[Slot], rejected: Sequence[Judged]) -> str:
    sentences = [f"The {COUNTS[len(slots)]} scenes differ from each other in every field."] if len(slots) > 1 else []
    if brief.kept:
        sentences.append("Each new scene differs in every field from the scenes below that stay.")
    if brief.replaced:
        sentences.append("People did not like the scenes below that go: write something else.")
    if rejected:
        sentences.append("Your scenes below that were rejected broke rules: write them anew, without what was wrong.")
    return " ".join(sentences)


def shown_picture(image: bytes) -> bytes:
    """A smaller copy without metadata: more pixels cost tokens and time and tell the model nothing."""
    from PIL import Image

    picture = Image.open(io.BytesIO(image), formats=["JPEG"])
    picture.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
    picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    out = io.BytesIO()
    plain = picture.convert("RGB")
    plain.info.clear()  # a comment would be written again
    plain.save(out, "JPEG", quality=85)
    return out.getvalue()
