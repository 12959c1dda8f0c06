"""Many practice videos at once, to try lists and figures with months of work: no network, no worker, no waiting."""

from __future__ import annotations

import functools
import hashlib
import os
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from personas.models import Persona
from productvideo import accounts, scenes, services
from productvideo.demo.drawings import as_jpeg, draw_photo, film_of
from productvideo.keeping import keep_bytes, local_path
from productvideo.models import KlingAccount, Photo, Product, ProductVideo, Scene, Submission, VideoEvent
from productvideo.models.video import THUMBNAIL_URL, VIDEO_URL
from productvideo.states import Stage

PERSONAS = ("Corner Café", "Hofer Tools", "Maison Lune")
THINGS = (
    "espresso cup",
    "cordless drill",
    "face cream",
    "oak chair",
    "rain jacket",
    "desk lamp",
    "olive oil",
    "watch",
)
STYLES = ("blue", "small", "classic", "travel", "limited", "matt black", "everyday", "large")
MODELS = (("kling-v2-5-turbo", "std", 5, "1.5"), ("kling-v2-5-turbo", "pro", 5, "2.5"), ("kling-v2-6", "pro", 10, "5"))
DAYS = 60  # the videos were made in so many days
DIFFERENT = 12  # pictures and films; all others are copies
PER_PRODUCT = 12  # videos
AT_ONCE = 500  # rows in one INSERT
FAILURES = (
    ("kling_failed", "Kling could not make it: the picture is too dark. Nothing was charged."),
    ("kling_1301", "Kling's content rules do not permit this. Change the words or photo. Nothing was charged."),
)


@dataclass(frozen=True, slots=True)
class Film:
    """What is stored once and then named again and again."""

    photo: bytes
    film: bytes
    sha256: str


def seed(count: int, *, by: User | None, seed: int = 1) -> None:
    """Make `count` practice videos with their products, scenes, files and ledger lines, spread over 60 days."""
    chance = random.Random(seed)  # noqa: S311
    films = [_film(number) for number in range(min(DIFFERENT, count))]
    account = accounts.current_account()
    personas = [_persona(name, by=by) for name in PERSONAS]
    with transaction.atomic():
        made = 0
        while made < count:
            size = min(PER_PRODUCT, count - made)
            number = made // PER_PRODUCT
            product, film = (
                _product(personas[number % len(personas)], number, films, by=by),
                films[number % len(films)],
            )
            _videos(product, size, film=film, account=account, chance=chance, by=by)
            made += size


def _film(number: int) -> Film:
    photo = draw_photo(number)
    film = film_of(photo)
    return Film(photo=as_jpeg(photo), film=film, sha256=hashlib.sha256(film).hexdigest())


def _persona(name: str, *, by: User | None) -> Persona:
    persona, _ = Persona.objects.get_or_create(
        name=name, defaults={"voice": "Calm and friendly.", "monthly_units": Decimal(2000)}
    )
    if by:
        persona.members.add(by)
    return persona


def _product(persona: Persona, number: int, films: list[Film], *, by: User | None) -> Product:
    name = f"{STYLES[number // len(THINGS) % len(STYLES)]} {THINGS[number % len(THINGS)]} {number + 1}".capitalize()
    product = Product.objects.create(
        persona=persona, name=name, description=f"A {name.lower()}, made to be used every day.", created_by=by
    )
    content = films[number % len(films)].photo
    sha256 = hashlib.sha256(content).hexdigest()
    file = keep_bytes(f"photos/{sha256}.jpg", content)
    photo = Photo.objects.create(product=product, file=file, sha256=sha256, width=960, height=720)
    services.store_plan(product=product, photo=photo, plan=_plan(THINGS[number % len(THINGS)]))
    return product


@functools.cache
def _plan(thing: str) -> scenes.ScenePlan:
    """Return the scenes of a thing, written once for all products that are one: each prompt is read by many rules."""
    product = Product(persona=Persona(), name=thing.capitalize(), description=f"A {thing}, made to be used every day.")
    return scenes.default_scenes(services.brief_for(product), reason="The demo uses default scenes.")


def _videos(
    product: Product, count: int, *, film: Film, account: KlingAccount, chance: random.Random, by: User | None
) -> None:
    there, photo = list(product.scenes.all()), product.photos.get()
    videos, lines = [], []
    for number in range(count):
        scene = there[number % len(there)]
        scene.takes += 1
        began = datetime.now(tz=UTC) - timedelta(days=chance.uniform(0.01, DAYS))
        video = _video(scene, photo, began=began, film=film, account=account, chance=chance, by=by)
        videos.append(video)
        lines.append(_line(video))
    ProductVideo.objects.bulk_create(videos, batch_size=AT_ONCE)
    Submission.objects.bulk_create(lines, batch_size=AT_ONCE)
    VideoEvent.objects.bulk_create(
        VideoEvent(video=video, at=video.created_at, to_stage=video.stage, why="Made by seed_demo.", who="seed_demo")
        for video in videos
    )
    for scene in there:
        takes = [video for video in videos if video.scene_id == scene.pk and video.stage == Stage.COMPLETE]
        scene.chosen = takes[-1] if takes and chance.random() < 0.6 else None
    Scene.objects.bulk_update(there, ["takes", "chosen"])


def _video(
    scene: Scene,
    photo: Photo,
    *,
    began: datetime,
    film: Film,
    account: KlingAccount,
    chance: random.Random,
    by: User | None,
) -> ProductVideo:
    model_name, mode, duration, units = chance.choice(MODELS)
    accepted = began + timedelta(seconds=2)
    rendered = accepted + timedelta(seconds=chance.lognormvariate(4.5, 0.4))
    video = ProductVideo(
        id=uuid.uuid4(),
        persona=scene.product.persona,
        product=scene.product,
        scene=scene,
        photo=photo,
        account=account,
        take=scene.takes,
        approved_by=by,
        title=scene.title,
        description=scene.description,
        prompt=scene.prompt,
        model_name=model_name,
        mode=mode,
        duration=duration,
        units_estimated=Decimal(units),
        task_id=str(uuid.uuid4()),
        due_at=None,
        created_at=began,
        submitted_at=began,
        accepted_at=accepted,
        rendered_at=rendered,
        finished_at=rendered + timedelta(seconds=1),
        told_at=rendered,
    )
    ended = _failed(chance) if chance.random() < 0.06 else _complete(video, film)
    for column, value in ended.items():
        setattr(video, column, value)
    return video


def _failed(chance: random.Random) -> dict[str, Any]:
    code, message = chance.choice(FAILURES)
    return {"stage": Stage.FAILED, "error_code": code, "error_message": message, "units_charged": Decimal(0)}


def _complete(video: ProductVideo, film: Film) -> dict[str, Any]:
    name = f"{video.pk}-{film.sha256[:16]}"
    return {
        "stage": Stage.COMPLETE,
        "units_charged": video.units_estimated,
        "file": _copy(film.film, f"videos/{name}.mp4"),
        "poster": _copy(film.photo, f"posters/{name}.jpg"),
        "url": VIDEO_URL.format(id=video.pk),
        "thumbnail_url": THUMBNAIL_URL.format(id=video.pk),
        "size_bytes": len(film.film),
        "width": 480,
        "height": 360,
        "seconds": Decimal("3.083"),
        "sha256": film.sha256,
    }


_first: dict[bytes, str] = {}  # where a content was stored first


def _copy(content: bytes, name: str) -> str:
    """Store a content under a name of its own; where it lies in a folder already, as one more link to it."""
    old, new = local_path(_first.get(content, "")), local_path(name)
    if content in _first and old is not None and new is not None and old.is_file():
        os.link(old, new)
        return name
    _first[content] = keep_bytes(name, content)
    return _first[content]


def _line(video: ProductVideo) -> Submission:
    return Submission(
        video_id=video.pk,
        host=video.account.host,
        simulated=True,
        persona_key=video.persona_id,
        persona=video.persona.name,
        approved_by=video.approved_by.username if video.approved_by else "",
        outcome=Submission.Outcome.ACCEPTED,
        task_id=video.task_id,
        units_estimated=video.units_estimated,
        units_charged=video.units_charged,
        sent_at=video.created_at,
        answered_at=video.accepted_at,
    )
