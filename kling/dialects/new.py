"""The new API: the model is in the path, tasks of every product are at /tasks; API keys only (kling-api §3N)."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from kling.answers import UnreadableError, milliseconds
from kling.catalog import MODELS
from kling.types import ImageToVideo, Listing, Mode, Product, Settings
from kling.wire.transport import Request

MOST_IDS = 20  # 21 are refused
LARGEST_PAGE = 500
RESOLUTIONS = {Mode.STD: "720p", Mode.PRO: "1080p", Mode.FOUR_K: "4k"}


def create(order: ImageToVideo, *, product: Product) -> Request:
    """Write a create: contents, settings, options; durations as numbers, pictures as raw base64."""
    contents = [{"type": "prompt", "text": order.prompt}, {"type": "first_frame", "url": _base64(order.image)}]
    if order.end_image:
        contents.append({"type": "last_frame", "url": _base64(order.end_image)})
    options = {"external_task_id": order.external_task_id}
    if order.callback_url:
        options["callback_url"] = order.callback_url
    body = {"contents": contents, "settings": _settings(order.settings), "options": options}
    return Request(path=f"/{product}/{quote(order.settings.model_name, safe='')}", body=body)


def look_up(*, task_ids: Sequence[str] = (), external_ids: Sequence[str] = ()) -> Request:
    """Ask for up to 20 tasks by one kind of id; unknown ones are missing in the answer."""
    query: dict[str, str | int] = {"task_ids": ",".join(task_ids)} if task_ids else {}
    if external_ids:
        query["external_task_ids"] = ",".join(external_ids)
    return Request(path=Listing.TASKS.value, query=query)


def list_page(*, since: datetime, until: datetime, cursor: str = "", size: int = LARGEST_PAGE) -> Request:
    """Ask for videos made between two aware moments; a cursor goes on where a page ended."""
    body: dict[str, Any] = {
        "start_time": milliseconds(since),
        "end_time": milliseconds(until),
        "limit": size,
        "filters": [{"key": "product_type", "values": ["video"]}],
    }
    return Request(path=Listing.TASKS.value, body=body | ({"cursor": cursor} if cursor else {}))


def open_page(found: Any) -> tuple[list[Any], str]:
    """Return the entries of a page and the cursor of the next one, "" at the end of the list (§3N.3).

    An empty account has no `result` at all. What a list that was read to its end has not shown counts as not there:
    so only a clear no ends it before its cursor does.
    """
    if not isinstance(found, dict):
        raise UnreadableError("it holds no list of tasks")
    entries = found.get("result")
    if entries is None and found.get("count") in (0, "0"):
        entries = []
    if not isinstance(entries, list):
        raise UnreadableError("it holds no list of tasks")
    return entries, _next_cursor(found)


def _next_cursor(found: dict[str, Any]) -> str:
    cursor, more = found.get("next_cursor"), str(found.get("has_more")).lower()
    if more in ("false", "0"):
        return ""
    if isinstance(cursor, str | int) and not isinstance(cursor, bool) and cursor != "":
        return str(cursor)
    if more == "none":
        return ""
    raise UnreadableError("it says that there is more, and not where")


def _settings(settings: Settings) -> dict[str, Any]:
    """Leave out what a model has no field for; one continuous shot is not what the newest do by themselves."""
    told: dict[str, Any] = {"resolution": RESOLUTIONS[Mode(settings.mode)], "duration": settings.duration}
    model = MODELS.get(settings.model_name)
    if model is None or model.cuts_by_itself:
        told["multi_shot"] = False
    if settings.sound and not (model and model.always_sounds):
        told["audio"] = "native"
    return told


def _base64(picture: bytes) -> str:
    return base64.b64encode(picture).decode()
