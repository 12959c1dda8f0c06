"""The scene writer's front door: a brief in, different shots out, whatever OpenAI does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from productvideo.scenes import writer
from productvideo.scenes.plan import PLAN, Slot, slot_for_idea, slots_for
from productvideo.scenes.prompts import TEMPLATE_VERSION, Draft, default_scene, scene_of_idea, written_scene
from productvideo.scenes.types import Brief, SceneIdea, ScenePlan, Told, Usage

if TYPE_CHECKING:
    import httpx2

__all__ = ["Brief", "SceneIdea", "ScenePlan", "Told", "Usage", "default_scenes", "rewrite_prompt", "write_scenes"]

DEADLINE = 25.0  # seconds; what is left of the promised thirty is for the photo and the database

log = logging.getLogger(__name__)


def write_scenes(
    brief: Brief, *, count: int = len(PLAN), deadline: float = DEADLINE, http_client: httpx2.Client | None = None
) -> ScenePlan:
    """Up to six scenes within `deadline` seconds, unlike the brief's others; a missing one is a default scene.

    A given `http_client` is closed afterwards.
    """
    slots = slots_for(count, kept=brief.kept, replaced=brief.replaced)
    answer = writer.ask(brief, slots, deadline=deadline, http_client=http_client)
    written = [(slot, written_scene(slot, draft, brief)) for slot, draft in assign_slots(answer.drafts, slots)]
    missing = count - len(written)
    reason = answer.trouble.sentence(missing=missing, of=count) if answer.trouble and missing else ""
    if reason:
        log.warning("%s", reason)
    taken = [slot for slot, _ in written]
    filled = [default_scene(slot, brief, reason=reason) for slot in slots if slot not in taken]
    return ScenePlan(
        scenes=tuple([idea for _, idea in written] + filled),
        source="openai" if not filled else "mixed" if written else "fallback",
        detail=reason,
        language_model=answer.language_model,
        template_version=TEMPLATE_VERSION,
        raw_answer=answer.raw,
        cause=answer.trouble.code if answer.trouble and reason else "",
    )


def default_scenes(brief: Brief, *, reason: str) -> ScenePlan:
    """The three scenes that need nothing but the product's name."""
    ideas = tuple(default_scene(slot, brief, reason=reason) for slot in PLAN)
    return ScenePlan(scenes=ideas, source="fallback", detail=reason, template_version=TEMPLATE_VERSION)


def rewrite_prompt(
    brief: Brief, idea: Told, *, deadline: float = DEADLINE, http_client: httpx2.Client | None = None
) -> ScenePlan:
    """Write the prompt of one scene anew from its title and description, which stand as they are."""
    slot = slot_for_idea(idea)
    answer = writer.ask(replace(brief, idea=idea), (slot,), deadline=deadline, http_client=http_client)
    reason = answer.trouble.own_words() if answer.trouble and not answer.drafts else ""
    if reason:
        log.warning("%s", reason)
    draft = answer.drafts[0] if answer.drafts else None
    return ScenePlan(
        scenes=(scene_of_idea(slot, idea, draft, brief, reason=reason),),
        source="openai" if draft else "fallback",
        detail=reason,
        language_model=answer.language_model,
        template_version=TEMPLATE_VERSION,
        raw_answer=answer.raw,
        cause=answer.trouble.code if answer.trouble and reason else "",
    )


def assign_slots(drafts: tuple[Draft, ...], slots: Sequence[Slot]) -> list[tuple[Slot, Draft]]:
    """Give each draft the shot it asks for if that is free, and else the next free one: no two shots are alike."""
    free = list(slots)
    assigned = []
    for draft in drafts:
        slot = next((slot for slot in free if slot.shot == draft.shot_type), free[0])
        free.remove(slot)
        assigned.append((slot, draft))
    return assigned
