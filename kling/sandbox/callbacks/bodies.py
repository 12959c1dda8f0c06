"""What a callback says, in the words of the API whose path made the task (kling-api §6, §12 #7)."""

import json
from typing import Any

from kling.sandbox.callbacks.changes import Change
from kling.sandbox.legacy import views as legacy
from kling.sandbox.links import Links
from kling.sandbox.new import views as new
from kling.sandbox.tasks import Task
from kling.types import Dialect

EVIL = "https://evil.invalid/film.mp4"
Told = dict[str, Any]


def tell(task: Task, change: Change, *, links: Links, address: str) -> Told:
    """Return what a task was at the moment of a change, whenever that is told; `address` is where its film lies."""
    view = new.task_view if task.dialect is Dialect.NEW else legacy.task_view
    told = view(task, now_ms=change.moment_ms(task), links=links, address=address)
    return told if task.dialect is Dialect.NEW else _as_captured(told)


def lie(told: Told) -> Told:
    """Return the opposite: an end that is none, or is another one, with a film that nobody should fetch."""
    is_new = "id" in told
    status = str(told["status" if is_new else "task_status"])
    word = "failed" if status.startswith("succe") else "succeeded" if is_new else "succeed"
    film = {"id": "1", "url": EVIL, "duration": "5.041"}
    if is_new:
        return told | {"status": word, "message": "gone", "outputs": [{"type": "video", **film}]}
    return told | {"task_status": word, "task_status_msg": "gone", "task_result": _results([film])}


def status_word(told: Told) -> str:
    return str(told.get("status") or told.get("task_status"))


def as_bytes(told: Told) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _as_captured(told: Told) -> Told:
    """A legacy body has lists for all kinds of results, and knows no watermarks."""
    films = [
        {name: film[name] for name in ("id", "url", "duration")} for film in told["task_result"].get("videos", [])
    ]
    plain = {name: value for name, value in told.items() if name != "watermark_info"}
    return plain | {"task_result": _results(films)}


def _results(films: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    return {"images": [], "videos": films, "audios": []}
