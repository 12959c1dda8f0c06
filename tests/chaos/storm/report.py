"""What a storm says at its end: one plain table, and of every offending video its whole story."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from storm.evidence import Evidence
from storm.judge import Breach, left_behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A storm that is over; `seconds` until no video was unfinished, None when that was waited for in vain."""

    title: str
    evidence: Evidence
    breaches: list[Breach]
    mischief: Counter[str]
    in_talk: int
    answers: Counter[str]
    ended_in_storm: int
    seconds: float | None
    stayed: list[str]  # processes that did not stop when asked to


def table(outcome: Outcome) -> dict[str, Any]:
    """Return every line of the table, in order."""
    evidence, books = outcome.evidence, outcome.evidence.books
    stages = Counter(video.stage for video in evidence.videos)
    left = left_behind(evidence)
    reads = sum(int(books[kind]) for kind in ("list_reads", "look_ups"))
    return {
        "videos asked for": evidence.wanted,
        "tasks Kling made": len(evidence.tasks),
        "paid twice": books["paid_twice"],
        "lost": len(evidence.videos) - stages["complete"] - stages["failed"],
        "complete": stages["complete"],
        "failed with a reason": _counts(Counter(v.error_code for v in evidence.videos if v.stage == "failed")),
        "ended in the storm": outcome.ended_in_storm,
        "mischief": _counts(outcome.mischief),
        "workers hit in a talk": outcome.in_talk,
        "Kling's faults": _counts(Counter(books["faults"])),
        "answers to approvals": _counts(outcome.answers),
        "orders sent": sum(entry.kind == "order" for entry in evidence.ledger),
        "most at once": f"{books['most_at_once']} of {evidence.slots}",
        "reads per video": f"{reads / max(evidence.wanted, 1):.2f}",
        "files left behind": _counts(left),
        "did not stop in time": _counts(Counter(outcome.stayed)),
        "seconds to settle": "never" if outcome.seconds is None else f"{outcome.seconds:.0f}",
        "promises broken": _counts(Counter(breach.promise for breach in outcome.breaches)),
    }


def print_table(outcome: Outcome) -> None:
    print(f"\n{outcome.title}")
    for name, value in table(outcome).items():
        print(f"  {name:<22} {value}", flush=True)


def print_breaches(outcome: Outcome) -> None:
    for breach in outcome.breaches[:30]:
        print(f"\nBROKEN: {breach.promise}. {breach.says}")
        if breach.video:
            _print_story(outcome.evidence, breach.video)


def print_last(outcome: Outcome) -> None:
    """Print the story of the video that ended last: it says what the settling waited for."""
    endings = [event for event in outcome.evidence.events if event.end in ("complete", "failed")]
    if endings:
        print("\nThe last to end:")
        _print_story(outcome.evidence, max(endings, key=lambda event: event.at).video)


def write_json(outcome: Outcome, path: Path) -> None:
    told = {"title": outcome.title, "breaches": [asdict(breach) for breach in outcome.breaches], **table(outcome)}
    path.write_text(json.dumps(told, indent=1, default=str) + "\n")


def _print_story(evidence: Evidence, video: str) -> None:
    """Print a video's row, timeline and ledger, and Kling's tasks for it."""
    print(f"  video {video}")
    for row in (row for row in evidence.videos if row.id == video):
        print(f"    row     {row}")
    for event in (event for event in evidence.events if event.video == video):
        print(f"    moved   {event.at}  {event.start or '·'} -> {event.end}: {event.why}")
    for entry in (entry for entry in evidence.ledger if entry.video == video):
        told = f"{entry.outcome} {entry.task_id} {entry.code or ''} {entry.detail}"
        print(f"    {entry.kind:<7} {entry.sent_at} answered {entry.answered_at}: {told}")
    for task in (task for task in evidence.tasks if task.external_id == video):
        print(f"    task    {task}")


def _counts(counted: Counter[str]) -> str:
    """Write the sum, and what it is made of."""
    parts = ", ".join(f"{name} {times}" for name, times in sorted(counted.items()) if times)
    return f"{sum(counted.values())}{f' ({parts})' if parts else ''}"
