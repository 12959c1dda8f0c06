"""Tasks as the new API tells them, also those that were made by the legacy one (kling-api §3N.1, §3N.2)."""

from typing import Any

from kling.sandbox.ids import video_id
from kling.sandbox.links import Links
from kling.sandbox.prices import amount_text
from kling.sandbox.tasks import Task
from kling.types import TaskStatus

STATUS_WORDS = {
    TaskStatus.SUBMITTED: "submitted",
    TaskStatus.PROCESSING: "processing",
    TaskStatus.SUCCEED: "succeeded",
    TaskStatus.FAILED: "failed",
}


def created_view(task: Task) -> dict[str, Any]:
    """The answer to a create (§3N.1)."""
    created = task.created_ms + task.skew_ms
    view = {
        "id": str(task.id),
        "status": STATUS_WORDS[TaskStatus.SUBMITTED],
        "create_time": created,
        "update_time": created,
    }
    return view | _external_id(task)


def task_view(task: Task, *, now_ms: int, links: Links, address: str) -> dict[str, Any]:
    """A task in an answer to a read (§3N.2)."""
    status = task.status(now_ms)
    view = {
        "id": str(task.id),
        "status": STATUS_WORDS[status],
        "message": task.failure if status == TaskStatus.FAILED else "",
        "create_time": task.created_ms + task.skew_ms,
        "update_time": task.updated_ms(now_ms) + task.skew_ms,
        **_external_id(task),
        "outputs": [],
        "billing": [],
    }
    if status == TaskStatus.SUCCEED:
        view["outputs"] = [_video(task, links.url(task.id, address=address, expires=task.expires))]
        view["billing"] = [_bill(task)]
    elif status == TaskStatus.FAILED:
        view["billing"] = [{"amount": "0"}]
    return view


def _bill(task: Task) -> dict[str, str]:
    if not task.currency:
        return {"charge_type": "unit", "amount": amount_text(task.units), "package_type": "video"}
    return {
        "charge_type": "cash",
        "amount": amount_text(task.money),
        "cash_type": task.cash_type,
        "currency": task.currency,
        "list_price": amount_text(task.money),
    }


def _external_id(task: Task) -> dict[str, str]:
    return {"external_id": task.external_id} if task.external_id else {}


def _video(task: Task, url: str) -> dict[str, str]:
    video = {"type": "video", "id": str(video_id(task.id)), "url": url, "duration": task.film_seconds}
    return video | ({"watermark_url": url} if task.watermark else {})
