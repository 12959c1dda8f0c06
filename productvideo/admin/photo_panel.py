"""The photo on a product's page: where its films will be shown, and the form that changes that."""

from __future__ import annotations

from dataclasses import dataclass

from productvideo.admin.framing_form import FramingForm
from productvideo.models import Photo, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPanel:
    """The photo in use, the one it was made of, and how many scenes start from an earlier one."""

    photo: Photo | None
    original: Photo | None
    form: FramingForm
    left_behind: int


def photo_panel(product: Product) -> PhotoPanel:
    """Return what the left side of the product's page shows of its photo."""
    photo = product.photos.last()
    return PhotoPanel(
        photo=photo,
        original=product.photos.order_by("pk").first(),
        form=FramingForm(auto_id="framing_%s", initial={"shape": product.shape}),
        left_behind=product.scenes.filter(dropped_at__isnull=True).exclude(photo=photo).count() if photo else 0,
    )
