"""Tasks as the legacy API tells them (kling-api §3.1, §3.2)."""

from typing import Any

from kling.sandbox.ids import video_id
from kling.sandbox.links import Links
from kling.sandbox.prices import amount_text
from kling.sandbox.tasks import Task
from kling.types import TaskStatus


def created_view(task: Task) -> dict[str, Any]:
    """The answer to a create (§3.1)."""
    return {
        "task_id": str(task.id),
        "task_status": str(TaskStatus.SUBMITTED),
        "task_info": _info(task),
        "created_at": task.created_ms + task.skew_ms,
        "updated_at": task.created_ms + task.skew_ms,
    }


def task_view(task: Task, *, now_ms: int, links: Links, address: str) -> dict[str, Any]:
    """The answer to a look-up (§3.2)."""
    status = task.status(now_ms)
    view: dict[str, Any] = {
        "task_id": str(task.id),
        "task_status": str(status),
        "task_info": _info(task),
        "task_result": {},
        "task_status_msg": "",
        "created_at": task.created_ms + task.skew_ms,
        "updated_at": task.updated_ms(now_ms) + task.skew_ms,
    }
    if task.watermark is not None:
        view["watermark_info"] = {"enabled": task.watermark}
    if status == TaskStatus.SUCCEED:
        view["task_result"] = {"videos": [_video(task, links.url(task.id, address=address, expires=task.expires))]}
        view |= _deduction(task)
    elif status == TaskStatus.FAILED:
        view["task_status_msg"] = task.failure
        view["final_unit_deduction"] = "0"
    return view


def _deduction(task: Task) -> dict[str, Any]:
    """What it cost: units or, where money paid, that and nothing of units (§3.2)."""
    if not task.currency:
        return {"final_unit_deduction": amount_text(task.units)}
    return {"final_balance_deduction": {"quota": amount_text(task.money), "list_price": amount_text(task.money)}}


def _info(task: Task) -> dict[str, Any]:
    return {"external_task_id": task.external_id} if task.external_id else {}


def _video(task: Task, url: str) -> dict[str, str]:
    video = {"id": str(video_id(task.id)), "url": url, "duration": task.film_seconds}
    return video | ({"watermark_url": url} if task.watermark else {})
