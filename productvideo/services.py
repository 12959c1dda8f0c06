"""What a person may ask for: plan scenes, approve, retake, cancel, delete. The same from every door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import IO

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Max

import kling
from personas.models import Persona
from productvideo import accounts, ledger, scenes
from productvideo.models import KlingAccount, Photo, Product, ProductVideo, Scene, VideoEvent
from productvideo.photos import CleanPhoto, clean_photo
from productvideo.prices import plain, quote
from productvideo.querysets import now
from productvideo.states import Stage

NAME_LIMIT = 200
DESCRIPTION_LIMIT = 5000
PROMPT_LIMIT = 2500  # Kling's


class RefusalError(Exception):
    """Something a person asked for and cannot have; the text says why and what to do."""


class InvalidInputError(RefusalError):
    """Words that cannot be taken; `errors` says what is wrong, field by field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class BudgetError(RefusalError):
    """The persona's monthly limit does not allow it."""


class StoryboardChangedError(RefusalError):
    """What the person saw is no longer so; nothing was bought. `changes` are sentences, `videos` what is there now."""

    def __init__(self, changes: Sequence[str], videos: Sequence[ProductVideo] = ()) -> None:
        super().__init__(" ".join(changes))
        self.changes = list(changes)
        self.videos = list(videos)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenScene:
    """A scene as the person who approves it saw it."""

    scene_id: int
    version: int
    takes: int

    @classmethod
    def of(cls, scene: Scene) -> SeenScene:
        return cls(scene_id=scene.pk, version=scene.version, takes=scene.takes)


# Planning: free.


def clean_words(name: str, description: str) -> tuple[str, str]:
    """Return a product's name (1-200 characters) and description (1-5,000), trimmed; raise InvalidInputError."""
    name, description = name.strip(), description.strip()
    errors = {}
    for field, text, limit in (("name", name, NAME_LIMIT), ("description", description, DESCRIPTION_LIMIT)):
        if not text:
            errors[field] = f"Write a {field} for the product."
        elif len(text) > limit:
            errors[field] = f"The {field} has {len(text)} characters; shorten it to {limit}."
        elif any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in text):
            errors[field] = f"The {field} contains characters that are no text; remove them."
    if errors:
        raise InvalidInputError(errors)
    return name, description


def create_product(
    *,
    persona: Persona,
    name: str,
    description: str,
    photo_file: IO[bytes] | bytes | CleanPhoto,
    photo_name: str = "",
    by: User | None = None,
) -> Product:
    """Store a product with its cleaned photo; raises InvalidInputError or PhotoError, storing nothing."""
    name, description = clean_words(name, description)
    clean = photo_file if isinstance(photo_file, CleanPhoto) else clean_photo(photo_file, name=photo_name)
    with transaction.atomic():
        product = Product.objects.create(persona=persona, name=name, description=description, created_by=by)
        add_photo(product=product, clean=clean)
    return product


def add_photo(*, product: Product, clean: CleanPhoto) -> Photo:
    """Give a product a photo; the file is named by its content, so the same picture is kept once."""
    path = f"photos/{clean.name}"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(clean.content))
    photo, _ = Photo.objects.get_or_create(
        product=product,
        sha256=clean.sha256,
        defaults={"file": path, "width": clean.width, "height": clean.height},
    )
    return photo


def plan_scenes(*, product: Product) -> list[Scene]:
    """Write three scenes for a product with OpenAI or, whatever goes wrong there, the default ones (at most 30 s)."""
    photo = product.photos.get(pk=product.photos.aggregate(first=Max("pk"))["first"])
    with photo.file.open("rb") as file:
        brief = brief_for(product, image=file.read())
    return store_plan(product=product, photo=photo, plan=scenes.write_scenes(brief))


def brief_for(product: Product, *, image: bytes | None = None) -> scenes.Brief:
    """Say what the scene writer may know of a product and its persona."""
    return scenes.Brief(
        product_name=product.name,
        product_description=product.description,
        persona_name=product.persona.name,
        voice=product.persona.voice,
        visual_style=product.persona.visual_style,
        audience=product.persona.audience,
        image=image,
    )


def store_plan(*, product: Product, photo: Photo, plan: scenes.ScenePlan) -> list[Scene]:
    """Keep a plan's scenes as the product's next ones."""
    with transaction.atomic():
        first = (product.scenes.aggregate(last=Max("position"))["last"] or 0) + 1
        stored = [
            Scene.objects.create(
                product=product,
                photo=photo,
                position=position,
                title=idea.title,
                description=idea.description,
                prompt=idea.prompt,
                negative_prompt=idea.negative_prompt,
                source=idea.source,
                source_detail=idea.detail,
                language_model=plan.language_model,
                template_version=plan.template_version,
                raw_answer=plan.raw_answer,
            )
            for position, idea in enumerate(plan.scenes, start=first)
        ]
        product.scenes_source, product.scenes_detail = plan.source, plan.detail
        product.save(update_fields=["scenes_source", "scenes_detail", "updated_at"])
    return stored


def save_scene(*, scene: Scene, version: int, title: str, description: str, prompt: str) -> Scene:
    """Change a scene's words, unless somebody else changed them since `version` was read."""
    words = {"title": title.strip(), "description": description.strip(), "prompt": prompt.strip()}
    errors = {field: f"Write a {field} for the scene." for field in ("title", "prompt") if not words[field]}
    if len(words["title"]) > NAME_LIMIT:
        errors["title"] = f"The title has {len(words['title'])} characters; shorten it to {NAME_LIMIT}."
    if len(words["prompt"]) > PROMPT_LIMIT:
        errors["prompt"] = f"The prompt has {len(words['prompt'])} characters; Kling takes {PROMPT_LIMIT}."
    if errors:
        raise InvalidInputError(errors)
    if all(getattr(scene, field) == text for field, text in words.items()) and scene.version == version:
        return scene
    edited = Scene.objects.filter(pk=scene.pk, version=version).update(
        **words, version=F("version") + 1, source=Scene.Source.PERSON, source_detail="", updated_at=now()
    )
    scene.refresh_from_db()
    if not edited:
        raise StoryboardChangedError([f"Somebody changed “{scene.title}” meanwhile; nothing of it was overwritten."])
    return scene


# Spending.


def approve(
    *,
    product: Product,
    scenes: Sequence[SeenScene],
    settings: kling.Settings,
    units: Decimal | None = None,
    by: User | None = None,
) -> list[ProductVideo]:
    """Buy one take of each scene, exactly as seen, or nothing at all.

    `units` is the total price that the person saw. Raises kling.SettingsError (impossible settings),
    StoryboardChangedError, BudgetError, RefusalError, ConfigurationError, or a kling.RefusedError about the account.
    A double click, a colleague, a stale tab and a repeated request all end at the conditional UPDATE in `_take`.
    """
    if not scenes or len({seen.scene_id for seen in scenes}) != len(scenes):
        raise RefusalError("Choose at least one scene, and each only once.")
    price = quote(settings, clips=len(scenes))
    if units is not None and units != price.units:
        raise StoryboardChangedError(
            [f"The price is {plain(price.units)} units now, not {plain(units)}; nothing was bought."]
        )
    account = accounts.current_account()
    accounts.require_accepted(account)
    with transaction.atomic():
        _reserve(product.persona, price.units, account=account)
        taken = [_take(product, seen) for seen in sorted(scenes, key=lambda seen: seen.scene_id)]
        if any(scene is None for scene in taken):
            raise _what_changed(product, scenes)  # and with it, everything of this transaction is taken back
        videos = [_new_video(scene, settings, account=account, by=by) for scene in taken if scene]
        account.bring_list_forward()
        return videos


def retake(
    *, video: ProductVideo, seen: SeenScene, units: Decimal | None = None, by: User | None = None
) -> ProductVideo:
    """Buy another take of a video's scene with the same settings, at the price the person saw; it is a new video."""
    if video.scene_id is None:
        raise RefusalError("The scene of this video was removed; approve another scene instead.")
    settings = replace(video.settings, negative_prompt="")
    return approve(product=video.product, scenes=[seen], settings=settings, units=units, by=by)[0]


def cancel(*, video: ProductVideo, by: User | None = None) -> ProductVideo:
    """Stop a video that was never sent; free of charge."""
    if video.stage == Stage.QUEUED and video.mark_failed(
        code="cancelled", message="Cancelled before it was sent; nothing was charged.", who=_name(by)
    ):
        return video
    video.refresh_from_db()
    if video.is_finished:
        raise RefusalError("This video is finished; there is nothing to cancel.")
    raise RefusalError("Kling is making this video already and cannot stop; it will be charged and saved.")


def delete_video(*, video: ProductVideo) -> None:
    """Remove a finished video; its files go once the removal is certain, and the ledger keeps what it cost."""
    names = [file.name for file in (video.file, video.poster) if file]
    with transaction.atomic():
        if not ProductVideo.objects.finished().filter(pk=video.pk).exists():
            raise RefusalError("Only finished videos can be deleted; this one is still being made.")
        video.delete()
        transaction.on_commit(lambda: _delete_files(names))


def _delete_files(names: Sequence[str | None]) -> None:
    for name in filter(None, names):
        default_storage.delete(name)


def _reserve(persona: Persona, units: Decimal, *, account: KlingAccount) -> None:
    # The update comes first: of two approvals at once, the second waits here and counts the first one's videos.
    Persona.objects.filter(pk=persona.pk).update(updated_at=now())
    persona.refresh_from_db()
    require_budget(persona, units, simulated=account.simulated)


def require_budget(persona: Persona, units: Decimal, *, simulated: bool) -> None:
    """Raise BudgetError when that many more units would go above the persona's monthly limit."""
    if persona.monthly_units is None:
        return
    left = persona.monthly_units - ledger.units_this_month(persona, simulated=simulated)
    if units > left:
        raise BudgetError(
            f"{persona} has {plain(max(left, Decimal(0)))} of {plain(persona.monthly_units)} units left this month;"
            f" this costs {plain(units)}. Approve fewer scenes, or raise the persona's monthly limit."
        )


def _take(product: Product, seen: SeenScene) -> Scene | None:
    """Count one more take of a scene that is still as seen; None when it is not."""
    as_seen = Scene.objects.filter(pk=seen.scene_id, product=product, version=seen.version, takes=seen.takes)
    if not as_seen.update(takes=F("takes") + 1):
        return None
    return Scene.objects.select_related("photo").get(pk=seen.scene_id)


def _new_video(scene: Scene, settings: kling.Settings, *, account: KlingAccount, by: User | None) -> ProductVideo:
    if kling.find_model(settings.model_name).negative_prompt:
        settings = replace(settings, negative_prompt=scene.negative_prompt)
    video = ProductVideo.objects.create(
        persona=scene.product.persona,
        product=scene.product,
        scene=scene,
        photo=scene.photo,
        account=account,
        take=scene.takes,
        approved_by=by,
        title=scene.title,
        description=scene.description,
        prompt=scene.prompt,
        negative_prompt=settings.negative_prompt,
        model_name=settings.model_name,
        mode=settings.mode,
        duration=settings.duration,
        sound=settings.sound,
        units_estimated=kling.estimate_units(settings),
    )
    VideoEvent.objects.create(video=video, to_stage=Stage.QUEUED, why="Approved.", who=_name(by))
    return video


def _what_changed(product: Product, scenes: Sequence[SeenScene]) -> StoryboardChangedError:
    """Say, scene by scene, what is no longer as the person saw it."""
    now_there = {scene.pk: scene for scene in product.scenes.filter(pk__in=[seen.scene_id for seen in scenes])}
    changes = []
    for seen in scenes:
        scene = now_there.get(seen.scene_id)
        if scene is None:
            changes.append("A scene was removed.")
        elif scene.version != seen.version:
            changes.append(f"“{scene.title}” was edited.")
    takes = ProductVideo.objects.filter(product=product, scene__in=now_there)
    videos = list(takes.select_related("approved_by").order_by("-take"))
    newer = [
        video
        for video in videos
        if any(video.scene_id == seen.scene_id and video.take > seen.takes for seen in scenes)
    ]
    changes += [f"“{video.title}” was approved already by {_name(video.approved_by)}." for video in newer]
    return StoryboardChangedError([*changes, "Nothing was bought; look at what is there now."], newer)


def _name(user: User | None) -> str:
    return user.get_username() if user else "the command line"
