"""Many products on one page: each with its scenes to tick, one price for all that is ticked, one for each alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from productvideo.admin.month import Month
from productvideo.admin.spending import News, Offer, nearest_settings
from productvideo.models import Photo, Product, Scene
from productvideo.models.storyboard import ProductQuerySet
from productvideo.prices import Quote, quote
from productvideo.services import SeenScene, budgets_of

PER_PAGE = 50


def seen(scene: Scene) -> str:
    return f"{scene.pk}:{scene.version}:{scene.takes}"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One product of the page."""

    product: Product
    scenes: tuple[Scene, ...]
    photo: Photo | None
    ticked: frozenset[str]  # ids of scenes
    offer: ManyOffer | None = None  # whose settings price it

    @property
    def is_waiting(self) -> bool:
        return not self.scenes and self.product.scenes_wanted_at is not None

    @property
    def untaken(self) -> tuple[Scene, ...]:
        return tuple(scene for scene in self.scenes if not scene.takes)

    @property
    def was_approved(self) -> bool:
        return bool(self.scenes) and len(self.untaken) < len(self.scenes)

    @property
    def boxes(self) -> list[tuple[Scene, str, bool]]:
        """Each scene that has no take yet, what is sent when it is ticked, and whether it is."""
        return [(scene, seen(scene), str(scene.pk) in self.ticked) for scene in self.untaken]

    @property
    def seen(self) -> str:
        return ",".join(seen(scene) for scene in self.untaken)

    @property
    def price(self) -> Quote | None:
        return quote(self.offer.settings, clips=len(self.untaken)) if self.offer and self.untaken else None

    @property
    def make(self) -> str:
        count = len(self.untaken)
        return ngettext("Make its %d video", "Make its %d videos", count) % count

    @property
    def state(self) -> str:
        if self.is_waiting:
            return _("Its scenes are being written …")
        if not self.scenes:
            return _("It has no scenes yet; open it to write some.")
        if self.was_approved:
            return _("Approved")
        return ngettext("%d scene", "%d scenes", len(self.scenes)) % len(self.scenes)


@dataclass(frozen=True, kw_only=True)
class ManyOffer(Offer):
    """What can be bought of several products at once; their personas' months stand below the price."""

    @cached_property
    def months(self) -> list[Month]:
        """The months of those personas that have a limit, with what would be added."""
        personas = {scene.product.persona_id: scene.product.persona for scene in self.scenes}
        budgets = budgets_of(personas.values(), simulated=self.practice)
        months = []
        for pk, budget in budgets.items():
            clips = sum(scene.product.persona_id == pk for scene in self.scenes)
            needed = quote(self.settings, clips=clips).units
            months.append(
                Month(budget=type(budget)(persona=budget.persona, limit=budget.limit, used=budget.used, needed=needed))
            )
        return months


def shown_products(products: ProductQuerySet) -> list[Product]:
    """Load up to a page of products with what their items show, by as many questions for one as for fifty."""
    scenes = Scene.objects.order_by("position", "pk")
    photos = Photo.objects.order_by("in_use_since", "pk")
    return list(
        products.select_related("persona").prefetch_related(
            Prefetch("scenes", queryset=scenes), Prefetch("photos", queryset=photos)
        )[:PER_PAGE]
    )


def scenes_of(product: Product) -> tuple[Scene, ...]:
    """Return loaded scenes, each knowing its product, so that nothing is asked twice."""
    found = tuple(product.scenes.all())
    for scene in found:
        scene.product = product
    return found


def offer_of(products: Sequence[Product], *, query: QueryDict, ticked: Iterable[str], news: News | None) -> ManyOffer:
    """Price what is ticked of these products."""
    wanted = set(ticked)
    scenes = [scene for product in products for scene in scenes_of(product) if str(scene.pk) in wanted]
    return ManyOffer(settings=nearest_settings(query), scenes=tuple(scenes), news=news)


def items_of(products: Sequence[Product], *, offer: ManyOffer, ticked: Iterable[str]) -> list[Item]:
    wanted = frozenset(ticked)
    return [
        Item(
            product=product,
            scenes=scenes_of(product),
            photo=next(reversed(product.photos.all()), None),
            ticked=wanted,
            offer=offer,
        )
        for product in products
    ]


def all_ids(products: Sequence[Product]) -> set[str]:
    """Return the ids of all scenes that have no take yet."""
    return {str(scene.pk) for product in products for scene in scenes_of(product) if not scene.takes}


def seen_ids(scenes: Iterable[SeenScene]) -> set[int]:
    return {scene.scene_id for scene in scenes}
