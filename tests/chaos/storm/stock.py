"""Fills the database of a storm: people, personas, products with three scenes each; run in the storm's clone.

Usage: python stock.py PRODUCTS SEED. It prints {"token": …, "products": {id: [scene, …]}} as JSON.
"""

import io
import json
import random
import sys
from pathlib import Path

import django

sys.path[:0] = [str(Path(__file__).resolve().parents[3])]
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from PIL import Image  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

from personas.models import Persona  # noqa: E402
from productvideo import services  # noqa: E402
from productvideo.models import Scene  # noqa: E402

# What the sandbox reads in a prompt, and on how many of a hundred scenes it stands.
WORDS = {"[lost answer]": 4, "[fail]": 4, "[policy]": 4}


def fill(products: int, chance: random.Random) -> dict[str, object]:
    people = [Persona.objects.create(name=f"Storm {number}") for number in range(3)]
    stock = {}
    for number in range(products):
        product = services.create_product(
            persona=people[number % len(people)],
            name=f"Lamp {number}",
            description="A lamp that stays on in any weather.",
            photo_file=photo(chance),
        )
        scenes = services.plan_scenes(product=product)
        for scene in scenes:
            steer(scene, chance)
        stock[str(product.pk)] = [scene.pk for scene in scenes]
    staff = User.objects.create_user("storm", is_staff=True, is_superuser=True)
    return {"token": Token.objects.create(user=staff).key, "products": stock}


def photo(chance: random.Random) -> bytes:
    """Return a picture that no other product has, so that no film can pass for another product's."""
    colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
    picture = Image.new("RGB", (480, 360), colour)
    picture.paste((255, 255, 255), (chance.randrange(200), chance.randrange(150), 300, 260))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def steer(scene: Scene, chance: random.Random) -> None:
    for word, percent in WORDS.items():
        if chance.randrange(100) < percent:
            Scene.objects.filter(pk=scene.pk).update(prompt=f"{scene.prompt} {word}")
            return


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]), random.Random(int(sys.argv[2])))))
