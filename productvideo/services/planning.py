"""A product and its photos, which is where everything begins."""

from __future__ import annotations

from typing import IO

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from personas.models import Persona
from productvideo.keeping import is_full, keep_bytes
from productvideo.models import Photo, Product
from productvideo.photos import AS_IT_IS, CleanPhoto, Framing, PhotoError, clean_photo, shape_photo
from productvideo.services.refusals import InvalidInputError
from productvideo.services.shots import known_plan

NAME_LIMIT = 200
DESCRIPTION_LIMIT = 5000


def clean_words(name: str, description: str) -> tuple[str, str]:
    """Return a product's name (1-200 characters) and description (1-5,000), trimmed; raise InvalidInputError."""
    name, description = name.strip(), description.strip()
    errors = {}
    for field, text, limit in (("name", name, NAME_LIMIT), ("description", description, DESCRIPTION_LIMIT)):
        if not text:
            errors[field] = _("Write a %(field)s for the product.") % {"field": _(field)}
        elif len(text) > limit:
            told = {"field": _(field), "count": len(text), "limit": limit}
            errors[field] = _("The %(field)s has %(count)d characters; shorten it to %(limit)d.") % told
        elif any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in text):
            told = {"field": _(field)}
            errors[field] = _("The %(field)s contains characters that are no text; remove them.") % told
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
    framing: Framing = AS_IT_IS,
    plan: str = "",
    by: User | None = None,
) -> Product:
    """Store a product with its cleaned photo, and with that photo in the shape its films shall have.

    Raises InvalidInputError or PhotoError, storing nothing.
    """
    name, description, plan = *clean_words(name, description), known_plan(plan)
    clean = photo_file
    if not isinstance(clean, CleanPhoto):
        clean = clean_photo(clean, name=photo_name, ground=framing.colour, longest=framing.longest)
    shaped = shape_photo(clean, framing)
    kept = {photo: keep_photo(photo) for photo in (clean, shaped)}
    with transaction.atomic():
        product = Product.objects.create(
            persona=persona, name=name, description=description, plan=plan, shape=framing.shape, created_by=by
        )
        for photo, file in kept.items():
            add_photo(product=product, clean=photo, file=file)
    return product


def keep_photo(clean: CleanPhoto) -> str:
    """Put a photo into storage and return its name there, which is that of its content: it is kept once.

    Nobody owns it until a row names it; the nightly sweep leaves a day for that. Raises PhotoError when it cannot be.
    """
    try:
        return keep_bytes(f"photos/{clean.name}", clean.content)
    except OSError as error:
        if not is_full(error):
            raise
        raise PhotoError("Our storage is full; free some space there and upload the photo again.") from error


def add_photo(*, product: Product, clean: CleanPhoto, file: str) -> Photo:
    """Give a product a photo that is kept in storage."""
    photo, _ = Photo.objects.get_or_create(
        product=product,
        sha256=clean.sha256,
        defaults={"file": file, "width": clean.width, "height": clean.height},
    )
    return photo
