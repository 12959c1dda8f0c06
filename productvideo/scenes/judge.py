"""Whether a draft of the language model becomes a scene: assembled, then held against the linter's rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from productvideo.scenes import clauses, prompts
from productvideo.scenes.draft import Draft
from productvideo.scenes.lint import lint
from productvideo.scenes.plan import Slot
from productvideo.scenes.types import Brief, SceneIdea
from productvideo.wording import fingerprint, tidy

TITLE_LIMIT = 200
DESCRIPTION_LIMIT = 1000
FOR_PEOPLE = {"claim", "avoided_word"}  # the rules that hold for titles and descriptions too
NO_MOTION = (
    "Neither motion can be used: write one short English sentence, unlike those of the other scenes, that names no"
    " camera, no edit, no writing and no length of time."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A slot, the scene that a draft became, and a sentence for each rule that it breaks."""

    slot: Slot
    scene: SceneIdea
    findings: tuple[str, ...] = ()


def judge(slot: Slot, draft: Draft, brief: Brief, *, others: Sequence[str] = ()) -> Judged:
    """Assemble a scene and hold it against the rules; `others` are the prompts that it must not repeat."""
    motions = [motion for motion in clauses.motions_of(slot, draft, brief) if not is_repeated(motion, others)]
    scene = written_scene(slot, draft, brief, motions=motions)
    found = lint(
        scene.prompt,
        model_name=brief.model_name,
        description=brief.product_description,
        name=brief.product_name,
        negative_prompt=scene.negative_prompt,
        avoid=brief.words_to_avoid,
    )
    findings = [finding.sentence for finding in found]
    motion = prompts.motion_in(scene.prompt)
    if is_repeated(motion, [slot.motion, *others]):  # its own, where no motion of the draft could be used
        findings.append(NO_MOTION)
    if not brief.idea:
        findings += findings_for_people(scene, brief)
    return Judged(slot=slot, scene=scene, findings=tuple(dict.fromkeys(findings)))


def is_repeated(motion: str, others: Sequence[str]) -> bool:
    return any(fingerprint(motion) in fingerprint(other) for other in others)


def findings_for_people(scene: SceneIdea, brief: Brief) -> list[str]:
    """What a title and a description may not say: they are shown, and a prompt may be written from them."""
    words = f"{scene.title}. {scene.description}"
    found = lint(words, description=brief.product_description, name=brief.product_name, avoid=brief.words_to_avoid)
    return [finding.sentence for finding in found if finding.rule in FOR_PEOPLE]


def written_scene(slot: Slot, draft: Draft, brief: Brief, *, motions: Sequence[str]) -> SceneIdea:
    """Put the model's words into the slot; a clause that breaks a rule gives way to the slot's own."""
    return SceneIdea(
        title=brief.idea.title if brief.idea else tidy(draft.title, limit=TITLE_LIMIT),
        description=brief.idea.description if brief.idea else tidy(draft.description, limit=DESCRIPTION_LIMIT),
        prompt=prompts.prompt_for(
            slot=slot,
            stillness=clauses.stillness_of(draft),
            motions=motions,
            move=clauses.move_of(slot, draft.camera_move),
            mood=clauses.mood_of(draft),
            brief=brief,
        ),
        source="openai",
        negative_prompt=prompts.negative_prompt_for(draft, brief),
    )
