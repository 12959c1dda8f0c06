"""The default scenes: what is shown when OpenAI wrote none, in words that need nothing but the product's name."""

from collections.abc import Iterable, Sequence

from productvideo.scenes import prompts
from productvideo.scenes.draft import Draft
from productvideo.scenes.judge import judge
from productvideo.scenes.languages import ENGLISH, code_of
from productvideo.scenes.plan import Plan, Slot
from productvideo.scenes.types import Brief, SceneIdea, Told
from productvideo.wording import fingerprint, main_name

ANYTHING = {
    ENGLISH: "The product",
    "de": "Das Produkt",
    "fr": "Le produit",
    "es": "El producto",
    "it": "Il prodotto",
}


def default_scene(
    slot: Slot, brief: Brief, plan: Plan, *, reason: str, known: Sequence[Told | SceneIdea] = ()
) -> SceneIdea:
    """The slot's own scene; other words of the same plan where the persona avoids these, or a known scene has them."""
    looks = [slot, *(other for other in plan.slots + plan.second if other.shot == slot.shot and other != slot)]
    title, description = words_of(looks, brief, known)
    return SceneIdea(
        title=title,
        description=description,
        prompt=prompts.prompt_for(
            slot=slot,
            stillness=first_allowed([look.stillness for look in looks], brief),
            motions=[first_allowed([look.motion for look in looks], brief)],
            move=slot.moves[0],
            mood="",
            brief=brief,
        ),
        source="fallback",
        detail=reason,
        negative_prompt=prompts.negative_prompt_for(None, brief),
    )


def words_of(looks: Iterable[Slot], brief: Brief, known: Sequence[Told | SceneIdea]) -> tuple[str, str]:
    """A title and a description, in the persona's language where we have it, that say nothing known or avoided."""
    language = code_of(brief.language)
    name = main_name(brief.product_name, limit=60)
    if is_avoided(name, brief):
        name = ANYTHING[language]
    told = [look.translations.get(language, (look.title, look.description)) for look in looks]
    pairs = [(title.format(name=name), description.format(name=name)) for title, description in told]
    taken = {fingerprint(words) for scene in known for words in (scene.title, scene.description)}
    new = [pair for pair in pairs if not taken & set(map(fingerprint, pair))] or pairs
    return next((pair for pair in new if not is_avoided(" ".join(pair), brief)), new[0])


def first_allowed(wordings: Sequence[str], brief: Brief) -> str:
    return next((words for words in wordings if not is_avoided(words, brief)), wordings[0])


def is_avoided(words: str, brief: Brief) -> bool:
    return "avoided_word" in prompts.broken_rules(words, brief)


def scene_of_idea(slot: Slot, brief: Brief, idea: Told, plan: Plan, *, reason: str) -> SceneIdea:
    """Film an idea without OpenAI: with what of its description can stand in a prompt, else with the slot's words."""
    spoken = Draft(
        title=idea.title,
        description=idea.description,
        subject_motion=idea.description,
        environment_motion=idea.description,
    )
    judged = judge(slot, spoken, brief)
    filmed = default_scene(slot, brief, plan, reason=reason) if judged.findings else judged.scene
    return SceneIdea(
        title=idea.title,
        description=idea.description,
        prompt=filmed.prompt,
        source="fallback",
        detail=reason,
        negative_prompt=filmed.negative_prompt,
    )
