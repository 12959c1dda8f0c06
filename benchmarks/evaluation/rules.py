"""Which rules a scene breaks: in the model's own words before assembly, and as Kling would get it."""

import json
from collections.abc import Sequence
from typing import Any

from productvideo.scenes import Brief, SceneIdea
from productvideo.scenes.lint import lint
from productvideo.scenes.moves import MOVES
from productvideo.wording import short_name

RULES = (
    *("one_move", "same_shot", "risky_move", "quoted_text", "editing_verb", "claim", "avoided_word", "seconds"),
    *("keywords", "length", "negation", "negative_list", "reference_token", "control_characters"),
)
FOR_PEOPLE = {"claim", "avoided_word", "reference_token", "control_characters"}  # also in titles and descriptions


def scenes_in(content: str) -> list[dict[str, Any]]:
    """Return the scenes of what a language model answered, in one round or two; none, where it is not in the form."""
    scenes: list[dict[str, Any]] = []
    begins = content.find("{")
    while begins >= 0:
        try:
            said, ends = json.JSONDecoder().raw_decode(content, begins)
        except ValueError:
            break
        listed = said.get("scenes")
        scenes += [scene for scene in listed if isinstance(scene, dict)] if isinstance(listed, list) else []
        begins = content.find("{", ends)
    return scenes


def broken_as_said(scenes: Sequence[dict[str, Any]], brief: Brief) -> list[set[str]]:
    """Return for each scene which rules the model's words break, put together as they are."""
    prompts = [plain_prompt(scene, brief) for scene in scenes]
    return [
        broken(
            prompt,
            brief,
            title=str(scene.get("title", "")),
            description=str(scene.get("description", "")),
            negative_prompt=", ".join(map(str, scene.get("negative_nouns") or ())),
            others=prompts[:number] + prompts[number + 1 :],
        )
        for number, (scene, prompt) in enumerate(zip(scenes, prompts, strict=True))
    ]


def plain_prompt(scene: dict[str, Any], brief: Brief) -> str:
    said = {name: str(scene.get(name, "")).strip() for name in ("stillness", "subject_motion", "environment_motion")}
    move = str(scene.get("camera_move", ""))
    camera = next((words for known, words in MOVES.items() if known == move), f"The camera makes a {move}")
    sentences = (
        f"{short_name(brief.product_name)} {said['stillness']}",
        *(said["subject_motion"], said["environment_motion"], camera, str(scene.get("mood", ""))),
    )
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences if sentence)


def broken_for_kling(ideas: Sequence[SceneIdea], brief: Brief) -> list[set[str]]:
    """Return for each scene which rules it breaks as Kling would get it."""
    prompts = [idea.prompt for idea in ideas]
    return [
        broken(
            idea.prompt,
            brief,
            title=idea.title,
            description=idea.description,
            negative_prompt=idea.negative_prompt,
            others=prompts[:number] + prompts[number + 1 :],
        )
        for number, idea in enumerate(ideas)
    ]


def broken(
    prompt: str, brief: Brief, *, title: str, description: str, negative_prompt: str, others: Sequence[str]
) -> set[str]:
    about = {
        "model_name": brief.model_name,
        "name": brief.product_name,
        "description": brief.product_description,
        "avoid": brief.words_to_avoid,
    }
    found = {finding.rule for finding in lint(prompt, negative_prompt=negative_prompt, others=others, **about)}
    for_people = {finding.rule for finding in lint(f"{title}. {description}", **about)}
    return found | for_people & FOR_PEOPLE
