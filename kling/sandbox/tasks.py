"""A task: what is stored of it once, and what it is at a given moment."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kling.sandbox.ids import video_id
from kling.sandbox.links import RETENTION_SECONDS, Links
from kling.sandbox.moves import Move
from kling.types import Mode, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """All that will happen to a task is settled when it is made; its state is a question of time, asked at no cost."""

    id: int
    external_id: str | None
    created_ms: int  # true time, as are the next two
    started_ms: int  # processing from here on
    ended_ms: int  # terminal from here on
    failure: str  # the text it will fail with; empty when it will succeed
    model_name: str
    mode: Mode
    duration: int
    sound: bool
    move: Move
    photo: str  # the file's name among the photos
    end_photo: str  # that of the last frame; empty when the film may end where the camera takes it
    width: int  # of the photo
    height: int
    units: Decimal  # charged when it succeeds
    watermark: bool | None
    broken_downloads: int  # how many downloads will still end in the middle
    skew_ms: int = 0  # how far Kling's clock was ahead when the task was made
    prompt_sha256: str = ""  # empty for the tasks of older sandboxes

    def status(self, now_ms: int) -> TaskStatus:
        if now_ms < self.started_ms:
            return TaskStatus.SUBMITTED
        if now_ms < self.ended_ms:
            return TaskStatus.PROCESSING
        return TaskStatus.FAILED if self.failure else TaskStatus.SUCCEED

    def updated_ms(self, now_ms: int) -> int:
        return max([self.created_ms, *(moment for moment in (self.started_ms, self.ended_ms) if moment <= now_ms)])

    @property
    def expires(self) -> int:
        """The second at which Kling deletes the file, by its own clock."""
        return (self.ended_ms + self.skew_ms) // 1000 + RETENTION_SECONDS


def created_view(task: Task) -> dict[str, Any]:
    """The answer to a create (kling-api §3.1)."""
    return {
        "task_id": str(task.id),
        "task_status": str(TaskStatus.SUBMITTED),
        "task_info": _info(task),
        "created_at": task.created_ms + task.skew_ms,
        "updated_at": task.created_ms + task.skew_ms,
    }


def task_view(task: Task, *, now_ms: int, address: str, links: Links) -> dict[str, Any]:
    """The answer to a look-up (kling-api §3.2)."""
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
        view["task_result"] = {"videos": [_video(task, address, links)]}
        view["final_unit_deduction"] = units_text(task.units)
    elif status == TaskStatus.FAILED:
        view["task_status_msg"] = task.failure
        view["final_unit_deduction"] = "0"
    return view


def units_text(units: Decimal) -> str:
    """Return units as Kling writes them: as few decimals as possible."""
    return f"{units.normalize():f}"


def _info(task: Task) -> dict[str, Any]:
    return {"external_task_id": task.external_id} if task.external_id else {}


def _video(task: Task, address: str, links: Links) -> dict[str, str]:
    url = f"http://{address}{links.sign(task.id, expires=task.expires)}"
    video = {"id": str(video_id(task.id)), "url": url, "duration": f"{task.duration}.041"}  # 24 fps, N·24+1 frames
    return video | ({"watermark_url": url} if task.watermark else {})
