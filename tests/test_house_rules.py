"""Rules that the promises stand on, and whose breaking no test of behaviour would see: read from the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from config import celery

ROOMS = ("config", "kling", "personas", "productvideo")
PUBLISHES = {"delay", "apply_async", "send_task", "retry", "s", "si", "signature"}
# Whose clock it is does not matter there: what people read, ages of files on this machine, JWTs and links.
OWN_CLOCK = {
    "productvideo/accounts.py",  # the window of a question about costs
    "productvideo/admin/site.py",
    "productvideo/admin/waiting.py",
    "productvideo/ages.py",
    "productvideo/demo/many.py",  # when invented videos were made
    "productvideo/oneshot/practice.py",
    "productvideo/pipeline/sweep.py",
    "productvideo/reconcile/reading.py",  # since when Kling's list is read: all that it keeps
    "productvideo/scenes/circuit.py",  # how long OpenAI is left alone
    "productvideo/services/budgets.py",  # the day on which the next month begins, in a sentence
}


def sources(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for path in sorted((Path(settings.BASE_DIR) / room).rglob("*.py")):
            yield str(path.relative_to(settings.BASE_DIR)), ast.parse(path.read_text())


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_nothing_but_beat_publishes_so_a_dead_broker_stops_no_request() -> None:
    found = [
        f"{name}:{call.lineno}"
        for name, tree in sources(*ROOMS)
        if "celery" in ast.dump(tree)
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in PUBLISHES
    ]

    assert found == []


def test_a_message_carries_no_work() -> None:
    ticks = celery.app.conf.beat_schedule.values()

    assert all(not tick.get("args") and not tick.get("kwargs") and tick["options"]["expires"] for tick in ticks)
    assert {tick["task"].rpartition(".")[2] for tick in ticks} == {"submit", "check", "collect", "write", "sweep"}


def test_a_worker_acknowledges_first_and_keeps_no_message_for_later() -> None:
    kept = ("task_acks_late", "task_reject_on_worker_lost", "result_backend")

    assert not any(getattr(celery.app.conf, name) for name in kept)


def test_what_is_due_is_decided_by_the_clock_of_the_database_alone() -> None:
    found = {
        name
        for name, tree in sources("productvideo")
        for call in calls(tree)
        if ast.unparse(call.func) in ("timezone.now", "datetime.now", "time.time", "datetime.utcnow")
    }

    assert found <= OWN_CLOCK


@pytest.mark.parametrize("name", ["kling/client.py", "kling/exchange.py", "kling/wire/transport.py"])
def test_the_client_never_repeats_an_order_by_itself(name: str) -> None:
    [tree] = [tree for found, tree in sources("kling") if found == name]
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]

    sends = [call for loop in loops for call in ast.walk(loop) if isinstance(call, ast.Call)]
    assert not any(word in ast.unparse(call.func) for call in sends for word in ("create", ".order"))


def test_no_request_and_no_file_waits_inside_a_transaction() -> None:
    network = ("client.", "download(", "keep_file(", "keep_bytes(", "default_storage.", "open_client(", "send_mail(")
    found = [
        f"{name}:{inside.lineno}"
        for name, tree in sources("productvideo/pipeline", "productvideo/services", "productvideo/reconcile")
        for block in ast.walk(tree)
        if isinstance(block, ast.With) and any("atomic" in ast.unparse(item) for item in block.items)
        for line in block.body
        for inside in ast.walk(line)
        if isinstance(inside, ast.Call) and ast.unparse(inside).startswith(network)
    ]

    assert found == []
