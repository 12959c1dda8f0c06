"""What may go wrong with a scene at Kling, told before anybody pays. It is advice, and stops no approval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings as site
from django.utils.translation import gettext as _

from productvideo import defaults, refused
from productvideo.models import Photo, Product, Scene
from productvideo.scenes.cleaning import clean_prompt
from productvideo.scenes.lint import Finding, lint

REFUSED_BEFORE = "refused_before"


def findings_on(scene: Scene, *, model_name: str = "") -> tuple[Finding, ...]:
    """Return what is found in one scene, the gravest first."""
    others = Scene.objects.filter(product=scene.product_id).exclude(pk=scene.pk)
    prompts = list(others.values_list("prompt", flat=True))
    return _findings(scene, others=prompts, was_refused=bool(refused_before([scene])), model_name=model_name)


def findings_among(scenes: Sequence[Scene], *, model_name: str = "") -> dict[int, tuple[Finding, ...]]:
    """Return what is found in each scene of one or more whole storyboards, by its id.

    However many they are, the database is asked three times, if the products come with their personas.
    """
    known = {scene.pk for scene in refused_before(scenes)}
    prompts: dict[int, list[tuple[int, str]]] = {}
    for scene in scenes:
        prompts.setdefault(scene.product_id, []).append((scene.pk, scene.prompt))
    return {
        scene.pk: _findings(
            scene,
            others=[prompt for pk, prompt in prompts[scene.product_id] if pk != scene.pk],
            was_refused=scene.pk in known,
            model_name=model_name,
        )
        for scene in scenes
    }


def findings_in(
    product: Product, prompt: str, *, negative_prompt: str = "", others: Iterable[str] = (), model_name: str = ""
) -> tuple[Finding, ...]:
    """Return what is found in a prompt that is not stored; `others` are those that it shall differ from."""
    return lint(
        prompt,
        model_name=model_name or defaults.nearest_model().name,
        description=product.description,
        name=product.name,
        negative_prompt=negative_prompt,
        avoid=product.persona.avoided_words,
        others=tuple(others),
    )


def refused_before(scenes: Iterable[Scene]) -> list[Scene]:
    """Return those scenes whose words Kling has refused before with the same photo."""
    scenes = list(scenes)
    photos = {scene.photo_id for scene in scenes}
    hashes = dict(Photo.objects.filter(pk__in=photos).values_list("pk", "sha256")) if photos else {}
    marks = {scene.pk: refused.mark_of(clean_prompt(scene.prompt).text, hashes[scene.photo_id]) for scene in scenes}
    known = refused.refused_among(set(marks.values()), photos=photos, practice=site.PRACTICE_MODE)
    return [scene for scene in scenes if marks[scene.pk] in known]


def taken_out(prompt: str) -> tuple[str, ...]:
    """Say what is taken out of a prompt whoever wrote it, a sentence for each kind of change."""
    return clean_prompt(prompt).changes


def _findings(scene: Scene, *, others: Iterable[str], was_refused: bool, model_name: str) -> tuple[Finding, ...]:
    negative = scene.negative_prompt
    found = findings_in(scene.product, scene.prompt, negative_prompt=negative, others=others, model_name=model_name)
    return (_refusal(), *found) if was_refused else found


def _refusal() -> Finding:
    sentence = _(
        "Kling's content rules refused these words with this photo before. They will most likely be refused again;"
        " change the words or the photo."
    )
    return Finding(rule=REFUSED_BEFORE, sentence=sentence)
