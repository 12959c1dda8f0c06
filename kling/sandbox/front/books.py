"""The sandbox's own books: what it was asked, what it made, what it charged; open to everybody on this machine."""

from collections.abc import Mapping
from html import escape
from typing import Any

from kling.sandbox.faults.catalog import COUNTED
from kling.sandbox.routes import READS, Call
from kling.sandbox.sandbox import Sandbox
from kling.sandbox.tasks import Task

_NEWEST = 20


def books_json(sandbox: Sandbox) -> dict[str, Any]:
    """Return the books; `charged` and `remaining` are units."""
    now_ms = sandbox.now_ms
    tallies = sandbox.store.tallies()
    under_way = sandbox.store.under_way(now_ms)
    count = {name: int(tallies.get(name, 0)) for name in ("asked", "made", "succeeding", "failing")}
    reads = {call: int(tallies.get(call, 0)) for call in READS}
    sandbox.account.settle(now_ms)
    return {
        "asked": count["asked"],
        "made": count["made"],
        "paid_twice": sandbox.store.count_repeated_ids(),
        "repeats_refused": int(tallies.get("repeats refused", 0)),
        "charged": float(sandbox.account.charged(now_ms)),
        "remaining": float(sandbox.account.left(now_ms)),
        "in_progress": under_way.running,
        "most_at_once": int(tallies.get("most at once", 0)),
        "complete": count["succeeding"] - (under_way.running - under_way.failing),
        "failed": count["failing"] - under_way.failing,
        "refused": {name[8:]: int(amount) for name, amount in sorted(tallies.items()) if name.startswith("refused ")},
        "lost_answers": int(tallies.get("lost answers", 0)),
        "broken_downloads": int(tallies.get("broken downloads", 0)),
        "reads": sum(reads.values()),
        "list_reads": reads[Call.LIST],
        "look_ups": reads[Call.LOOK_UP],
        "callbacks": sandbox.callbacks.journal.books(),
        "faults": {name: int(tallies.get(f"fault {name}", 0)) for name in COUNTED},
        "rendered": sandbox.shelf.rendered,
        "parallel": sandbox.account.parallel(now_ms),
    }


_WORDS = {
    "asked": "Creates asked for",
    "made": "Tasks made",
    "paid_twice": "External ids with two tasks",
    "repeats_refused": "Repeats refused",
    "charged": "Units charged",
    "remaining": "Units left",
    "in_progress": "In progress",
    "most_at_once": "Most at once",
    "complete": "Complete",
    "failed": "Failed",
    "lost_answers": "Answers lost on request",
    "broken_downloads": "Downloads broken on request",
    "reads": "Reads",
    "list_reads": "Reads of the list",
    "look_ups": "Look-ups",
    "rendered": "Films rendered since the start",
}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Kling sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2129; }}
h1 {{ margin-bottom: 0; }} p {{ color: #4a5160; }}
dl {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .75rem; }}
dl div {{ border: 1px solid #d8dce3; border-radius: .5rem; padding: .6rem .8rem; }}
dt {{ font-size: .85rem; color: #4a5160; }} dd {{ margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #e6e9ee; }}
</style></head><body>
<h1>Kling sandbox</h1>
<p>A local stand-in for Kling, for practice and tests. Nothing is sent anywhere, nothing costs money.
The same figures <a href="/?format=json">as JSON</a>.</p>
<dl>{figures}</dl>
<h2>Refused creates, by code</h2><p>{refused}</p>
<h2>Callbacks, by outcome</h2><p>{callbacks}</p>
<h2>Faults dealt</h2><p>{dealt}</p>
<h2>Faults set</h2><p>{faults}</p>
<h2>Newest tasks</h2>
<table><tr><th>Task</th><th>External id</th><th>State</th><th>Model</th><th>Seconds</th>
<th>Camera</th><th>Units</th></tr>
{rows}</table>
</body></html>
"""


def books_page(sandbox: Sandbox) -> str:
    books = books_json(sandbox)
    return _PAGE.format(
        figures="".join(_figure(words, books[name]) for name, words in _WORDS.items()),
        refused=_listed(books["refused"]),
        callbacks=_listed({name: times for name, times in books["callbacks"].items() if times}),
        dealt=_listed({name: times for name, times in books["faults"].items() if times}),
        faults=_listed(sandbox.mishaps.faults.set_values),
        rows="\n".join(_row(task, sandbox.now_ms) for task in sandbox.store.page(1, _NEWEST)),
    )


def _listed(amounts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {amount}" for name, amount in amounts.items()) or "none"


def _figure(words: str, amount: float) -> str:
    text = f"{amount:,.2f}".rstrip("0").rstrip(".")
    return f"<div><dt>{words}</dt><dd>{text}</dd></div>"


def _row(task: Task, now_ms: int) -> str:
    cells = (
        task.id,
        task.external_id or "",
        task.status(now_ms),
        f"{task.model_name} {task.mode}",
        task.duration,
        task.move,
        task.units,
    )
    return "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>"
