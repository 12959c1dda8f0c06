"""How long the sandbox works on a request when it holds 10,000 tasks, and when it holds 100: median of several, CPU.

The time is the sandbox's own: from the request to the answer's bytes, in one process, without a network between. Half
of the tasks were made by the legacy API and half by the new one, one in fifty still runs, one in twenty has failed.
"""

import argparse
import base64
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image

from kling.sandbox.answers import Answer, Request
from kling.sandbox.credentials import Credentials
from kling.sandbox.front.api import answer
from kling.sandbox.ids import mint_id
from kling.sandbox.products import Product
from kling.sandbox.sandbox import Options, Sandbox
from kling.types import Dialect

KEY = "api-key-kling-" + "k" * 43
LEGACY, NEW = "/v1/videos/image2video", "/image-to-video/kling-2.6"
MOST_TIMES_LONGER = 10  # for what returns as much from 10,000 tasks as from 100
BILL, BILLED = "/account/billing/package", {"start_time": 1, "end_time": 10**14, "limit": 40}
DAY = 86_400
PIECE = 100  # so many tasks there are in the small sandbox, too
Deed = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=9, help="how often each request is made")
    asked = parser.parse_args()
    logging.disable()
    few, many = (measure(tasks, times=asked.times) for tasks in (PIECE, asked.tasks))
    sys.stdout.write(f"{'CPU in ms, with so many tasks':32}{PIECE:>10,}{asked.tasks:>10,}{'ratio':>8}\n")
    for name, small in few.items():
        sys.stdout.write(f"{name:32}{small:10.2f}{many[name]:10.2f}{many[name] / small:8.1f}\n")
    sys.exit(int(any(many[name] > MOST_TIMES_LONGER * few[name] for name in OF_ONE_SIZE)))


def measure(tasks: int, *, times: int) -> dict[str, float]:
    """Return the milliseconds that each deed takes with so many tasks in the sandbox; of long answers, per task."""
    with filled(tasks) as sandbox:
        took = {name: _milliseconds(lambda name=name: OF_ONE_SIZE[name](sandbox), times) for name in OF_ONE_SIZE}
        for name, deed in OF_EVERY_TASK.items():
            told = deed(sandbox)
            took[f"{name}, per task"] = _milliseconds(lambda deed=deed: deed(sandbox), times) / told
        return took


@contextmanager
def filled(tasks: int) -> Iterator[Sandbox]:
    """Open a sandbox with so many tasks, whose callbacks and bills are settled."""
    credentials, born = Credentials(api_keys=frozenset([KEY])), time.time()
    moments = [born]
    sandbox = Sandbox(
        Options(credentials=credentials, parallel=10**6, units=Decimal(10**6), clock=lambda: moments[-1])
    )
    moments.append(born + DAY)
    try:
        create(sandbox)
        _copy(sandbox, tasks - 1)
        sandbox.account.settle(sandbox.now_ms)
        yield sandbox
    finally:
        sandbox.close()


def create(sandbox: Sandbox) -> None:
    body = {"model_name": "kling-v2-6", "image": _photo(), "prompt": "The camera pushes in."}
    ask(sandbox, "POST", LEGACY, body=body)


def page_of_500(sandbox: Sandbox) -> int:
    """The last full page of the list, or the only one."""
    made = sandbox.store.number("SELECT count(*) FROM tasks WHERE dialect = 'legacy'")
    return len(ask(sandbox, "GET", LEGACY, query={"pageSize": "500", "pageNum": str(max(1, made // 500))}))


def page(sandbox: Sandbox) -> None:
    ask(sandbox, "GET", LEGACY, query={"pageSize": "40"})


def look_up(sandbox: Sandbox) -> None:
    ask(sandbox, "GET", f"{LEGACY}/job-2")


def read_twenty(sandbox: Sandbox) -> None:
    names = ",".join(f"job-{number}" for number in range(20))
    ask(sandbox, "GET", "/tasks", query={"external_task_ids": names})


def piece(sandbox: Sandbox) -> None:
    ask(sandbox, "POST", "/tasks", body={"limit": 90})


def filtered(sandbox: Sandbox) -> None:
    """Running tasks, which are few and far apart."""
    ask(sandbox, "POST", "/tasks", body={"filters": [{"key": "status", "values": ["processing"]}], "limit": 2})


def filtered_out(sandbox: Sandbox) -> None:
    """A status that no task has."""
    ask(sandbox, "POST", "/tasks", body={"filters": [{"key": "status", "values": ["submitted"]}]})


def bill(sandbox: Sandbox) -> None:
    ask(sandbox, "POST", BILL, body=BILLED)


def costs(sandbox: Sandbox) -> None:
    ask(sandbox, "GET", "/account/costs", query={"start_time": "1", "end_time": "2"})


def walk(sandbox: Sandbox) -> int:
    """All tasks by the cursor, 500 at a time."""
    seen, cursor, has_more = 0, "", True
    while has_more:
        told = ask(sandbox, "POST", "/tasks", body={"limit": 500, "cursor": cursor})
        seen, cursor, has_more = seen + told["count"], told["next_cursor"], told["has_more"]
    return seen


def tell_all(sandbox: Sandbox) -> int:
    return len(json.loads(_send(sandbox, "GET", "/sandbox/tasks").body))


OF_ONE_SIZE: Mapping[str, Callable[[Sandbox], None]] = {
    "create": create,
    "look-up": look_up,
    "legacy page of 40": page,
    "GET /tasks of 20": read_twenty,
    "POST /tasks of 90": piece,
    "POST /tasks, two running": filtered,
    "POST /tasks, none submitted": filtered_out,
    "bill of 40": bill,
    "costs": costs,
}
OF_EVERY_TASK: Mapping[str, Callable[[Sandbox], int]] = {
    "legacy page of 500": page_of_500,
    "cursor walk": walk,
    "/sandbox/tasks": tell_all,
}


def _milliseconds(deed: Deed, times: int) -> float:
    took = []
    for _ in range(times):
        began = time.process_time()
        deed()
        took.append(1000 * (time.process_time() - began))
    return statistics.median(took)


def _copy(sandbox: Sandbox, tasks: int) -> None:
    """Add copies of the first task, made a second apart and all before it."""
    store = sandbox.store
    (first,) = store.every_task()
    with store.writing():
        for number in range(tasks):
            moment = first.created_ms - (tasks - number) * 1000
            is_new, is_running = number % 2 == 1, number % 50 == 0
            store.add(
                replace(
                    first,
                    id=mint_id(moment),
                    external_id=f"job-{number}",
                    created_ms=moment,
                    started_ms=moment + 1000,
                    ended_ms=first.created_ms + 10**7 if is_running else moment + 2000,
                    failure="Image pixel is invalid" if number % 20 == 3 else "",
                    dialect=Dialect.NEW if is_new else Dialect.LEGACY,
                    product=Product.IMAGE,
                    model_name="kling-2.6" if is_new else "kling-v2-6",
                )
            )


def ask(sandbox: Sandbox, method: str, path: str, **more: Any) -> Any:
    told = json.loads(_send(sandbox, method, path, **more).body)
    if told["code"]:
        raise SystemExit(f"{method} {path} answered {told}")
    return told["data"]


def _send(
    sandbox: Sandbox, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None
) -> Answer:
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    sent = b"" if body is None else json.dumps(body).encode()
    given = answer(sandbox, Request(method=method, path=path, query=query or {}, headers=headers, body=sent))
    if not isinstance(given, Answer):
        raise SystemExit(f"{method} {path} answered a file")
    return given


def _photo() -> str:
    file = BytesIO()
    Image.new("RGB", (400, 300), (180, 150, 120)).save(file, "JPEG")
    return base64.b64encode(file.getvalue()).decode()


if __name__ == "__main__":
    main()
