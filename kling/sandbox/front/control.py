"""`/sandbox/…`: what the sandbox tells and takes beside Kling's API, without credentials, on this machine only."""

import logging
from typing import Any

from kling.sandbox.answers import Answer, Request, json_answer
from kling.sandbox.faults.catalog import NO_FAULTS, Faults, WrongFaultError
from kling.sandbox.front.account import account_answer
from kling.sandbox.front.patches import WrongPatchError, is_json, read_patch, trouble
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
        case ["account"]:
            return account_answer(sandbox.account, request, now_ms=sandbox.now_ms)
        case ["callbacks"]:
            return _callbacks(sandbox, request)
        case _:
            there = "/sandbox/faults, /sandbox/tasks, /sandbox/account and /sandbox/callbacks"
            return trouble(404, f"There is nothing here; there are {there}.")


def _faults(sandbox: Sandbox, request: Request) -> Answer:
    match request.method:
        case "GET" | "HEAD":
            return json_answer(sandbox.mishaps.faults.values())
        case "PATCH":
            return _patch(sandbox, request)
        case "DELETE":
            return _set(sandbox, NO_FAULTS)
        case _:
            return trouble(405, "Faults are read with GET, set with PATCH and ended with DELETE.")


def _tasks(sandbox: Sandbox, request: Request) -> Answer:
    if request.method not in ("GET", "HEAD"):
        return trouble(405, "Tasks are only read, with GET.")
    now_ms = sandbox.now_ms
    return json_answer([_task_view(task, now_ms) for task in sandbox.store.every_task()])


def _callbacks(sandbox: Sandbox, request: Request) -> Answer:
    if request.method not in ("GET", "HEAD"):
        return trouble(405, "Callbacks are only read, with GET.")
    return json_answer(sandbox.callbacks.journal.listing())


def _patch(sandbox: Sandbox, request: Request) -> Answer:
    if not is_json(request):
        return trouble(415, "Send the faults as JSON, with Content-Type: application/json.")
    try:
        return _set(sandbox, sandbox.mishaps.faults.changed(read_patch(request.body, "faults and their values")))
    except (WrongFaultError, WrongPatchError) as error:
        return trouble(400, str(error))


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
