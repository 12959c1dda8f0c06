"""Thousands of finished videos with their ledger lines, made within seconds, for tests that count questions."""

import uuid
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from factories import make_account, make_scene

from productvideo.models import Product, ProductVideo, Scene, Submission
from productvideo.states import Stage


def make_videos(count: int, *, scene: Scene | None = None) -> Product:
    """Make practice videos of one scene, one an hour up to now, every tenth of them failed."""
    scene = scene or make_scene()
    account = make_account(host="sandbox", simulated=True)
    videos = [_video(scene, account, at) for at in range(count)]
    ProductVideo.objects.bulk_create(videos, batch_size=500)
    Submission.objects.bulk_create([_line(video) for video in videos], batch_size=500)
    Scene.objects.filter(pk=scene.pk).update(takes=count)
    return scene.product


def _video(scene: Scene, account: object, at: int) -> ProductVideo:
    began = timezone.now() - timedelta(hours=at, minutes=5)
    pk = uuid.uuid4()
    stored = {"file": "videos/x.mp4", "sha256": "0" * 64, "url": f"/files/videos/{pk}.mp4", "size_bytes": 1}
    failed = {"stage": Stage.FAILED, "error_code": "kling_failed", "error_message": "Too dark."}
    ended = failed if at % 10 == 9 else {"stage": Stage.COMPLETE, **stored}
    return ProductVideo(
        id=pk,
        persona=scene.product.persona,
        product=scene.product,
        scene=scene,
        photo=scene.photo,
        account=account,
        take=at + 1,
        title=f"{scene.title} {at}",
        prompt=scene.prompt,
        model_name="kling-v2-5-turbo",
        mode="std",
        duration=5,
        units_estimated=Decimal("1.5"),
        units_charged=Decimal(0) if at % 10 == 9 else Decimal("1.5"),
        task_id=str(pk),
        due_at=None,
        created_at=began,
        accepted_at=began + timedelta(seconds=2),
        rendered_at=began + timedelta(seconds=92),
        finished_at=began + timedelta(seconds=95),
        **ended,
    )


def _line(video: ProductVideo) -> Submission:
    return Submission(
        video_id=video.pk,
        host="sandbox",
        simulated=True,
        persona_key=video.persona_id,
        persona=video.persona.name,
        outcome=Submission.Outcome.ACCEPTED,
        task_id=video.task_id,
        units_estimated=video.units_estimated,
        units_charged=video.units_charged,
        sent_at=video.created_at,
    )
