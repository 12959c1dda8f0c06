"""What changes on a page beside the thing that was pressed: new takes, and the words that a colleague has edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from productvideo.admin.panels import words_of
from productvideo.admin.takes import arrivals
from productvideo.models import Product, ProductVideo, Scene
from productvideo.services import SeenScene


def brought_up_to_date(
    request: HttpRequest,
    product: Product,
    *,
    seen: Sequence[SeenScene],
    videos: Iterable[ProductVideo],
    chosen: Iterable[str] = (),
) -> str:
    """Return out-of-band HTML for an htmx answer: these videos, and the scenes that read otherwise than as `seen`."""
    picked = set(chosen)
    panels = [
        render_to_string(
            "stillreel/product/words.html",
            {"words": words_of(scene, chosen=str(scene.pk) in picked), "oob": True},
            request=request,
        )
        for scene in _edited(product, seen)
    ]
    return mark_safe("".join([arrivals(request, videos, seen=seen), *panels]))  # noqa: S308 - made of templates


def _edited(product: Product, seen: Sequence[SeenScene]) -> list[Scene]:
    versions = {scene.scene_id: scene.version for scene in seen}
    there = product.scenes.filter(pk__in=versions).select_related("product", "edited_by")
    return [scene for scene in there if scene.version != versions[scene.pk]]
