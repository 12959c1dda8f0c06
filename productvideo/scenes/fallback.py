"""The default scenes: what is shown when OpenAI wrote none, in words that need nothing but the product's name."""

from collections.abc import Container, Sequence

from productvideo.scenes import prompts
from productvideo.scenes.draft import Draft
from productvideo.scenes.judge import judge
from productvideo.scenes.languages import ENGLISH, code_of
from productvideo.scenes.lint import lint
from productvideo.scenes.plan import USUAL, Plan, Shot, Slot, plan_for
from productvideo.scenes.types import Brief, SceneIdea, Told
from productvideo.wording import fingerprint, main_name

ANYTHING = {
    ENGLISH: "The product",
    "de": "Das Produkt",
    "fr": "Le produit",
    "es": "El producto",
    "it": "Il prodotto",
}
# For personas who avoid the words of a plan, and for scenes whose words are there already.
PLAIN = {
    Shot.HERO: {
        ENGLISH: "{name}, seen calmly from the front.",
        "de": "Ganz in Ruhe von vorn gesehen.",
        "fr": "Vu de face, en toute tranquillité.",
        "es": "Visto de frente, con toda tranquilidad.",
        "it": "Visto di fronte, in tutta tranquillità.",
    },
    Shot.DETAIL: {
        ENGLISH: "{name}, seen from very near.",
        "de": "Aus nächster Nähe gesehen.",
        "fr": "Vu de très près.",
        "es": "Visto desde muy cerca.",
        "it": "Visto da molto vicino.",
    },
    Shot.CONTEXT: {
        ENGLISH: "{name} and what is around it.",
        "de": "Mit allem, was ringsum ist.",
        "fr": "Avec tout ce qui l'entoure.",
        "es": "Con todo lo que hay alrededor.",
        "it": "Con tutto ciò che sta intorno.",
    },
}
PLAIN_MOTION = {
    Shot.HERO: "The scene around it slowly brightens",
    Shot.DETAIL: "A reflection passes over it",
    Shot.CONTEXT: "The background slowly brightens",
}


def default_scene(
    slot: Slot, brief: Brief, plan: Plan, *, reason: str, known: Sequence[Told | SceneIdea] = ()
) -> SceneIdea:
    """The slot's own scene; other words of the same shot where the persona avoids these, or a known scene has them."""
    looks = [slot, *looks_like(slot, plan), *looks_like(slot, plan_for(USUAL, "", ""))]
    title, description = words_of(looks, brief, known)
    moving = {fingerprint(sentence) for scene in known for sentence in scene.prompt.split(". ")}
    return SceneIdea(
        title=title,
        description=description,
        prompt=prompts.prompt_for(
            slot=slot,
            stillness=first_allowed([look.stillness for look in looks], brief),
            motions=[first_allowed([*(look.motion for look in looks), PLAIN_MOTION[slot.shot]], brief, moving)],
            move=slot.moves[0],
            mood="",
            brief=brief,
        ),
        source="fallback",
        detail=reason,
        negative_prompt=prompts.negative_prompt_for(None, brief),
    )


def looks_like(slot: Slot, plan: Plan) -> list[Slot]:
    return [other for other in plan.slots + plan.second if other.shot == slot.shot and other.title != slot.title]


def words_of(looks: Sequence[Slot], brief: Brief, known: Sequence[Told | SceneIdea]) -> tuple[str, str]:
    """A title and a description, in the persona's language where we have it, that say nothing known or avoided."""
    language = code_of(brief.language)
    name = main_name(brief.product_name, limit=60)
    if is_avoided(name, brief):
        name = ANYTHING[language]
    told = [look.translations.get(language, (look.title, look.description)) for look in looks]
    titles = [title for title, _ in told]
    descriptions = [description for _, description in told]
    descriptions.insert(1, PLAIN[looks[0].shot][language])  # rather than one that tells of another move
    taken = {fingerprint(words) for scene in known for words in (scene.title, scene.description)}
    return (
        first_allowed([words.format(name=name) for words in titles], brief, taken),
        first_allowed([words.format(name=name) for words in descriptions], brief, taken),
    )


def first_allowed(wordings: Sequence[str], brief: Brief, taken: Container[str] = ()) -> str:
    """The first new wording without a word that the persona avoids, or else a new one, mended if it can be."""
    new = [words for words in wordings if fingerprint(words) not in taken] or wordings
    return next((words for words in new if not is_avoided(words, brief)), "") or mended(new[0], brief)


def is_avoided(words: str, brief: Brief) -> bool:
    return "avoided_word" in prompts.rules_of(words, brief)


def mended(words: str, brief: Brief) -> str:
    found = lint(words, avoid=brief.words_to_avoid)
    return next((finding.mended for finding in found if finding.rule == "avoided_word" and finding.mended), words)


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
