"""Spending: approve, retake, cancel, delete. One conditional UPDATE per scene decides who buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

import kling
from personas.models import Persona
from productvideo import accounts, ledger
from productvideo.models import KlingAccount, Product, ProductVideo, Scene, VideoEvent
from productvideo.prices import plain, quote
from productvideo.querysets import now
from productvideo.services.refusals import BudgetError, RefusalError, StoryboardChangedError
from productvideo.states import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenScene:
    """A scene as the person who approves it saw it."""

    scene_id: int
    version: int
    takes: int

    @classmethod
    def of(cls, scene: Scene) -> SeenScene:
        return cls(scene_id=scene.pk, version=scene.version, takes=scene.takes)


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
        loop=settings.end_frame,
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
