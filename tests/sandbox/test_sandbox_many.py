"""Ten thousand tasks make the sandbox hardly slower than a hundred; benchmarks/sandbox.py says how quick it is."""

import importlib.util
from types import ModuleType

import pytest
from django.conf import settings

MOST_TIMES_LONGER = 10  # on a machine that does other things, too; measured are 0.8 to 1.5
LEAST_MS = 0.2  # what is quicker than this is measured too roughly to be compared


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    found = importlib.util.spec_from_file_location("bench_sandbox", settings.BASE_DIR / "benchmarks" / "sandbox.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_no_answer_takes_much_longer_with_ten_thousand_tasks_than_with_a_hundred(benchmark: ModuleType) -> None:
    few, many = (benchmark.measure(tasks, times=5) for tasks in (100, 10_000))

    assert len(few) == 12
    slower = {
        name: (few[name], many[name]) for name in few if many[name] > MOST_TIMES_LONGER * max(few[name], LEAST_MS)
    }
    per_task = {name: many[name] for name in many if name.endswith("per task") and many[name] > LEAST_MS * 5}
    assert (slower, per_task) == ({}, {})


def test_what_is_measured_is_really_answered(benchmark: ModuleType) -> None:
    with benchmark.filled(600) as sandbox:
        counts = {name: deed(sandbox) for name, deed in benchmark.OF_EVERY_TASK.items()}
        told = benchmark.ask(sandbox, "POST", benchmark.BILL, body=benchmark.BILLED)

    assert counts == {"legacy page of 500": 301, "cursor walk": 600, "/sandbox/tasks": 600}
    assert told["result"]["count"] == 40
