"""What is no longer as a person saw it, in sentences: who approved, who edited, when; what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from productvideo.ages import ago
from productvideo.models import Product, ProductVideo, Scene
from productvideo.prices import plain
from productvideo.services.refusals import StoryboardChangedError


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenScene:
    """A scene as the person who approves it saw it."""

    scene_id: int
    version: int
    takes: int

    @classmethod
    def of(cls, scene: Scene) -> SeenScene:
        return cls(scene_id=scene.pk, version=scene.version, takes=scene.takes)


def price_changed(*, seen: Decimal, now: Decimal) -> StoryboardChangedError:
    """Say that the price is another one than the person saw."""
    words = {"now": plain(now), "seen": plain(seen)}
    sentence = _("The price is %(now)s units now, not %(seen)s; nothing was bought.") % words
    return StoryboardChangedError([sentence])


def mode_changed(*, practice: bool) -> StoryboardChangedError:
    """Say that the page was made for the other kind of account: practice, or one that costs money."""
    if practice:
        sentence = _("Kling's keys were removed since this page was loaded: this is practice mode now.")
    else:
        sentence = _("Kling's keys were set since this page was loaded: from now on videos cost money.")
    return StoryboardChangedError([sentence, _("Nothing was bought; look at what is there now.")])


def storyboard_changed(
    products: Sequence[Product], scenes: Sequence[SeenScene], *, by: User | None
) -> StoryboardChangedError:
    """Say, scene by scene, what is no longer as `by` saw it; their own purchase a moment ago is no reason to worry."""
    there = {scene.pk: scene for scene in _scenes(products, scenes)}
    if len(products) > 1:
        for scene in there.values():
            scene.title = f"{scene.product}: {scene.title}"
    edits = [_edit(seen, there.get(seen.scene_id), by) for seen in scenes]
    newer = _newer_takes(products, scenes)
    changes = [sentence for sentence in edits if sentence]
    own = not changes and _all_bought_by(by, newer, scenes)
    changes += _purchases(newer, how_many=len(scenes), by=by)
    end = _("Nothing was bought a second time.") if own else _("Nothing was bought; look at what is there now.")
    return StoryboardChangedError([*changes, end], newer, own=own)


def _scenes(products: Sequence[Product], seen: Sequence[SeenScene]) -> QuerySet[Scene]:
    there = Scene.with_dropped.filter(product__in=products, pk__in=[scene.scene_id for scene in seen])
    return there.select_related("edited_by", "product")


def _edit(seen: SeenScene, scene: Scene | None, by: User | None) -> str:
    """Say who changed a scene's words and when; "" for one that reads as it did."""
    if scene is None:
        return _("A scene was removed.")
    words = {"title": scene.title, "who": scene.edited_by, "ago": ago(scene.updated_at)}
    if scene.dropped_at is not None:
        return (
            _("“%(title)s” was dropped by %(who)s %(ago)s.") if scene.edited_by else _("“%(title)s” was dropped.")
        ) % words
    if scene.version == seen.version:
        return ""
    if scene.edited_by is None:
        return _("“%(title)s” was edited.") % words
    if scene.edited_by == by:
        return _("You edited “%(title)s” %(ago)s, after this page had shown it.") % words
    return _("“%(title)s” was edited by %(who)s %(ago)s.") % words


def _newer_takes(products: Sequence[Product], scenes: Sequence[SeenScene]) -> list[ProductVideo]:
    takes = {seen.scene_id: seen.takes for seen in scenes}
    videos = ProductVideo.objects.filter(product__in=products, scene__in=takes).select_related("approved_by")
    in_order = videos.order_by("product", "scene__position", "-take")
    return [video for video in in_order if video.take > takes[video.scene_id or 0]]


def _all_bought_by(person: User | None, videos: Sequence[ProductVideo], scenes: Sequence[SeenScene]) -> bool:
    buyers = {video.approved_by for video in videos}
    return buyers == {person} and {video.scene_id for video in videos} == {seen.scene_id for seen in scenes}


def _purchases(videos: Sequence[ProductVideo], *, how_many: int, by: User | None) -> list[str]:
    """Say who bought what meanwhile, one sentence for each buyer."""
    buyers: dict[int | None, list[ProductVideo]] = {}
    for video in videos:
        buyers.setdefault(video.approved_by_id, []).append(video)
    return [_purchase(bought, how_many=how_many, by=by) for bought in buyers.values()]


def _purchase(bought: Sequence[ProductVideo], *, how_many: int, by: User | None) -> str:
    titles = list(dict.fromkeys(f"“{video.title}”" for video in bought))
    buyer = bought[0].approved_by
    all_of_many = len({video.scene_id for video in bought}) == how_many > 1
    words = {
        "who": buyer,
        "what": _("these") if all_of_many else ", ".join(titles),
        "ago": ago(max(video.created_at for video in bought)),
    }
    if all_of_many or len(titles) > 1:
        words["here"] = _("here they are")
    else:
        words["here"] = _("here it is")
    if buyer is None:
        return _("Somebody at the command line approved %(what)s %(ago)s; %(here)s.") % words
    if buyer == by:
        return _("You approved %(what)s %(ago)s; %(here)s.") % words
    return _("A colleague, %(who)s, approved %(what)s %(ago)s; %(here)s.") % words
