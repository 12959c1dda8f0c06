"""`/sandbox/…`: what the sandbox tells and takes beside Kling's API, without credentials, on this machine only."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from kling.sandbox.answers import Answer, Request, json_answer
from kling.sandbox.faults import NO_FAULTS, Faults, WrongFaultError
from kling.sandbox.sandbox import Sandbox
from kling.sandbox.tasks import Task
from kling.types import TaskStatus

log = logging.getLogger(__name__)


def control_answer(sandbox: Sandbox, request: Request, parts: list[str]) -> Answer:
    """Answer what is asked below `/sandbox/`; `parts` is the path from there on."""
    match parts:
        case ["faults"]:
            return _faults(sandbox, request)
        case ["tasks"]:
            return _tasks(sandbox, request)
        case ["callbacks"]:
            return _callbacks(sandbox, request)
        case _:
            return _trouble(
                404, "There is nothing here; there are /sandbox/faults, /sandbox/tasks and /sandbox/callbacks."
            )


def _faults(sandbox: Sandbox, request: Request) -> Answer:
    match request.method:
        case "GET" | "HEAD":
            return json_answer(sandbox.mishaps.faults.values())
        case "PATCH":
            return _patch(sandbox, request)
        case "DELETE":
            return _set(sandbox, NO_FAULTS)
        case _:
            return _trouble(405, "Faults are read with GET, set with PATCH and ended with DELETE.")


def _tasks(sandbox: Sandbox, request: Request) -> Answer:
    if request.method not in ("GET", "HEAD"):
        return _trouble(405, "Tasks are only read, with GET.")
    now_ms = sandbox.now_ms
    return json_answer([_task_view(task, now_ms) for task in sandbox.store.every_task()])


def _callbacks(sandbox: Sandbox, request: Request) -> Answer:
    if request.method not in ("GET", "HEAD"):
        return _trouble(405, "Callbacks are only read, with GET.")
    return json_answer(sandbox.callbacks.journal.listing())


def _patch(sandbox: Sandbox, request: Request) -> Answer:
    # A page in a browser cannot send this type to another site without asking, and it is never given leave.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return _trouble(415, "Send the faults as JSON, with Content-Type: application/json.")
    try:
        return _set(sandbox, sandbox.mishaps.faults.changed(_read_object(request.body)))
    except WrongFaultError as error:
        return _trouble(400, str(error))


def _read_object(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise WrongFaultError("The body is not valid JSON.") from None
    if not isinstance(told, dict):
        raise WrongFaultError("The body must be a JSON object of faults and their values.")
    return told


def _set(sandbox: Sandbox, faults: Faults) -> Answer:
    sandbox.mishaps.change(faults)
    log.info("Faults: %s.", ", ".join(f"{name}={value}" for name, value in faults.set_values.items()) or "none")
    return json_answer(faults.values())


def _task_view(task: Task, now_ms: int) -> dict[str, Any]:
    status = task.status(now_ms)
    view = {
        "task_id": str(task.id),
        "external_id": task.external_id or "",
        "status": str(status),
        "units": float(task.units) if status == TaskStatus.SUCCEED else 0.0,
        "created_ms": task.created_ms,
        "path": task.path,
        "callback_url": task.callback_url,
    }
    return view | ({"prompt_sha256": task.prompt_sha256} if task.prompt_sha256 else {})


def _trouble(status: int, sentence: str) -> Answer:
    return json_answer({"error": sentence}, status)
