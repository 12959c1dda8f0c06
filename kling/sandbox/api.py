"""The sandbox's routes: which answer belongs to which request, checked in the order of kling-api §11."""

import logging
import re
from urllib.parse import unquote

from kling.sandbox.answers import (
    Answer,
    FileAnswer,
    Refused,
    Request,
    invalid,
    invalid_value,
    json_answer,
    succeed,
    text_answer,
)
from kling.sandbox.books import books_json, books_page
from kling.sandbox.downloads import send_film
from kling.sandbox.orders import parse_body, read_order
from kling.sandbox.sandbox import Sandbox
from kling.sandbox.steering import Steer, read_steering
from kling.sandbox.tasks import created_view, task_view

log = logging.getLogger(__name__)

IMAGE2VIDEO = ["v1", "videos", "image2video"]
# Kling has no list of models and says so to everybody (§1.1).
OPEN_GAPS = (["v1", "models"],)


def answer(sandbox: Sandbox, request: Request) -> Answer | FileAnswer:
    """Answer one request; every create is in the books, refused or not."""
    parts = [unquote(part) for part in request.path.rstrip("/").split("/")[1:]]
    is_create = request.method == "POST" and parts == IMAGE2VIDEO
    if is_create:
        sandbox.store.count("asked")
    try:
        return _open_answer(sandbox, request, parts) or _checked_answer(sandbox, request, parts)
    except Refused as refusal:
        if is_create:
            _note_refusal(sandbox, refusal)
        return refusal.answer()


def _open_answer(sandbox: Sandbox, request: Request, parts: list[str]) -> Answer | FileAnswer | None:
    """Answer what needs no credentials."""
    match request.method, parts:
        case "GET" | "HEAD", []:
            return _books(sandbox, request)
        case "GET" | "HEAD", ["files", name]:
            return send_film(sandbox, request, name)
        case _, parts if parts in OPEN_GAPS:
            raise _unknown_route()
        case _:
            return None


def _checked_answer(sandbox: Sandbox, request: Request, parts: list[str]) -> Answer:
    sandbox.options.credentials.check(request.headers.get("authorization"), now=sandbox.now)
    match request.method, parts:
        case "POST", ["v1", "videos", "image2video"]:
            return _create(sandbox, request)
        case "GET", ["v1", "videos", "image2video"]:
            return _list(sandbox, request)
        case "GET", ["v1", "videos", "image2video", name]:
            return _look_up(sandbox, request, name)
        case "GET", ["account", "costs"]:
            return succeed(sandbox.account.costs(request.query, now_ms=sandbox.now_ms))
        case _, ["v1", "videos", "image2video"] | ["v1", "videos", "image2video", _] | ["account", "costs"]:
            raise Refused(404, 1202, f"Request method '{request.method}' is not supported")
        case _:
            raise _unknown_route()


def _create(sandbox: Sandbox, request: Request) -> Answer:
    order = read_order(parse_body(request.body))
    task = sandbox.make_task(order)
    log.info("Task %s: %s %s %s s, %s.", task.id, task.model_name, task.mode, task.duration, task.move)
    made = succeed(created_view(task))
    if Steer.LOST_ANSWER in read_steering(order.prompt):
        sandbox.store.count("lost answers")
        return Answer(status=made.status, body=made.body, headers=made.headers, is_lost=True)
    return made


def _list(sandbox: Sandbox, request: Request) -> Answer:
    number = _number(request, "pageNum", default=1, most=1000)
    size = _number(request, "pageSize", default=30, most=500)
    now_ms = sandbox.now_ms
    return succeed(
        [
            task_view(task, now_ms=now_ms, address=request.address, links=sandbox.links)
            for task in sandbox.store.page(number, size)
        ]
    )


def _look_up(sandbox: Sandbox, request: Request, name: str) -> Answer:
    task = sandbox.store.find(name)
    if task is None:
        raise invalid(f"Task not found by id/external id: {name}")
    return succeed(task_view(task, now_ms=sandbox.now_ms, address=request.address, links=sandbox.links))


def _number(request: Request, name: str, *, default: int, most: int) -> int:
    text = request.query.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise invalid_value(name, text)
    return int(text)


def _note_refusal(sandbox: Sandbox, refusal: Refused) -> None:
    with sandbox.store.writing():
        sandbox.store.count(f"refused {refusal.code}")
        if refusal.message.startswith("External_task_id "):
            sandbox.store.count("repeats refused")


def _books(sandbox: Sandbox, request: Request) -> Answer:
    if request.query.get("format") == "json" or "application/json" in request.headers.get("accept", ""):
        return json_answer(books_json(sandbox))
    return text_answer(200, books_page(sandbox), kind="text/html")


def _unknown_route() -> Refused:
    return Refused(404, 1203, "The requested resource does not exist")
