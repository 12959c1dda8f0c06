"""What a finished command hands back: one object for programs, lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from productvideo import services
from productvideo.models import Product, ProductVideo, Scene
from productvideo.oneshot.news import videos_of
from productvideo.oneshot.order import Order
from productvideo.scenes.lint import Finding
from productvideo.states import Status


def as_json(order: Order, product: Product | None, *, error: str = "") -> dict[str, Any]:
    """Describe an order; without a product nothing was made (a dry run, a refusal by Kling).

    `scenes_source` is null as long as no scenes were written: a dry run does not ask OpenAI, which costs money too.
    """
    return {
        "scenes_source": (product and product.scenes_source) or None,
        "scenes_detail": product.scenes_detail if product else "",
        "scenes": [_scene(scene, findings) for scene, findings in advised(order, product)] if product else [],
        "plan": order.plan,
        "persona": order.persona,
        "product": product.pk if product else None,
        "model_name": order.settings.model_name,
        "mode": str(order.settings.mode),
        "duration": order.settings.duration,
        "sound": order.settings.sound,
        "units": float(order.price.units),
        "money": float(order.price.money),
        "currency": order.price.currency,
        "simulated": order.simulated,
        "error": error or None,
        "videos": [_video(video) for video in videos_of(product)] if product else [],
    }


def advised(order: Order, product: Product) -> list[tuple[Scene, tuple[Finding, ...]]]:
    """Return a product's scenes, each with what may go wrong with it at Kling, in the model of the order."""
    scenes = list(product.scenes.select_related("product__persona"))
    findings = services.findings_among(scenes, model_name=order.settings.model_name)
    return [(scene, findings[scene.pk]) for scene in scenes]


def scene_lines(order: Order, product: Product) -> Iterator[str]:
    """Describe the scenes for people: what they are, what may go wrong with them, and why default scenes."""
    for scene, findings in advised(order, product):
        yield f"Scene: {scene}"
        yield from (f"  Advice: {found.sentence}" for found in findings)
        if scene.source_detail and scene.source_detail != product.scenes_detail:
            yield f"  Default scene: {scene.source_detail}"
    if product.scenes_detail:
        yield product.scenes_detail


def _scene(scene: Scene, findings: Iterable[Finding]) -> dict[str, Any]:
    return {
        "title": scene.title,
        "prompt": scene.prompt,
        "source": scene.source,
        "source_detail": scene.source_detail,
        "source_cause": scene.source_cause,
        "findings": [{"rule": found.rule, "sentence": found.sentence} for found in findings],
    }


def _video(video: ProductVideo) -> dict[str, Any]:
    return {
        "id": str(video.pk),
        "title": video.title,
        "status": str(video.status),
        "stage": str(video.stage),
        "url": video.url,
        "thumbnail_url": video.thumbnail_url,
        "path": stored_path(video),
        "task_id": video.task_id,
        "units": float(video.units),
        "error": video.error_message or video.attention or None,
        "simulated": video.account.simulated,
    }


def stored_path(video: ProductVideo) -> str | None:
    """Return where the film lies on this machine; None until it does, or where the storage is elsewhere."""
    if not video.file.name:
        return None
    try:
        return str(Path(default_storage.path(video.file.name)).absolute())
    except NotImplementedError:
        return None


def as_lines(product: Product) -> list[str]:
    """Describe the videos for people, one line each."""
    return [_line(video) for video in videos_of(product)]


def _line(video: ProductVideo) -> str:
    match Status(video.status):
        case Status.COMPLETE:
            return f"{video}: {stored_path(video) or video.url}"
        case Status.FAILED:
            return f"{video}: failed. {video.error_message}"
        case Status.PENDING:
            return f"{video}: {video.get_stage_display()}."


def are_all_complete(product: Product) -> bool:
    return all(video.status == Status.COMPLETE for video in videos_of(product))
