"""The sandbox's routes: which answer belongs to which request, checked in the order of kling-api §11."""

from typing import assert_never
from urllib.parse import unquote

from kling.sandbox.account.billing import read_billing
from kling.sandbox.account.costs import read_costs
from kling.sandbox.answers import Answer, FileAnswer, Refused, Request, json_answer, succeed, text_answer
from kling.sandbox.creates import create
from kling.sandbox.fields import parse_body
from kling.sandbox.front.books import books_json, books_page
from kling.sandbox.front.control import control_answer
from kling.sandbox.front.downloads import send_film
from kling.sandbox.legacy import doors as legacy
from kling.sandbox.new import doors as new
from kling.sandbox.routes import Call, Route, dialect_of, other_route, read_route
from kling.sandbox.sandbox import Sandbox
from kling.types import Dialect

# Kling has no list of models and says so to everybody (§1.1).
OPEN_GAPS = (["v1", "models"],)


def answer(sandbox: Sandbox, request: Request) -> Answer | FileAnswer:
    """Answer one request, with the faults that are due; every create that is looked at is in the books."""
    parts = [unquote(part) for part in request.path.rstrip("/").split("/")[1:]]
    # A HEAD is a GET whose answer is not sent.
    route = read_route("GET" if request.method == "HEAD" else request.method, parts)
    if route is None:
        return _other_answer(sandbox, request, parts)
    if sandbox.mishaps.cuts_before(route.call):
        return Answer(is_lost=True)
    return sandbox.mishaps.slow(_kling_answer(sandbox, request, route))


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


def _kling_answer(sandbox: Sandbox, request: Request, route: Route) -> Answer:
    call = route.call
    if call is Call.CREATE:
        sandbox.store.count("asked")
    try:
        _let_in(sandbox, request, route.dialect)
        if call is not Call.CREATE:
            sandbox.store.count(call)
        sandbox.mishaps.refuse(call)
        return sandbox.mishaps.spoil(call, _good_answer(sandbox, request, route))
    except Refused as refusal:
        if call is Call.CREATE:
            _note_refusal(sandbox, refusal)
        return refusal.answer()


def _let_in(sandbox: Sandbox, request: Request, dialect: Dialect) -> None:
    credentials = sandbox.options.credentials
    credentials.check(request.headers.get("authorization"), now=sandbox.kling_now, dialect=dialect)


def _good_answer(sandbox: Sandbox, request: Request, route: Route) -> Answer:
    """Answer one who was let in; raise Refused for what cannot be."""
    is_new = route.dialect is Dialect.NEW
    match route.call:
        case Call.CREATE:
            return create(sandbox, request, route)
        case Call.LIST:
            return new.list_tasks(sandbox, request) if is_new else legacy.list_tasks(sandbox, request, route)
        case Call.LOOK_UP:
            return new.read_tasks(sandbox, request) if is_new else legacy.look_up(sandbox, request, route)
        case Call.COSTS:
            return succeed(read_costs(sandbox.account, request.query, now_ms=sandbox.now_ms))
        case Call.BILLING:
            body = parse_body(request.body)
            return succeed(read_billing(sandbox.account, route.name, body, now_ms=sandbox.now_ms))
        case _:
            assert_never(route.call)


def _misplaced(sandbox: Sandbox, request: Request, parts: list[str]) -> Answer:
    """Refuse a path or a method that Kling does not have, to strangers as to strangers."""
    try:
        if parts not in OPEN_GAPS:
            _let_in(sandbox, request, dialect_of(parts))
        return _missing(request, parts).answer()
    except Refused as refusal:
        return refusal.answer()


def _missing(request: Request, parts: list[str]) -> Refused:
    route = other_route(parts)
    if route is None:
        return Refused(404, 1203, "The requested resource does not exist")
    if route.dialect is Dialect.NEW and route.call is Call.CREATE:
        new.find_model(route)
    return Refused(404, 1202, f"Request method '{request.method}' is not supported")


def _film(sandbox: Sandbox, request: Request, name: str) -> Answer | FileAnswer:
    film = send_film(sandbox, request, name)
    if isinstance(film, FileAnswer) and request.method == "GET":
        return sandbox.mishaps.spoil_film(film)
    return film


def _note_refusal(sandbox: Sandbox, refusal: Refused) -> None:
    with sandbox.store.writing():
        sandbox.store.count(f"refused {refusal.code}")
        if refusal.message.startswith("External_task_id "):
            sandbox.store.count("repeats refused")


def _books(sandbox: Sandbox, request: Request) -> Answer:
    if request.query.get("format") == "json" or "application/json" in request.headers.get("accept", ""):
        return json_answer(books_json(sandbox))
    return text_answer(200, books_page(sandbox), kind="text/html")
