"""The Kling of a benchmark, a process of its own: `kling.py LOW HIGH SLOTS KEY REPORT`. Ends with its standard input.

It prints its address; at the end it writes its books, and when each task was made and ready, to the file REPORT.
"""

import json
import sys
from decimal import Decimal
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

from kling.sandbox.credentials import Credentials  # noqa: E402
from kling.sandbox.front.books import books_json  # noqa: E402
from kling.sandbox.front.server import running  # noqa: E402
from kling.sandbox.sandbox import Options  # noqa: E402
from waiting import clock  # noqa: E402


def main(low: str, high: str, slots: str, key: str, report: str) -> None:
    options = Options(
        credentials=Credentials(api_keys=frozenset([key])),
        render_seconds=(float(low), float(high)),
        quick_clips=True,
        parallel=int(slots),
        units=Decimal(10**6),
        clock=clock.inherited().now,
    )
    with running(options) as server:
        sys.stdout.write(f"{server.base_url}\n")
        sys.stdout.flush()
        sys.stdin.read()
        tasks = server.sandbox.store.every_task()
        times = {str(task.external_id): (task.created_ms / 1000, task.ended_ms / 1000) for task in tasks}
        Path(report).write_text(json.dumps({"books": books_json(server.sandbox), "tasks": times}))


if __name__ == "__main__":
    main(*sys.argv[1:])
