"""One purchase as a process lives it: approve, send, watch, save, until it has ended or the process dies."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F
from host import Clock

import kling
from productvideo import pipeline, services
from productvideo.models import KlingAccount, Product, ProductVideo, Scene

SETTINGS = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)
MOST_ROUNDS = 60
ROUND = 7.0  # seconds that pass between two ticks
AFTER_A_DEATH = 130.0  # seconds until a process runs again: all leases have ended


def live(clock: Clock) -> None:
    """Do what workers do, round after round; raise when there is no end to it."""
    for _ in range(MOST_ROUNDS):
        approve()
        pipeline.submit(lambda: True)
        pipeline.check(lambda: True)
        pipeline.collect(lambda: True)
        if not ProductVideo.objects.unfinished().exists():
            return
        let_pass(ROUND, clock)
    raise RuntimeError("The video never ended.")


def approve() -> None:
    """Approve what was there at the beginning; sent again and again, as after an answer that never came."""
    for product in Product.objects.all():
        seen = [services.SeenScene(scene_id=scene.pk, version=1, takes=0) for scene in Scene.objects.all()]
        try:
            services.approve(product=product, scenes=seen, settings=SETTINGS, units=Decimal("1.5") * len(seen))
        except services.StoryboardChangedError:
            return  # it was bought before


def let_pass(seconds: float, clock: Clock) -> None:
    """Move stored times back and Kling's clock on, as if so many seconds had passed.

    The list's time stays: who sees it go back takes that for a restored backup.
    """
    clock.set(clock.ahead + seconds)
    back = timedelta(seconds=seconds)
    for model in (ProductVideo, KlingAccount):
        fields = [field.name for field in model._meta.concrete_fields if field.get_internal_type() == "DateTimeField"]
        changes: dict[str, Any] = {name: F(name) - back for name in fields if name != "listed_at"}
        model.objects.update(**changes)
