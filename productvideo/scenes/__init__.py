"""The scene writer's front door: a brief in, three different shots out, whatever OpenAI does."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from productvideo.scenes import writer
from productvideo.scenes.prompts import PLAN, TEMPLATE_VERSION, Draft, Slot, default_scene, written_scene
from productvideo.scenes.types import Brief, SceneIdea, ScenePlan

if TYPE_CHECKING:
    import httpx2

__all__ = ["Brief", "SceneIdea", "ScenePlan", "default_scenes", "write_scenes"]

DEADLINE = 25.0  # seconds; what is left of the promised thirty is for the photo and the database

log = logging.getLogger(__name__)


def write_scenes(brief: Brief, *, deadline: float = DEADLINE, http_client: httpx2.Client | None = None) -> ScenePlan:
    """Three scenes within `deadline` seconds; a missing one is a default scene that says why.

    A given `http_client` is closed afterwards.
    """
    answer = writer.ask(brief, deadline=deadline, http_client=http_client)
    written = [(slot, written_scene(slot, draft, brief)) for slot, draft in assign_slots(answer.drafts)]
    missing = len(PLAN) - len(written)
    reason = answer.trouble.sentence(missing=missing) if answer.trouble and missing else ""
    if reason:
        log.warning("%s", reason)
    taken = {slot.shot for slot, _ in written}
    filled = [default_scene(slot, brief, reason=reason) for slot in PLAN if slot.shot not in taken]
    first, second, third = [idea for _, idea in written] + filled
    return ScenePlan(
        scenes=(first, second, third),
        source="openai" if not filled else "mixed" if written else "fallback",
        detail=reason,
        language_model=answer.language_model,
        template_version=TEMPLATE_VERSION,
        raw_answer=answer.raw,
    )


def default_scenes(brief: Brief, *, reason: str) -> ScenePlan:
    """The three scenes that need nothing but the product's name."""
    first, second, third = (default_scene(slot, brief, reason=reason) for slot in PLAN)
    return ScenePlan(
        scenes=(first, second, third), source="fallback", detail=reason, template_version=TEMPLATE_VERSION
    )


def assign_slots(drafts: tuple[Draft, ...]) -> list[tuple[Slot, Draft]]:
    """Give each draft the shot it asks for if that is free, and else the next free one: no two shots are alike."""
    free = list(PLAN)
    assigned = []
    for draft in drafts:
        slot = next((slot for slot in free if slot.shot == draft.shot_type), free[0])
        free.remove(slot)
        assigned.append((slot, draft))
    return assigned
