"""The new API's creates and reads, for one who was let in (kling-api §3N)."""

from collections.abc import Sequence
from typing import Any

from kling.model import Model
from kling.sandbox.answers import Answer, Refused, Request, invalid, succeed
from kling.sandbox.fields import Body, parse_body
from kling.sandbox.new.listing import Listing, read_listing
from kling.sandbox.new.motion import read_motion_order
from kling.sandbox.new.orders import read_image_order, read_omni_order, read_text_order
from kling.sandbox.new.views import task_view
from kling.sandbox.order import Order
from kling.sandbox.products import Product, models_of
from kling.sandbox.routes import Route
from kling.sandbox.sandbox import Sandbox
from kling.sandbox.tasks import Task
from kling.types import Dialect

MOST_IDS = 20
_READERS = {
    Product.IMAGE: read_image_order,
    Product.TEXT: read_text_order,
    Product.OMNI: read_omni_order,
    Product.MOTION: read_motion_order,
}


def find_model(route: Route) -> Model:
    """Return the model in a path; raise Refused where Kling has no such path (§12 #4)."""
    models = models_of(route.product, Dialect.NEW)
    if route.name not in models:
        raise Refused(404, 1203, f"The requested model '{route.name}' does not exist")
    return models[route.name]


def read_order(body: Body, route: Route) -> Order:
    """Raise Refused unless the body keeps every rule of its path."""
    return _READERS[route.product](body, find_model(route))


def read_tasks(sandbox: Sandbox, request: Request) -> Answer:
    """Answer the tasks with these ids, in the order they were asked for; unknown ones are left out (§3N.2)."""
    ids, external_ids = (_ids(request, name) for name in ("task_ids", "external_task_ids"))
    if not ids and not external_ids:
        raise invalid("task_ids or external_task_ids is required")
    if ids and external_ids:
        raise invalid("only one of task_ids and external_task_ids is supported")
    if len(ids) + len(external_ids) > MOST_IDS:
        raise invalid(f"task_ids or external_task_ids cannot exceed {MOST_IDS} in total")
    found: dict[str, Task] = {}
    for task in sandbox.store.find_all(ids=ids, external_ids=external_ids):
        # An external id has a second task only where repeats are accepted; that one is never answered.
        found.setdefault(str(task.id if ids else task.external_id), task)
    ordered = [found[name] for name in dict.fromkeys(ids or external_ids) if name in found]
    return succeed(_views(sandbox, request, sandbox.shown(ordered)))


def list_tasks(sandbox: Sandbox, request: Request) -> Answer:
    """Answer one piece of all tasks, newest first, and the cursor of the next one (§3N.3)."""
    listing = read_listing(parse_body(request.body or b"{}"), now_ms=int(sandbox.kling_now * 1000))
    tasks = _newest(sandbox, listing)
    has_more = len(tasks) > listing.limit
    if not tasks:
        return succeed({"count": 0, "has_more": False})
    shown = tasks[: listing.limit]
    return succeed(
        {
            "result": _views(sandbox, request, shown),
            "count": len(shown),
            "next_cursor": listing.cursor_after(shown[-1]) if has_more else "",
            "has_more": has_more,
        }
    )


def _newest(sandbox: Sandbox, listing: Listing) -> list[Task]:
    """Return the tasks of one piece, and one more where there is more."""
    if not listing.has_videos:
        return []
    return sandbox.newest(
        start_ms=listing.start_ms,
        end_ms=listing.end_ms,
        after=listing.after,
        statuses=listing.statuses,
        limit=listing.limit + 1,
    )


def _ids(request: Request, name: str) -> list[str]:
    """Return the ids between the commas."""
    return [part.strip() for part in request.query.get(name, "").split(",") if part.strip()]


def _views(sandbox: Sandbox, request: Request, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    now_ms = sandbox.now_ms
    return [task_view(task, now_ms=now_ms, links=sandbox.links, address=request.address) for task in tasks]
