"""Spending: approve, retake, cancel, delete. One conditional UPDATE per scene decides who buys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

import kling
from personas.models import Persona
from productvideo import accounts, audit, bin, defaults
from productvideo.models import KlingAccount, Product, ProductVideo, Scene, VideoEvent
from productvideo.prices import quote
from productvideo.querysets import now
from productvideo.scenes.cleaning import clean_prompt
from productvideo.services.budgets import require_budget
from productvideo.services.changes import SeenScene, mode_changed, price_changed, storyboard_changed
from productvideo.services.refusals import RefusalError
from productvideo.states import Stage


def approve(
    *,
    product: Product,
    scenes: Sequence[SeenScene],
    settings: kling.Settings,
    units: Decimal | None = None,
    practice: bool | None = None,
    again: ProductVideo | None = None,
    by: User | None = None,
) -> list[ProductVideo]:
    """Buy one take of each scene, exactly as seen, or nothing at all.

    `units` is the total price that the person saw, `practice` whether they saw that nothing is charged. The words are
    those of the scenes, or of the video that shall be made `again`. Raises kling.SettingsError (impossible settings),
    StoryboardChangedError, BudgetError, RefusalError, ConfigurationError, or a kling.RefusedError about the account.
    The rows have the model's name as it is sent, which tells where their tasks are found.
    A double click, a colleague, a stale tab and a repeated request all end at the conditional UPDATE in `_take`.
    """
    return _buy([product], scenes, settings=settings, units=units, practice=practice, again=again, by=by)


def approve_many(
    *,
    scenes: Sequence[SeenScene],
    settings: kling.Settings,
    units: Decimal | None = None,
    practice: bool | None = None,
    by: User | None = None,
) -> list[ProductVideo]:
    """Buy one take of each scene, of as many products as there are, exactly as seen, or nothing at all.

    What `approve` says of prices, errors and double clicks holds here too.
    """
    products = Product.objects.filter(pk__in=_products_of(scenes)).select_related("persona").order_by("pk")
    return _buy(list(products), scenes, settings=settings, units=units, practice=practice, by=by)


def _products_of(scenes: Sequence[SeenScene]) -> set[int]:
    there = Scene.with_dropped.filter(pk__in=[seen.scene_id for seen in scenes])
    return set(there.values_list("product", flat=True))


def _buy(
    products: Sequence[Product],
    scenes: Sequence[SeenScene],
    *,
    settings: kling.Settings,
    units: Decimal | None,
    practice: bool | None,
    again: ProductVideo | None = None,
    by: User | None,
) -> list[ProductVideo]:
    if not scenes or len({seen.scene_id for seen in scenes}) != len(scenes):
        raise RefusalError(_("Choose at least one scene, and each only once."))
    settings = defaults.as_sent(settings)
    price = quote(settings, clips=len(scenes))
    account = account_to_buy_with(price=price.units, seen=units, practice=practice)
    with transaction.atomic():
        # In one order for everybody, so that of two purchases one waits, and not each for the other.
        taken = [_take(products, seen) for seen in sorted(scenes, key=lambda seen: seen.scene_id)]
        found = [scene for scene in taken if scene]
        if len(found) < len(scenes):
            # and with it, everything of this transaction is taken back
            raise storyboard_changed(products, scenes, by=by)
        for persona, clips in _by_persona(found):
            reserve(persona, quote(settings, clips=clips).units, account=account)
        videos = [new_video(scene, settings, words=again or scene, account=account, by=by) for scene in found]
        audit.record_videos(audit.Kind.SPEND, videos, by=by)
        account.bring_list_forward()
        return videos


def account_to_buy_with(*, price: Decimal, seen: Decimal | None, practice: bool | None) -> KlingAccount:
    """Return the account that will be charged; refuse another price or mode than the person saw, or a refused key."""
    if seen is not None and seen != price:
        raise price_changed(seen=seen, now=price)
    account = accounts.current_account()
    if practice is not None and practice != account.simulated:
        raise mode_changed(practice=account.simulated)
    accounts.require_accepted(account)
    return account


def _by_persona(scenes: Iterable[Scene]) -> list[tuple[Persona, int]]:
    """Return each persona with how many of the scenes are for it, in one order for everybody."""
    personas = {scene.product.persona_id: scene.product.persona for scene in scenes}
    counts = Counter(scene.product.persona_id for scene in scenes)
    return [(personas[pk], counts[pk]) for pk in sorted(counts)]


def retake(
    *,
    video: ProductVideo,
    seen: SeenScene,
    units: Decimal | None = None,
    practice: bool | None = None,
    by: User | None = None,
) -> ProductVideo:
    """Buy another take of a video's scene with the same settings, at the price the person saw; it is a new video.

    It has the scene's words of today. Only a practice video that is made for real keeps its own: those were tried.
    """
    if video.scene_id is None or video.scene_id != seen.scene_id:
        raise RefusalError(_("The scene of this video was removed; approve another scene instead."))
    for_real = video.account.simulated and not accounts.current_account().simulated
    settings = replace(video.settings, negative_prompt="")
    [another] = approve(
        product=video.product,
        scenes=[seen],
        settings=settings,
        units=units,
        practice=practice,
        again=video if for_real else None,
        by=by,
    )
    return another


def cancel(*, video: ProductVideo, by: User | None = None) -> ProductVideo:
    """Stop a video that was never sent; free of charge."""
    with transaction.atomic():
        if video.stage == Stage.QUEUED and video.mark_failed(
            code="cancelled", message="Cancelled before it was sent; nothing was charged.", who=_name(by)
        ):
            audit.record_videos(audit.Kind.CANCEL, [video], by=by)
            return video
    video.refresh_from_db()
    if video.is_finished:
        raise RefusalError(_("This video is finished; there is nothing to cancel."))
    raise RefusalError(_("Kling is making this video already and cannot stop; it will be charged and saved."))


def delete_video(*, video: ProductVideo, by: User | None = None) -> None:
    """Delete a finished video for good, past the bin; its files go once that is certain."""
    if not bin.delete(video, by=by):
        raise RefusalError(_("Only finished videos can be deleted for good; this one is still being made."))


def put_into_bin(*, videos: Iterable[ProductVideo], by: User | None = None) -> list[ProductVideo]:
    """Put videos out of sight, to be deleted in 30 days; return those that were not in the bin yet.

    One that is being made goes on: it is paid for, and is collected and counted all the same.
    """
    return bin.put(videos, by=by)


def delete_from_bin(*, videos: Iterable[ProductVideo], by: User | None = None) -> list[ProductVideo]:
    """Delete for good what is finished and still in the bin; return those that are gone."""
    in_bin = ProductVideo.objects.finished().binned()
    return [video for video in videos if bin.delete(video, by=by, only_if=in_bin)]


def take_out_of_bin(*, videos: Iterable[ProductVideo], by: User | None = None) -> list[ProductVideo]:
    """Show videos again that were in the bin; return those."""
    return bin.take_out(videos, by=by)


def reserve(persona: Persona, units: Decimal, *, account: KlingAccount) -> None:
    """Keep units of a persona's month free for what is about to be bought; raise BudgetError for too many."""
    # The update comes first: of two approvals for a persona at once, the second waits here and counts the first's.
    Persona.objects.filter(pk=persona.pk).update(updated_at=now())
    persona.refresh_from_db()
    require_budget(persona, units, simulated=account.simulated)


def _take(products: Sequence[Product], seen: SeenScene) -> Scene | None:
    """Count one more take of a scene that is still as seen; None when it is not."""
    as_seen = Scene.objects.filter(pk=seen.scene_id, product__in=products, version=seen.version, takes=seen.takes)
    if not as_seen.update(takes=F("takes") + 1):
        return None
    return Scene.objects.select_related("photo", "product__persona").get(pk=seen.scene_id)


def new_video(
    scene: Scene, settings: kling.Settings, *, words: Scene | ProductVideo, account: KlingAccount, by: User | None
) -> ProductVideo:
    """Write down the take that was just counted in its scene, with the words that are paid for."""
    prompt = clean_prompt(words.prompt).text  # those from before prompts were cleaned at saving
    if not prompt.strip():
        raise RefusalError(_("Nothing is left of the prompt of “%s” that could be sent; write one.") % scene.title)
    if kling.find_model(settings.model_name).negative_prompt:
        settings = replace(settings, negative_prompt=clean_prompt(words.negative_prompt).text)
    video = ProductVideo.objects.create(
        persona=scene.product.persona,
        product=scene.product,
        scene=scene,
        photo=words.photo,
        account=account,
        take=scene.takes,
        approved_by=by,
        title=words.title,
        description=words.description,
        prompt=prompt,
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


def _name(user: User | None) -> str:
    return user.get_username() if user else audit.COMMAND_LINE
