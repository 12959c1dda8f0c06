"""Handing out films: signed links, single ranges, and the downloads that break on request."""

import re
from urllib.parse import unquote

from kling.sandbox.answers import Answer, FileAnswer, Request, text_answer
from kling.sandbox.sandbox import Sandbox
from kling.sandbox.tasks import Task
from kling.types import TaskStatus

_NAME = re.compile(r"([0-9]{1,18})\.mp4")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def send_film(sandbox: Sandbox, request: Request, name: str) -> Answer | FileAnswer:
    """Answer 403 for a link that is not ours or has expired, whatever it points at."""
    match = _NAME.fullmatch(unquote(name))
    now, target = sandbox.kling_now, request.target
    if match is None or not sandbox.links.is_good(int(match[1]), request.query, target=target, now=now):
        return text_answer(403, "This link is not valid, or no longer.\n")
    task = sandbox.store.find(match[1])
    if task is None or task.status(sandbox.now_ms) != TaskStatus.SUCCEED:
        return text_answer(404, "There is no such film.\n")
    path = sandbox.film(task)
    size = path.stat().st_size
    span = _read_range(request.headers.get("range", ""), size)
    if span is not None and not span:
        return Answer(status=416, headers={"Content-Range": f"bytes */{size}"})
    return FileAnswer(path=path, size=size, part=span, stops_early=_stops_early(sandbox, request, task))


def _stops_early(sandbox: Sandbox, request: Request, task: Task) -> bool:
    if request.method != "GET" or not sandbox.store.break_download(task.id):
        return False
    sandbox.store.count("broken downloads")
    return True


def _read_range(text: str, size: int) -> range | None:
    """Return the bytes asked for, none at all when they lie outside the file.

    None: not one plain range, so that the whole file is the answer, as RFC 9110 allows.
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)
