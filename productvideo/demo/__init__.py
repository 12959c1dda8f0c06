"""The demo of practice mode: a persona, a product with its photo, and three approved default scenes."""

from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

import kling
from personas.models import Persona
from productvideo import scenes, services
from productvideo.models import Product, ProductVideo

PHOTO = Path(__file__).parent / "espresso-cup.png"
CLIP = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)


def make_demo(*, by: User) -> list[ProductVideo]:
    """Make the demo whole or not at all. Only for practice mode: it approves without asking, and never asks OpenAI."""
    with transaction.atomic():
        persona = Persona.objects.create(
            name="Corner Café",
            voice="Warm and unhurried; short sentences, no superlatives.",
            visual_style="Morning light, dark wood, shallow depth of field.",
            audience="People who walk past a chain to reach a small coffee bar.",
        )
        product = services.create_product(
            persona=persona,
            name="Espresso cup",
            description="A stoneware cup for a single espresso, with its saucer and a small spoon, for every day.",
            photo_file=PHOTO.read_bytes(),
            photo_name=PHOTO.name,
            by=by,
        )
        return services.approve(product=product, scenes=_plan(product), settings=CLIP, by=by)


def _plan(product: Product) -> list[services.SeenScene]:
    plan = scenes.default_scenes(services.brief_for(product), reason="The demo uses default scenes.")
    stored = services.store_plan(product=product, photo=product.photos.get(), plan=plan)
    return [services.SeenScene.of(scene) for scene in stored]
