"""The storyboard by hand: edit the words of a scene, mend one, add one, drop one, bring it back."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from productvideo.models import Product, Scene
from productvideo.querysets import now
from productvideo.scenes.cleaning import clean_prompt
from productvideo.services.advice import findings_on
from productvideo.services.planning import NAME_LIMIT
from productvideo.services.refusals import InvalidInputError, RefusalError
from productvideo.services.writing import (
    MOST_SCENES,
    changed_meanwhile,
    next_position,
    prompt_of_idea,
    too_many,
)

PROMPT_LIMIT = 2500  # Kling's
IDEA_LIMIT = 5000


def save_scene(
    *, scene: Scene, version: int, title: str, description: str, prompt: str, by: User | None = None
) -> Scene:
    """Change a scene's words, unless somebody else changed them since `version` was read."""
    words = clean_scene(title=title, description=description, prompt=prompt)
    if scene.version == version and all(getattr(scene, field) == text for field, text in words.items()):
        return scene
    return _edit(scene, version=version, words=words, by=by)


def mend(*, scene: Scene, version: int, rule: str, by: User | None = None, model_name: str = "") -> Scene:
    """Put right what one rule finds in a scene; whoever asked for it has written the scene then."""
    if scene.version != version:
        raise changed_meanwhile(scene)
    for finding in findings_on(scene, model_name=model_name):
        if finding.rule == rule and finding.mended is not None:
            text = clean_prompt(finding.mended).text
            return _edit(scene, version=version, words={finding.field: text}, by=by)
    raise RefusalError(_("There is nothing left to mend here."))


def add_scene(*, product: Product, title: str, description: str, prompt: str, by: User | None = None) -> Scene:
    """Add a scene of somebody's own; without a prompt, one is written from title and description."""
    asked = not prompt.strip() and bool(title.strip())
    _require_room(product)
    plan = None
    if asked:
        plan = prompt_of_idea(product=product, title=title.strip(), description=description.strip())
        prompt = plan.scenes[0].prompt
    words = clean_scene(title=title, description=description, prompt=prompt)
    with transaction.atomic():
        _lock(product)
        _require_room(product)
        return Scene.objects.create(
            product=product,
            photo=product.photos.latest("in_use_since", "pk"),
            position=next_position(product),
            source=Scene.Source.PERSON,
            origin=Scene.Source.PERSON,
            source_detail=plan.detail if plan else "",
            source_cause=plan.cause if plan else "",
            negative_prompt=plan.scenes[0].negative_prompt if plan else "",
            edited_by=by,
            **words,
        )


def drop_scene(*, scene: Scene, version: int, by: User | None = None) -> Scene:
    """Take a scene off the storyboard; its takes stay, and it can be brought back."""
    with transaction.atomic():
        _lock(scene.product)
        if scene.product.scenes.count() <= 1 and scene.dropped_at is None:
            raise RefusalError(_("A product keeps at least one scene; edit this one, or add another first."))
        dropped = Scene.objects.filter(pk=scene.pk, version=version)
        done = dropped.update(dropped_at=now(), edited_by=by, updated_at=now())
        scene.refresh_from_db()
        if not done and scene.dropped_at is None:
            raise changed_meanwhile(scene)
    return scene


def bring_back_scene(*, scene: Scene, by: User | None = None) -> Scene:
    """Put a dropped scene where it was."""
    with transaction.atomic():
        _lock(scene.product)
        if scene.dropped_at is not None:
            _require_room(scene.product)
            Scene.with_dropped.filter(pk=scene.pk).update(dropped_at=None, edited_by=by, updated_at=now())
    scene.refresh_from_db()
    return scene


def clean_scene(*, title: str, description: str, prompt: str) -> dict[str, str]:
    """Return a scene's words, a prompt as it was typed but for what is taken out of everybody's.

    Raises InvalidInputError for what cannot be taken.
    """
    words = {"title": title.strip(), "description": description.strip(), "prompt": clean_prompt(prompt).text}
    errors = {}
    if not words["title"]:
        errors["title"] = _("Write a title for the scene.")
    if not words["prompt"].strip():
        errors["prompt"] = no_prompt(before=prompt)
    if len(words["title"]) > NAME_LIMIT:
        length = {"length": len(words["title"]), "limit": NAME_LIMIT}
        errors["title"] = _("The title has %(length)s characters; shorten it to %(limit)s.") % length
    if len(words["description"]) > IDEA_LIMIT:
        length = {"length": len(words["description"]), "limit": IDEA_LIMIT}
        errors["description"] = _("The description has %(length)s characters; shorten it to %(limit)s.") % length
    if len(words["prompt"]) > PROMPT_LIMIT:
        length = {"length": len(words["prompt"]), "limit": PROMPT_LIMIT}
        errors["prompt"] = _("The prompt has %(length)s characters; Kling takes %(limit)s.") % length
    for field, text in words.items():
        if any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in text):
            errors[field] = _("This contains characters that are no text; remove them.")
    if errors:
        raise InvalidInputError(errors)
    return words


def no_prompt(*, before: str) -> str:
    """Say that there is no prompt, or that nothing was left of it when it was cleaned."""
    if before.strip():
        return _("Nothing is left of this prompt without reference marks and invisible characters; write it in words.")
    return _("Write a prompt for the scene.")


def _edit(scene: Scene, *, version: int, words: dict[str, str], by: User | None) -> Scene:
    edited = Scene.objects.filter(pk=scene.pk, version=version).update(
        **words,
        version=F("version") + 1,
        source=Scene.Source.PERSON,
        source_detail="",
        source_cause="",
        edited_by=by,
        updated_at=now(),
    )
    scene.refresh_from_db()
    if not edited:
        raise changed_meanwhile(scene)
    return scene


def _lock(product: Product) -> None:
    # The update comes first: of two who add or drop at once, the second waits here and counts the first one's.
    Product.objects.filter(pk=product.pk).update(updated_at=now())


def _require_room(product: Product) -> None:
    if product.scenes.count() >= MOST_SCENES:
        raise too_many()
