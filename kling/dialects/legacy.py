"""The legacy API: the model is a field of a flat body, tasks are listed product by product (kling-api §3.1-§3.5)."""

import base64
from typing import Any
from urllib.parse import quote

from kling.types import ImageToVideo, Listing, Settings
from kling.wire.transport import Request

LARGEST_PAGE = 500
MOST_PAGES = 1000


def create(order: ImageToVideo, *, listing: Listing) -> Request:
    """Write a create: raw base64, durations as strings, what is not wanted left out."""
    settings = order.settings
    body: dict[str, Any] = {
        "model_name": settings.model_name,
        "prompt": order.prompt,
        "mode": str(settings.mode),
        "duration": str(settings.duration),
        "external_task_id": order.external_task_id,
    }
    body |= _omni_pictures(order) if listing is Listing.OMNI_VIDEO else _pictures(order)
    body |= _wishes(settings)
    if order.callback_url:
        body["callback_url"] = order.callback_url
    return Request(path=listing.value, body=body)


def look_up(name: str, *, listing: Listing) -> Request:
    """Ask for one task by either of its ids, on the path of the product that it was made with."""
    return Request(path=f"{listing.value}/{quote(name, safe='')}")


def list_page(number: int, size: int, *, listing: Listing) -> Request:
    return Request(path=listing.value, query={"pageNum": number, "pageSize": size})


def _pictures(order: ImageToVideo) -> dict[str, Any]:
    pictures = {"image": _base64(order.image)}
    return pictures | {"image_tail": _base64(order.end_image)} if order.end_image else pictures


def _omni_pictures(order: ImageToVideo) -> dict[str, Any]:
    pictures = [{"image_url": _base64(order.image), "type": "first_frame"}]
    if order.end_image:
        pictures.append({"image_url": _base64(order.end_image), "type": "end_frame"})
    return {"image_list": pictures}


def _wishes(settings: Settings) -> dict[str, Any]:
    wishes = {}
    if settings.negative_prompt:
        wishes["negative_prompt"] = settings.negative_prompt
    if settings.sound:
        wishes["sound"] = "on"
    return wishes


def _base64(picture: bytes) -> str:
    return base64.b64encode(picture).decode()
