"""What a scenario's outcome comes to, in numbers that can be compared."""

from math import ceil
from typing import Any

from waiting.world import Outcome

USUAL = 5.0  # seconds between two looks at one task, the usual way


def figures(outcome: Outcome) -> dict[str, Any]:
    """Return the numbers of a scenario by their names; times are in seconds of its own clock."""
    books, checker = outcome.books, outcome.workers["check"]
    ready = {video: ended for video, (_, ended) in outcome.tasks.items()}
    finished = [video for video, (stage, _) in outcome.noticed.items() if stage == "complete"]
    delays = sorted(outcome.noticed[video][1] - ready[video] for video in finished)
    usual = [usual_reads(ended - made) for made, ended in outcome.tasks.values()]
    reads = books["reads"] / len(finished)
    return {
        "videos": outcome.scenario.videos,
        "finished": len(finished),
        "slots": outcome.scenario.slots,
        "compress": outcome.scenario.compress,
        "most in flight": books["most_at_once"],
        "paid twice": books["paid_twice"],
        "list pages": books["list_reads"],
        "look-ups": books["look_ups"],
        "costs": books["reads"] - books["list_reads"] - books["look_ups"],
        "callbacks": sum(books["callbacks"].values()),
        "callbacks taken": books["callbacks"]["delivered"],
        "reads per video": round(reads, 3),
        "the usual way": round(sum(usual) / len(usual), 2),
        "times fewer": round(sum(usual) / len(usual) / reads, 1),
        "noticed after, p50": _part(delays, 0.5),
        "noticed after, p95": _part(delays, 0.95),
        "noticed after, most": _part(delays, 1.0),
        "SQL per page, least": min(checker["pages"]),
        "SQL per page, most": max(checker["pages"]),
        "SQL per video": round(checker["statements"] / len(finished), 2),
        "peak MB": round(checker["peak_mb"], 1),
        "CPU ms per video": round(checker["cpu"] * 1000 / len(finished), 2),
        "seconds": round(max(worker["seconds"] for worker in outcome.workers.values())),
    }


def usual_reads(seconds: float) -> int:
    """One look at the task every 5 s from its making on; the first one at or after its end is the last."""
    return ceil(seconds / USUAL)


def _part(ordered: list[float], part: float) -> float:
    return round(ordered[ceil(part * len(ordered)) - 1], 2)
