"""Ten thousand tasks in the store: creating, polling and listing stay quick."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sandbox_caller import IMAGE2VIDEO, Clock, Start

from kling.sandbox.ids import mint_id
from kling.sandbox.store import Store


def test_ten_thousand_tasks_do_not_make_it_slow(start: Start, clock: Clock, tmp_path: Path) -> None:
    kling = start(state=tmp_path, parallel=20_000)
    kling.made(external_task_id="first")
    beside = Store(tmp_path / "sandbox.sqlite3", now_ms=0)
    first = beside.find("first")
    assert first is not None
    with beside.writing():
        for number in range(10_000):
            ended = first.ended_ms - 3_600_000 if number % 10 else first.ended_ms
            task_id = mint_id(first.created_ms + number)
            beside.add(replace(first, id=task_id, external_id=f"job-{number}", ended_ms=ended))
    beside.close()

    def seconds(deed: Callable[[], object]) -> float:
        began = time.perf_counter()
        deed()
        return time.perf_counter() - began

    assert min(seconds(kling.create) for _ in range(3)) < 0.2
    assert min(seconds(lambda: kling.task("job-77")) for _ in range(3)) < 0.1
    assert min(seconds(lambda: kling.call("GET", f"{IMAGE2VIDEO}?pageSize=500&pageNum=20")) for _ in range(3)) < 0.3
    assert min(seconds(kling.books) for _ in range(3)) < 0.2
    assert min(seconds(kling.all_tasks) for _ in range(3)) < 1
    assert len(kling.all_tasks()) == kling.books()["made"] + 10_000
