"""The legacy API's creates, lists and look-ups, for one who was let in (kling-api §3)."""

import re

from kling.sandbox.answers import Answer, Request, invalid, invalid_value, succeed
from kling.sandbox.ended import usable
from kling.sandbox.fields import Body
from kling.sandbox.legacy.motion import read_motion_order
from kling.sandbox.legacy.omni import read_omni_order
from kling.sandbox.legacy.orders import read_image_order, read_text_order
from kling.sandbox.legacy.several import read_several_order
from kling.sandbox.legacy.views import task_view
from kling.sandbox.order import Order
from kling.sandbox.products import Product
from kling.sandbox.routes import Route
from kling.sandbox.sandbox import Sandbox

_READERS = {
    Product.IMAGE: read_image_order,
    Product.TEXT: read_text_order,
    Product.OMNI: read_omni_order,
    Product.MOTION: read_motion_order,
    Product.SEVERAL_IMAGES: read_several_order,
}


def read_order(body: Body, route: Route, *, allow_ended: bool) -> Order:
    """Raise Refused unless the body keeps every rule of its path."""
    return _READERS[route.product](body, usable(route.product, allow_ended=allow_ended))


def list_tasks(sandbox: Sandbox, request: Request, route: Route) -> Answer:
    """Answer a bare array of one product's tasks, newest first (§3.3)."""
    number = _number(request, "pageNum", default=1, most=1000)
    size = _number(request, "pageSize", default=30, most=500)
    now_ms = sandbox.now_ms
    return succeed(
        [
            task_view(task, now_ms=now_ms, links=sandbox.links, address=request.address)
            for task in sandbox.page(route.product, number, size)
        ]
    )


def look_up(sandbox: Sandbox, request: Request, route: Route) -> Answer:
    """Answer one task by either of its ids; of another product it is unknown (§3.2, §12 #10)."""
    task = sandbox.find(route.name, route.product)
    if task is None:
        raise invalid(f"Task not found by id/external id: {route.name}")
    return succeed(task_view(task, now_ms=sandbox.now_ms, links=sandbox.links, address=request.address))


def _number(request: Request, name: str, *, default: int, most: int) -> int:
    text = request.query.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise invalid_value(name, text)
    return int(text)
