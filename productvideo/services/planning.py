"""Planning, which is free: products, their photos, and the scenes that may be shot."""

from __future__ import annotations

from typing import IO

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Max

from personas.models import Persona
from productvideo import scenes
from productvideo.models import Photo, Product, Scene
from productvideo.photos import AS_IT_IS, CleanPhoto, Framing, clean_photo, shape_photo
from productvideo.querysets import now
from productvideo.services.refusals import InvalidInputError, StoryboardChangedError

NAME_LIMIT = 200
DESCRIPTION_LIMIT = 5000
PROMPT_LIMIT = 2500  # Kling's


def clean_words(name: str, description: str) -> tuple[str, str]:
    """Return a product's name (1-200 characters) and description (1-5,000), trimmed; raise InvalidInputError."""
    name, description = name.strip(), description.strip()
    errors = {}
    for field, text, limit in (("name", name, NAME_LIMIT), ("description", description, DESCRIPTION_LIMIT)):
        if not text:
            errors[field] = f"Write a {field} for the product."
        elif len(text) > limit:
            errors[field] = f"The {field} has {len(text)} characters; shorten it to {limit}."
        elif any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in text):
            errors[field] = f"The {field} contains characters that are no text; remove them."
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
    by: User | None = None,
) -> Product:
    """Store a product with its cleaned photo, and with that photo in the shape its films shall have.

    Raises InvalidInputError or PhotoError, storing nothing.
    """
    name, description = clean_words(name, description)
    clean = photo_file
    if not isinstance(clean, CleanPhoto):
        clean = clean_photo(clean, name=photo_name, ground=framing.colour, longest=framing.longest)
    shaped = shape_photo(clean, framing)
    with transaction.atomic():
        product = Product.objects.create(
            persona=persona, name=name, description=description, shape=framing.shape, created_by=by
        )
        for photo in dict.fromkeys((clean, shaped)):
            add_photo(product=product, clean=photo)
    return product


def add_photo(*, product: Product, clean: CleanPhoto) -> Photo:
    """Give a product a photo; the file is named by its content, so the same picture is kept once."""
    path = f"photos/{clean.name}"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(clean.content))
    photo, _ = Photo.objects.get_or_create(
        product=product,
        sha256=clean.sha256,
        defaults={"file": path, "width": clean.width, "height": clean.height},
    )
    return photo


def plan_scenes(*, product: Product) -> list[Scene]:
    """Write three scenes for a product with OpenAI or, whatever goes wrong there, the default ones (at most 30 s)."""
    photo = product.photos.latest("in_use_since", "pk")
    with photo.file.open("rb") as file:
        brief = brief_for(product, image=file.read())
    return store_plan(product=product, photo=photo, plan=scenes.write_scenes(brief))


def brief_for(product: Product, *, image: bytes | None = None) -> scenes.Brief:
    """Say what the scene writer may know of a product and its persona."""
    return scenes.Brief(
        product_name=product.name,
        product_description=product.description,
        persona_name=product.persona.name,
        voice=product.persona.voice,
        visual_style=product.persona.visual_style,
        audience=product.persona.audience,
        image=image,
    )


def store_plan(*, product: Product, photo: Photo, plan: scenes.ScenePlan) -> list[Scene]:
    """Keep a plan's scenes as the product's next ones."""
    with transaction.atomic():
        first = (product.scenes.aggregate(last=Max("position"))["last"] or 0) + 1
        stored = [
            Scene.objects.create(
                product=product,
                photo=photo,
                position=position,
                title=idea.title,
                description=idea.description,
                prompt=idea.prompt,
                negative_prompt=idea.negative_prompt,
                source=idea.source,
                source_detail=idea.detail,
                language_model=plan.language_model,
                template_version=plan.template_version,
                raw_answer=plan.raw_answer,
            )
            for position, idea in enumerate(plan.scenes, start=first)
        ]
        product.scenes_source, product.scenes_detail = plan.source, plan.detail
        product.save(update_fields=["scenes_source", "scenes_detail", "updated_at"])
    return stored


def save_scene(*, scene: Scene, version: int, title: str, description: str, prompt: str) -> Scene:
    """Change a scene's words, unless somebody else changed them since `version` was read."""
    words = {"title": title.strip(), "description": description.strip(), "prompt": prompt.strip()}
    errors = {field: f"Write a {field} for the scene." for field in ("title", "prompt") if not words[field]}
    if len(words["title"]) > NAME_LIMIT:
        errors["title"] = f"The title has {len(words['title'])} characters; shorten it to {NAME_LIMIT}."
    if len(words["prompt"]) > PROMPT_LIMIT:
        errors["prompt"] = f"The prompt has {len(words['prompt'])} characters; Kling takes {PROMPT_LIMIT}."
    if errors:
        raise InvalidInputError(errors)
    if all(getattr(scene, field) == text for field, text in words.items()) and scene.version == version:
        return scene
    edited = Scene.objects.filter(pk=scene.pk, version=version).update(
        **words, version=F("version") + 1, source=Scene.Source.PERSON, source_detail="", updated_at=now()
    )
    scene.refresh_from_db()
    if not edited:
        raise StoryboardChangedError([f"Somebody changed “{scene.title}” meanwhile; nothing of it was overwritten."])
    return scene
