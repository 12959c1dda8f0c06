"""Rows that tests start from: each function makes one thing, with sensible words where a test does not care."""

import hashlib
import io
import itertools
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from personas.models import Persona
from productvideo.models import KlingAccount, Photo, Product, ProductVideo, Scene
from productvideo.models.video import THUMBNAIL_URL, VIDEO_URL
from productvideo.roles import Role, give
from productvideo.states import Stage

numbers = itertools.count(1)
REAL_HOST = "https://kling.test"


def jpeg(width: int = 640, height: int = 480, colour: str = "tomato") -> bytes:
    """Return the bytes of a plain JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


def make_persona(**columns: Any) -> Persona:
    return Persona.objects.create(**{"name": f"Persona {next(numbers)}"} | columns)


def make_product(persona: Persona | None = None, **columns: Any) -> Product:
    words = {"name": f"Cup {next(numbers)}", "description": "A small cup for espresso."}
    return Product.objects.create(persona=persona or make_persona(), **words | columns)


def make_photo(product: Product) -> Photo:
    content = jpeg()
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"photos/{sha256}.jpg"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return Photo.objects.get_or_create(
        product=product, sha256=sha256, defaults={"file": name, "width": 640, "height": 480}
    )[0]


def make_scene(product: Product | None = None, **columns: Any) -> Scene:
    product = product or make_product()
    number = next(numbers)
    words = {
        "position": number % 30000,
        "title": f"Scene {number}",
        "description": "The cup on a table.",
        "prompt": f"The cup stays fixed; the camera pushes in slowly, take {number}.",
        "source": Scene.Source.FALLBACK,
    }
    return Scene.objects.create(product=product, photo=make_photo(product), **words | columns)


def make_account(**columns: Any) -> KlingAccount:
    """Return the account of the tests' Kling, as it is right after its list was read."""
    return KlingAccount.objects.get_or_create(host=columns.pop("host", REAL_HOST), defaults=columns)[0]


def make_video(scene: Scene | None = None, account: KlingAccount | None = None, **columns: Any) -> ProductVideo:
    """Return a queued video of a scene, or one in whatever place `columns` say."""
    scene = scene or make_scene()
    paid_for = {
        "persona": scene.product.persona,
        "product": scene.product,
        "photo": scene.photo,
        "take": ProductVideo.objects.filter(scene=scene).count() + 1,
        "title": scene.title,
        "description": scene.description,
        "prompt": scene.prompt,
        "model_name": "kling-v2-5-turbo",
        "mode": "std",
        "duration": 5,
        "units_estimated": Decimal("1.5"),
    }
    video = ProductVideo.objects.create(scene=scene, account=account or make_account(), **paid_for | columns)
    video.refresh_from_db()
    return video


def make_staff(**columns: Any) -> User:
    """Return somebody who may do everything with all personas."""
    name = f"person{next(numbers)}"
    columns = {"username": name, "password": "secret", "is_staff": True, "is_superuser": True} | columns
    return User.objects.create_user(**columns)


def make_person(role: Role | None = None, *personas: Persona) -> User:
    """Return somebody who may sign in, with a role and as a member of these personas."""
    person = make_staff(is_superuser=False)
    if role:
        _bring_back_roles()
        give(person, role)
    person.personas.add(*personas)
    return person


def _bring_back_roles() -> None:
    """Make the groups of the migration again, which a test with real transactions has wiped with everything else."""
    if Group.objects.filter(name=Role.VIEWER).exists():
        return
    there = Permission.objects.select_related("content_type")
    named = {f"{one.content_type.app_label}.{one.codename}": one for one in there}
    for name, may in import_module("productvideo.migrations.0011_roles").ROLES.items():
        Group.objects.create(name=name).permissions.set(named[permission] for permission in may)


def make_complete_video(scene: Scene | None = None, content: bytes = b"film" * 100, **columns: Any) -> ProductVideo:
    """Return a video whose file and poster are in the storage; the bytes are not those of a real film."""
    video = make_video(scene, **columns)
    stored = {
        "file": default_storage.save(f"videos/{video.pk}.mp4", ContentFile(content)),
        "poster": default_storage.save(f"posters/{video.pk}.jpg", ContentFile(jpeg())),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "url": VIDEO_URL.format(id=video.pk),
        "thumbnail_url": THUMBNAIL_URL.format(id=video.pk),
        "width": 640,
        "height": 480,
    }
    ProductVideo.objects.filter(pk=video.pk).update(
        stage=Stage.COMPLETE, due_at=None, task_id=f"task-{video.pk}", units_charged=Decimal("1.5"), **stored
    )
    video.refresh_from_db()
    return video
