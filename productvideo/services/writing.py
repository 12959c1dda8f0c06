"""Having scenes written, which is free: the first three, one or all of them again, a prompt from its idea.

One writing at a time per product, claimed on its row: a claim that was not given back ends by itself.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from productvideo import defaults, scenes
from productvideo.models import Photo, Product, Scene
from productvideo.querysets import now
from productvideo.services.refusals import RefusalError, StoryboardChangedError
from productvideo.services.tokens import remember_writing

MOST_SCENES = 6
LEASE = timedelta(seconds=40)  # the deadline of a writing, and what the photo and the database take
LOOK_EVERY = 0.5  # seconds


class Rewriting(Protocol):
    """What gives one scene new words."""

    def __call__(self, *, scene: Scene, version: int, by: User | None = None) -> Scene: ...


class BeingWrittenError(RefusalError):
    """Somebody else has this product's scenes written just now."""

    def __init__(self) -> None:
        super().__init__(_("Scenes of this product are being written just now; wait until they are here."))


def plan_scenes(*, product: Product, model_name: str = "") -> list[Scene]:
    """Return a product's scenes, having three written if it has none (at most 30 s); wait for somebody else's."""
    end = time.monotonic() + LEASE.total_seconds() + 5
    while True:
        try:
            return write_first_scenes(product=product, model_name=model_name)
        except BeingWrittenError:
            if time.monotonic() > end:
                raise
        time.sleep(LOOK_EVERY)


def write_first_scenes(*, product: Product, model_name: str = "") -> list[Scene]:
    """Have the three scenes of a product written that has none, by OpenAI or, whatever goes wrong, the default ones.

    The prompts are for the usual model, or the one that is named.
    Raises BeingWrittenError at once when somebody else is at it.
    """
    with _writing(product) as token:
        if product.scenes.exists():
            return list(product.scenes.all())
        photo = _photo(product)
        brief = _brief(product, photo)
        brief = replace(brief, model_name=model_name or brief.model_name)
        plan = remember_writing(product, scenes.write_scenes(brief))
        with _still_ours(product, token):
            return store_plan(product=product, photo=photo, plan=plan)


def write_one_more(*, product: Product) -> Scene:
    """Have another scene written, unlike those that are there."""
    _require_room(product)
    with _writing(product) as token:
        photo = _photo(product)
        brief = replace(_brief(product, photo), kept=_told(product.scenes.all()))
        plan = remember_writing(product, scenes.write_scenes(brief, count=1))
        with _still_ours(product, token):
            _require_room(product)
            [scene] = store_plan(product=product, photo=photo, plan=plan)
    return scene


def write_scene_again(*, scene: Scene, version: int, by: User | None = None) -> Scene:
    """Have one scene written again, unlike the others and unlike itself; its takes keep the words they had."""
    product = scene.product
    _require_version(scene, version)
    with _writing(product) as token:
        others = product.scenes.exclude(pk=scene.pk)
        brief = replace(_brief(product, scene.photo), kept=_told(others), replaced=_told([scene]))
        plan = remember_writing(product, scenes.write_scenes(brief, count=1))
        with _still_ours(product, token):
            _put_into(scene, version=version, plan=plan, idea=plan.scenes[0], by=by)
    return scene


def write_all_again(*, product: Product, by: User | None = None) -> list[Scene]:
    """Have all scenes written again that have no takes; return those that were, for an edited one stays as it is."""
    with _writing(product) as token:
        old = list(product.scenes.filter(takes=0))
        if not old:
            raise RefusalError(_("All scenes have takes, and such scenes stay. Write one of them again, or add one."))
        brief = replace(_brief(product, _photo(product)), kept=_told(product.scenes.filter(takes__gt=0)))
        plan = remember_writing(product, scenes.write_scenes(replace(brief, replaced=_told(old)), count=len(old)))
        with _still_ours(product, token):
            put = [_try_into(scene, plan, idea, by=by) for scene, idea in zip(old, plan.scenes, strict=True)]
            _remember(product, plan)
    return [scene for scene in put if scene]


def rewrite_prompt(*, scene: Scene, version: int, by: User | None = None) -> Scene:
    """Have a scene's prompt written anew from its title and description."""
    _require_version(scene, version)
    with _writing(scene.product) as token:
        brief = _brief(scene.product, scene.photo)
        plan = remember_writing(scene.product, scenes.rewrite_prompt(brief, _told([scene])[0]))
        with _still_ours(scene.product, token):
            _put_into(scene, version=version, plan=plan, idea=plan.scenes[0], by=by)
    return scene


def prompt_of_idea(*, product: Product, title: str, description: str) -> scenes.ScenePlan:
    """Have a prompt written for an idea that is no scene yet."""
    with _writing(product):
        idea = scenes.Told(title=title, description=description, prompt="")
        return remember_writing(product, scenes.rewrite_prompt(_brief(product, _photo(product)), idea))


def is_being_written(product: Product) -> bool:
    """Say whether somebody has scenes of this product written just now."""
    return (
        product.writing_until is not None and Product.objects.filter(pk=product.pk, writing_until__gt=now()).exists()
    )


def brief_for(product: Product, *, image: bytes | None = None) -> scenes.Brief:
    """Say what the scene writer may know of a product and its persona."""
    return scenes.Brief(
        product_name=product.name,
        product_description=product.description,
        persona_name=product.persona.name,
        voice=product.persona.voice,
        visual_style=product.persona.visual_style,
        audience=product.persona.audience,
        words_to_use=product.persona.used_words,
        words_to_avoid=product.persona.avoided_words,
        language=product.persona.language,
        plan=product.plan,
        model_name=defaults.nearest_model().name,
        image=image,
    )


def store_plan(*, product: Product, photo: Photo, plan: scenes.ScenePlan) -> list[Scene]:
    """Keep a plan's scenes as the product's next ones."""
    with transaction.atomic():
        first = next_position(product)
        stored = [
            Scene.objects.create(
                product=product, photo=photo, position=position, origin=idea.source, **_columns(plan, idea)
            )
            for position, idea in enumerate(plan.scenes, start=first)
        ]
        _remember(product, plan)
    return stored


def next_position(product: Product) -> int:
    last: int | None = Scene.with_dropped.filter(product=product).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


# The claim.


@contextmanager
def _writing(product: Product) -> Iterator[uuid.UUID]:
    """Be the only one who has this product's scenes written; raise BeingWrittenError if somebody else is."""
    token = uuid.uuid4()
    free = Q(writing_until__isnull=True) | Q(writing_until__lte=now())
    if not Product.objects.filter(free, pk=product.pk).update(writing_until=now() + LEASE, writing_token=token):
        raise BeingWrittenError
    try:
        yield token
    finally:
        Product.objects.filter(pk=product.pk, writing_token=token).update(writing_until=None, writing_token=None)


@contextmanager
def _still_ours(product: Product, token: uuid.UUID) -> Iterator[None]:
    """Store what was written in one transaction, unless it took so long that somebody else has begun."""
    with transaction.atomic():
        if not Product.objects.filter(pk=product.pk, writing_token=token).update(updated_at=now()):
            raise BeingWrittenError
        yield


# The words.


def _photo(product: Product) -> Photo:
    return product.photos.latest("in_use_since", "pk")


def _brief(product: Product, photo: Photo) -> scenes.Brief:
    with photo.file.open("rb") as file:
        return brief_for(product, image=file.read())


def _told(written: Iterable[Scene]) -> tuple[scenes.Told, ...]:
    return tuple(
        scenes.Told(title=scene.title, description=scene.description, prompt=scene.prompt) for scene in written
    )


def _columns(plan: scenes.ScenePlan, idea: scenes.SceneIdea) -> dict[str, Any]:
    return {
        "title": idea.title,
        "description": idea.description,
        "prompt": idea.prompt,
        "negative_prompt": idea.negative_prompt,
        "source": idea.source,
        "source_detail": idea.detail,
        "source_cause": plan.cause if idea.source == "fallback" else "",
        "language_model": plan.language_model,
        "template_version": plan.template_version,
        "raw_answer": plan.raw_answer,
    }


def _put_into(scene: Scene, *, version: int, plan: scenes.ScenePlan, idea: scenes.SceneIdea, by: User | None) -> None:
    """Give a scene new words, unless somebody changed it while they were written."""
    as_read = Scene.objects.filter(pk=scene.pk, version=version)
    words = _columns(plan, idea) | {"origin": idea.source, "edited_by": by, "updated_at": now()}
    put = as_read.update(version=F("version") + 1, **words)
    scene.refresh_from_db()
    if not put:
        raise changed_meanwhile(scene)


def _try_into(scene: Scene, plan: scenes.ScenePlan, idea: scenes.SceneIdea, *, by: User | None) -> Scene | None:
    words = _columns(plan, idea) | {"origin": idea.source, "edited_by": by, "updated_at": now()}
    as_read = Scene.objects.filter(pk=scene.pk, version=scene.version, takes=0)
    if not as_read.update(version=F("version") + 1, **words):
        return None
    scene.refresh_from_db()
    return scene


def _remember(product: Product, plan: scenes.ScenePlan) -> None:
    product.scenes_source, product.scenes_detail = plan.source, plan.detail
    product.save(update_fields=["scenes_source", "scenes_detail", "updated_at"])


def _require_version(scene: Scene, version: int) -> None:
    if scene.version != version:
        raise changed_meanwhile(scene)


def changed_meanwhile(scene: Scene) -> StoryboardChangedError:
    """Say that somebody was quicker to change a scene, or to drop it."""
    if scene.dropped_at is not None:
        sentence = _("“%(title)s” was dropped meanwhile; bring it back to change it.")
    elif scene.edited_by is not None:
        sentence = _("%(who)s changed “%(title)s” meanwhile; nothing of it was overwritten.")
    else:
        sentence = _("Somebody changed “%(title)s” meanwhile; nothing of it was overwritten.")
    return StoryboardChangedError([sentence % {"title": scene.title, "who": scene.edited_by}])


def _require_room(product: Product) -> None:
    if product.scenes.count() >= MOST_SCENES:
        raise too_many()


def too_many() -> RefusalError:
    return RefusalError(_("A product has at most %d scenes; drop one first.") % MOST_SCENES)
