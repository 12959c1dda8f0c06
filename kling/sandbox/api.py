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
from kling.sandbox.calls import Call, is_path, read_call
from kling.sandbox.control import control_answer
from kling.sandbox.downloads import send_film
from kling.sandbox.orders import parse_body, read_order
from kling.sandbox.sandbox import Sandbox
from kling.sandbox.steering import Steer, read_steering
from kling.sandbox.tasks import created_view, task_view

log = logging.getLogger(__name__)

# Kling has no list of models and says so to everybody (§1.1).
OPEN_GAPS = (["v1", "models"],)


def answer(sandbox: Sandbox, request: Request) -> Answer | FileAnswer:
    """Answer one request, with the faults that are due; every create that is looked at is in the books."""
    parts = [unquote(part) for part in request.path.rstrip("/").split("/")[1:]]
    call = read_call(request.method, parts)
    if call is None:
        return _other_answer(sandbox, request, parts)
    if sandbox.mishaps.cuts_before(call):
        return Answer(is_lost=True)
    return sandbox.mishaps.slow(_kling_answer(sandbox, request, call, parts))


def _other_answer(sandbox: Sandbox, request: Request, parts: list[str]) -> Answer | FileAnswer:
    """Answer what is no call of Kling's."""
    match request.method, parts:
        case "GET" | "HEAD", []:
            return _books(sandbox, request)
        case "GET" | "HEAD", ["files", name]:
            return _film(sandbox, request, name)
        case _, ["sandbox", *rest]:
            return control_answer(sandbox, request, rest)
        case _:
            return _misplaced(sandbox, request, parts)


def _kling_answer(sandbox: Sandbox, request: Request, call: Call, parts: list[str]) -> Answer:
    if call is Call.CREATE:
        sandbox.store.count("asked")
    try:
        _let_in(sandbox, request)
        if call is not Call.CREATE:
            sandbox.store.count(call)
        sandbox.mishaps.refuse(call)
        return sandbox.mishaps.spoil(call, _good_answer(sandbox, request, call, parts))
    except Refused as refusal:
        if call is Call.CREATE:
            _note_refusal(sandbox, refusal)
        return refusal.answer()


def _let_in(sandbox: Sandbox, request: Request) -> None:
    sandbox.options.credentials.check(request.headers.get("authorization"), now=sandbox.kling_now)


def _good_answer(sandbox: Sandbox, request: Request, call: Call, parts: list[str]) -> Answer:
    """Answer one who was let in; raise Refused for what cannot be."""
    match call:
        case Call.CREATE:
            return _create(sandbox, request)
        case Call.LIST:
            return _list(sandbox, request)
        case Call.LOOK_UP:
            return _look_up(sandbox, request, parts[-1])
        case Call.COSTS:
            return succeed(sandbox.account.costs(request.query, now_ms=sandbox.now_ms))


def _misplaced(sandbox: Sandbox, request: Request, parts: list[str]) -> Answer:
    """Refuse a path or a method that Kling does not have, to strangers as to strangers."""
    try:
        if parts not in OPEN_GAPS:
            _let_in(sandbox, request)
    except Refused as refusal:
        return refusal.answer()
    if is_path(parts):
        return Refused(404, 1202, f"Request method '{request.method}' is not supported").answer()
    return Refused(404, 1203, "The requested resource does not exist").answer()


def _film(sandbox: Sandbox, request: Request, name: str) -> Answer | FileAnswer:
    film = send_film(sandbox, request, name)
    if isinstance(film, FileAnswer) and request.method == "GET":
        return sandbox.mishaps.spoil_film(film)
    return film


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
            for task in sandbox.page(number, size)
        ]
    )


def _look_up(sandbox: Sandbox, request: Request, name: str) -> Answer:
    task = sandbox.find(name)
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
