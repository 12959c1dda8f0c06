"""Retaking several videos at once: all of them are bought, for the one price that the person saw, or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

import kling
from personas.models import Persona
from productvideo import audit, defaults
from productvideo.models import ProductVideo, Scene
from productvideo.services.changes import SeenScene, storyboard_changed
from productvideo.services.refusals import RefusalError
from productvideo.services.spending import account_to_buy_with, new_video, reserve


@dataclass(frozen=True, slots=True, kw_only=True)
class Retake:
    """A video that shall be made again, and its scene as the person saw it."""

    video: ProductVideo
    seen: SeenScene


def retake_settings(video: ProductVideo) -> kling.Settings:
    """Return the settings of another take; what to keep out is its scene's, added when it is bought.

    Raises kling.SettingsError for a model that is no longer there, or not for the credentials in use.
    """
    return defaults.as_sent(replace(video.settings, negative_prompt=""))


def retake_several(
    *,
    retakes: Sequence[Retake],
    units: Decimal | None = None,
    practice: bool | None = None,
    by: User | None = None,
) -> list[ProductVideo]:
    """Buy another take for each of these videos, with its own settings, or nothing at all.

    What `approve` says of prices and errors, and `retake` of words, holds here too. Where videos share a scene,
    one UPDATE counts all their takes; so a double click finds no scene as it was seen, and buys nothing.
    """
    takes = _takes(retakes)
    settings = {retake.video.pk: retake_settings(retake.video) for retake in retakes}
    prices = {pk: kling.estimate_units(wanted) for pk, wanted in settings.items()}
    total = sum(prices.values(), Decimal(0))
    account = account_to_buy_with(price=total, seen=units, practice=practice)
    with transaction.atomic():
        # In one order for everybody, so that of two purchases one waits, and not each for the other.
        taken = [_take(seen, takes[seen]) for seen in sorted(takes, key=lambda seen: seen.scene_id)]
        scenes = {scene.pk: scene for scene in taken if scene}
        if len(scenes) < len(takes):
            products = {retake.video.product_id: retake.video.product for retake in retakes}
            raise storyboard_changed(list(products.values()), list(takes), by=by)
        for persona, needed in _by_persona(retakes, scenes, prices):
            reserve(persona, needed, account=account)
        videos = [
            new_video(
                scene,
                settings[retake.video.pk],
                words=retake.video if retake.video.account.simulated and not account.simulated else scene,
                account=account,
                by=by,
            )
            for retake, scene in _one_by_one(retakes, scenes)
        ]
        audit.record_videos(audit.Kind.SPEND, videos, by=by)
        account.bring_list_forward()
        return videos


def _takes(retakes: Sequence[Retake]) -> Counter[SeenScene]:
    """Count the takes of each scene; refuse what cannot be meant."""
    if not retakes or len({retake.video.pk for retake in retakes}) != len(retakes):
        raise RefusalError(_("Choose at least one video, and each only once."))
    if any(retake.video.scene_id != retake.seen.scene_id for retake in retakes):
        raise RefusalError(_("A scene of these videos was removed; leave its takes out. Nothing was bought."))
    takes = Counter(retake.seen for retake in retakes)
    if len({seen.scene_id for seen in takes}) != len(takes):
        raise RefusalError(_("The page is out of date; load it again. Nothing was bought."))
    return takes


def _take(seen: SeenScene, how_many: int) -> Scene | None:
    """Count more takes of a scene that is still as seen; None when it is not."""
    as_seen = Scene.objects.filter(pk=seen.scene_id, version=seen.version, takes=seen.takes)
    if not as_seen.update(takes=F("takes") + how_many):
        return None
    return Scene.objects.select_related("photo", "product__persona").get(pk=seen.scene_id)


def _one_by_one(retakes: Sequence[Retake], scenes: Mapping[int, Scene]) -> Iterator[tuple[Retake, Scene]]:
    """Yield each retake with its scene; of several that share one, each gets the next number."""
    counted: Counter[int] = Counter()
    for retake in retakes:
        scene = scenes[retake.seen.scene_id]
        counted[scene.pk] += 1
        scene.takes = retake.seen.takes + counted[scene.pk]
        yield retake, scene


def _by_persona(
    retakes: Sequence[Retake], scenes: Mapping[int, Scene], prices: Mapping[UUID, Decimal]
) -> list[tuple[Persona, Decimal]]:
    """Return each persona with what all of this costs it, in one order for everybody."""
    personas: dict[int, Persona] = {}
    needed: dict[int, Decimal] = {}
    for retake in retakes:
        persona = scenes[retake.seen.scene_id].product.persona
        personas[persona.pk] = persona
        needed[persona.pk] = needed.get(persona.pk, Decimal(0)) + prices[retake.video.pk]
    return [(personas[pk], needed[pk]) for pk in sorted(needed)]
