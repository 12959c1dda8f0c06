"""Changing where a product's films will be shown: a new shape of its photo, for what has not been started yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from productvideo.models import Photo, Product, ProductVideo, Scene
from productvideo.photos import CleanPhoto, Framing, shape_photo
from productvideo.querysets import now
from productvideo.services.planning import add_photo, keep_photo
from productvideo.services.refusals import StoryboardChangedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """The photo that new takes start from, and how many scenes keep an earlier one for now."""

    photo: Photo
    left_behind: int


def frame_product(*, product: Product, seen: Photo, framing: Framing) -> Framed:
    """Shape the product's first photo anew and let its scenes start from that; videos keep what they were made of.

    `seen` is the photo that the person saw in use. Scenes with a take in progress keep theirs. Raises PhotoError, or
    StoryboardChangedError when somebody else was first.
    """
    shaped = shape_photo(_clean(product.photos.earliest("pk")), framing)
    file = keep_photo(shaped)
    with transaction.atomic():
        # The update comes first: of two people at once, the second waits here and then sees the first one's photo.
        Product.objects.filter(pk=product.pk).update(shape=framing.shape, updated_at=now())
        if product.photos.latest("in_use_since", "pk") != seen:
            sentence = _("Somebody changed where “%(name)s” is shown meanwhile; nothing of it was overwritten.")
            raise StoryboardChangedError([sentence % {"name": product.name}])
        photo = add_photo(product=product, clean=shaped, file=file)
        if photo != seen:
            Photo.objects.filter(pk=photo.pk).update(in_use_since=now())
        left = _start_from(photo)
    product.refresh_from_db()
    return Framed(photo=photo, left_behind=left)


def follow_photo(*, product: Product) -> int:
    """Let scenes whose takes have ended start from the photo in use; return how many cannot yet."""
    photo = product.photos.last()
    return _start_from(photo) if photo else 0


def _start_from(photo: Photo) -> int:
    """Let the scenes start from a photo, as a new version of them; return how many cannot yet."""
    others = Scene.objects.filter(product_id=photo.product_id).exclude(photo=photo)
    busy = ProductVideo.objects.unfinished().filter(product_id=photo.product_id, scene__isnull=False)
    free = others.exclude(pk__in=busy.values("scene"))
    free.update(photo=photo, version=F("version") + 1, updated_at=now())
    return others.count()


def _clean(photo: Photo) -> CleanPhoto:
    with photo.file.open("rb") as file:
        return CleanPhoto(content=file.read(), sha256=photo.sha256, width=photo.width, height=photo.height)
