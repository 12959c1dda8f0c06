"""What one of several processes does to a database while the others do the same."""

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

import kling
from productvideo import restores, services
from productvideo.models import KlingAccount, Product, ProductVideo, Scene
from productvideo.pipeline.submit import claim_slot
from productvideo.querysets import now
from productvideo.states import Stage

SETTINGS = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)


def write_slowly(execute: Any, sql: str, *rest: Any) -> Any:
    """Give the others time between what is asked and what is written; for `connection.execute_wrapper`."""
    if sql.startswith("INSERT"):
        time.sleep(0.1)
    return execute(sql, *rest)


def approve(product_id: str) -> dict[str, Any]:
    """Approve a product's storyboard as it stood at the start."""
    product = Product.objects.get(pk=product_id)
    seen = [services.SeenScene(scene_id=scene.pk, version=1, takes=0) for scene in product.scenes.all()]
    try:
        with connection.execute_wrapper(write_slowly):
            videos = services.approve(product=product, scenes=seen, settings=SETTINGS, units=Decimal("4.5"))
    except services.RefusalError as refusal:
        return {"refused": type(refusal).__name__}
    return {"bought": len(videos)}


def take_slots(account_id: str) -> dict[str, Any]:
    """Claim slots until there is none."""
    account = KlingAccount.objects.get(pk=account_id)
    restores.notice(account)
    KlingAccount.objects.update(listed_at=now())
    taken = 0
    while claim_slot(account):
        taken += 1
    return {"taken": taken}


def claim(_: str) -> dict[str, Any]:
    """Claim films to be saved until there is none."""
    claimed: list[str] = []
    storing = ProductVideo.objects.filter(stage=Stage.STORING)
    while videos := storing.claim(limit=7, lease=timedelta(minutes=5)):
        claimed += [str(video.pk) for video in videos]
    return {"claimed": claimed}


def claim_without_skipping(_: str) -> dict[str, Any]:
    """Claim as without SKIP LOCKED: whoever is second waits for the first, and must then see its claim."""
    connection.features.has_select_for_update_skip_locked = False  # type: ignore[misc]
    return claim("")


def write(product_id: str) -> dict[str, Any]:
    """Have the scenes of a product written that has none."""
    return {"scenes": [scene.pk for scene in services.plan_scenes(product=Product.objects.get(pk=product_id))]}


def drop(scene_id: str) -> dict[str, Any]:
    """Drop one of a product's two scenes."""
    try:
        services.drop_scene(scene=Scene.with_dropped.get(pk=scene_id), version=1)
    except services.RefusalError as refusal:
        return {"refused": str(refusal)}
    return {"dropped": scene_id}


SCENARIOS = {
    "approve": approve,
    "slots": take_slots,
    "claim": claim,
    "claim-without-skipping": claim_without_skipping,
    "write": write,
    "drop": drop,
}
