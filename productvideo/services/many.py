"""Many products at once: dropped photos become products, and a worker has their scenes written, one after the other.

The row is the queue, as it is for videos: a product waits by its `scenes_wanted_at`, and a claim is a postponement.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import IO

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from personas.models import Persona
from productvideo.models import Product, Scene
from productvideo.photos import PhotoError
from productvideo.querysets import now
from productvideo.services.planning import NAME_LIMIT, clean_words, create_product
from productvideo.services.refusals import RefusalError
from productvideo.services.writing import BeingWrittenError, write_first_scenes

MOST_AT_ONCE = 50  # photos
LEASE = timedelta(seconds=60)  # longer than a writing's own claim, which its deadline ends
LATER = timedelta(minutes=10)  # after what a second try would hardly mend
LOOKED_AT = 5  # products at once, for the case that others are quicker to take the first ones
_NUMBERED = re.compile(
    r"(img|mvimg|dsc[fn]?|pxl|image|photo|foto|screenshot|signal|whatsapp image)?[\s\d.,():]*(at[\s\d.,():]*)?", re.I
)

log = logging.getLogger(__name__)


def name_of_file(file_name: str, *, number: int = 1) -> str:
    """Return a product's name from its photo's: "blue_cup-large.jpg" is a "Blue cup large"; a camera's is no name."""
    stem = re.sub(r"\.[^.]{1,5}$", "", re.split(r"[/\\]", file_name)[-1])
    name = re.sub(r"[\x00-\x1f\ud800-\udfff]", "", re.sub(r"[_\s-]+", " ", stem)).strip()[:NAME_LIMIT]
    if not name or _NUMBERED.fullmatch(name):
        return _("Product %(number)d") % {"number": number}
    return name[0].upper() + name[1:]


def drop_photo(
    *,
    persona: Persona,
    photo_file: IO[bytes] | bytes,
    photo_name: str,
    description: str = "",
    dropped_with: uuid.UUID,
    number: int = 1,
    alone: bool = False,
    by: User | None = None,
) -> Product:
    """Make a product of one of several photos; a worker has its scenes written, unless it is `alone`: its page does.

    Until somebody describes it, its description is its name. Raises PhotoError, InvalidInputError or RefusalError.
    """
    together = Product.objects.filter(dropped_with=dropped_with)
    if together.exclude(created_by=by).exists():
        raise RefusalError(_("The page is out of date; load it again."))
    if together.count() >= MOST_AT_ONCE:
        raise RefusalError(_("At most %d photos are taken at once; drop this one again.") % MOST_AT_ONCE)
    name = name_of_file(photo_name, number=number)
    product = create_product(
        persona=persona,
        name=name,
        description=description.strip() or name,
        photo_file=photo_file,
        photo_name=photo_name,
        by=by,
    )
    if not alone:
        Product.objects.filter(pk=product.pk).update(dropped_with=dropped_with, scenes_wanted_at=now())
        product.refresh_from_db()
    return product


def describe(*, product: Product, description: str) -> Product:
    """Say what a dropped product is; scenes that nobody has edited or bought are written again by a worker.

    They go, since they were written without knowing what it is.
    """
    _name, description = clean_words(product.name, description)
    with transaction.atomic():
        Product.objects.filter(pk=product.pk).update(description=description, updated_at=now())
        scenes = Scene.with_dropped.filter(product=product)
        # Locked, so that nobody buys or edits one between the look and its end.
        if not any(_is_touched(scene) for scene in scenes.select_for_update().order_by("pk")):
            scenes.delete()
            Product.objects.filter(pk=product.pk).update(scenes_wanted_at=now())
    product.refresh_from_db()
    return product


def _is_touched(scene: Scene) -> bool:
    return scene.takes > 0 or scene.version > 1 or scene.source == Scene.Source.PERSON


def write_wanted_scenes(keep_going: Callable[[], bool]) -> int:
    """Have the scenes of waiting products written, oldest first; return of how many."""
    written = 0
    while keep_going() and (product := _claim()):
        written += _write(product)
    return written


def _claim() -> Product | None:
    """Take the product that has waited longest; a dead worker's becomes due again by itself."""
    due = Product.objects.filter(scenes_wanted_at__lte=now())
    for product in due.select_related("persona").order_by("scenes_wanted_at", "pk")[:LOOKED_AT]:
        if due.filter(pk=product.pk).update(scenes_wanted_at=now() + LEASE):
            return product
    return None


def _write(product: Product) -> bool:
    try:
        write_first_scenes(product=product)
    except BeingWrittenError:
        return False  # on its page, by somebody who did not want to wait; it is looked at again
    except (OSError, PhotoError, RefusalError):
        log.exception("The scenes of product %s cannot be written", product.pk)
        Product.objects.filter(pk=product.pk).update(scenes_wanted_at=now() + LATER)
        return False
    Product.objects.filter(pk=product.pk).update(scenes_wanted_at=None)
    return True
