"""The scene writer's front door: a brief in, different shots out, whatever OpenAI does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from productvideo.scenes import writer
from productvideo.scenes.fallback import default_scene, scene_of_idea
from productvideo.scenes.plan import Plan, Slot, plan_for, plans
from productvideo.scenes.rounds import Outcome
from productvideo.scenes.slots import slot_for_idea, slots_for
from productvideo.scenes.template import TEMPLATE_VERSION
from productvideo.scenes.trouble import REJECTED, Trouble
from productvideo.scenes.types import Brief, SceneIdea, ScenePlan, Told, Usage
from productvideo.wording import shorten

if TYPE_CHECKING:
    import httpx2

__all__ = [
    "Brief",
    "Plan",
    "SceneIdea",
    "ScenePlan",
    "Told",
    "Usage",
    "default_scenes",
    "plan_for",
    "plans",
    "rewrite_prompt",
    "write_scenes",
]

DEADLINE = 25.0  # seconds; what is left of the promised thirty is for the photo and the database
SCENES = 3

log = logging.getLogger(__name__)


def write_scenes(
    brief: Brief, *, count: int = SCENES, deadline: float = DEADLINE, http_client: httpx2.Client | None = None
) -> ScenePlan:
    """Up to six scenes within `deadline` seconds, unlike the brief's others; a missing one is a default scene.

    A given `http_client` is closed afterwards.
    """
    plan = plan_of(brief)
    slots = slots_for(plan, count, kept=brief.kept, replaced=brief.replaced)
    outcome = writer.ask(brief, slots, deadline=deadline, http_client=http_client)
    written = [judged.scene for judged in outcome.good]
    missing = [slot for slot in slots if slot not in [judged.slot for judged in outcome.good]]
    reason = outcome.trouble.sentence(missing=len(missing), of=count) if outcome.trouble and missing else ""
    reasons = {judged.slot: reason_of(judged.findings) for judged in outcome.rejected}
    filled = fill(missing, brief, plan, [reasons.get(slot, reason) for slot in missing], known=written)
    return told(outcome, plan, (*written, *filled), reason=reason)


def default_scenes(brief: Brief, *, reason: str) -> ScenePlan:
    """The three scenes that need nothing but the product's name."""
    plan = plan_of(brief)
    scenes = fill(plan.slots, brief, plan, [reason] * len(plan.slots))
    return told(Outcome(), plan, tuple(scenes), reason=reason)


def rewrite_prompt(
    brief: Brief, idea: Told, *, deadline: float = DEADLINE, http_client: httpx2.Client | None = None
) -> ScenePlan:
    """Write the prompt of one scene anew from its title and description, which stand as they are."""
    brief, plan = replace(brief, idea=idea), plan_of(brief)
    slot = slot_for_idea(plan, idea)
    outcome = writer.ask(brief, (slot,), deadline=deadline, http_client=http_client)
    if outcome.good:
        return told(outcome, plan, (outcome.good[0].scene,), reason="")
    reason = outcome.trouble.own_words() if outcome.trouble else ""
    return told(outcome, plan, (scene_of_idea(slot, brief, idea, plan, reason=reason),), reason=reason)


def plan_of(brief: Brief) -> Plan:
    return plan_for(brief.plan, brief.product_name, brief.product_description)


def fill(
    slots: Sequence[Slot], brief: Brief, plan: Plan, reasons: Sequence[str], *, known: Sequence[SceneIdea] = ()
) -> list[SceneIdea]:
    """Make the default scenes of slots, each for its own reason, none with the words of another scene."""
    filled: list[SceneIdea] = []
    for slot, reason in zip(slots, reasons, strict=True):
        others: list[Told | SceneIdea] = [*brief.kept, *brief.replaced, *known, *filled]
        filled.append(default_scene(slot, brief, plan, reason=reason, known=others))
    return filled


def reason_of(findings: Sequence[str]) -> str:
    """Say why the scene for one shot was rejected."""
    why = shorten(findings[0].rstrip("."), limit=120)
    trouble: Trouble = replace(REJECTED, what=f"What OpenAI wrote for this shot was not taken ({why})")
    return trouble.sentence(missing=1, of=1)


def told(outcome: Outcome, plan: Plan, scenes: tuple[SceneIdea, ...], *, reason: str) -> ScenePlan:
    if outcome.trouble and reason:
        log.warning("%s", reason)
    sources = {scene.source for scene in scenes}
    source: Literal["openai", "fallback", "mixed"] = sources.pop() if len(sources) == 1 else "mixed"
    return ScenePlan(
        scenes=scenes,
        source=source,
        detail=reason,
        language_model=outcome.language_model,
        template_version=TEMPLATE_VERSION,
        raw_answer=outcome.raw,
        plan=plan.code,
        cause=outcome.trouble.code if outcome.trouble and reason else "",
        usage=outcome.usage,
    )
