"""How a comparison is told: lines for people, one object for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from productvideo.reconcile.comparing import Comparison
from productvideo.reconcile.findings import AtKling, Finding, Verdict


def as_json(comparison: Comparison, findings: Sequence[Finding], *, dry_run: bool) -> dict[str, Any]:
    """Describe everything; `counts` has every kind that was found, `look` how many need a person."""
    counts: Counter[str] = Counter()
    for finding in findings:
        counts[str(finding.kind)] += finding.count
    return {
        "host": comparison.host,
        "practice": comparison.simulated,
        "dry_run": dry_run,
        "tasks": comparison.tasks,
        "videos": comparison.videos,
        "orders": comparison.orders,
        "look": len(for_a_person(findings)),
        "counts": dict(sorted(counts.items())),
        "findings": [_finding(finding) for finding in findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": str(finding.kind),
        "verdict": str(finding.verdict),
        "video": str(finding.video_id) if finding.video_id else None,
        "tasks": [_task(task) for task in finding.tasks],
        "count": finding.count,
        "sentence": finding.sentence,
        "done": finding.done,
    }


def _task(task: AtKling) -> dict[str, Any]:
    return {
        "id": task.task_id,
        "status": task.status or None,
        "units": None if task.units is None else float(task.units),
        "created_at": task.created_at.isoformat() if task.created_at else None,
    }


def head(comparison: Comparison) -> str:
    """Say what was compared with what."""
    where = "the practice sandbox" if comparison.simulated else comparison.host
    told = (
        f"Compared {_many(comparison.tasks, 'task')} at {where} with {_many(comparison.videos, 'video')} and"
        f" {_many(comparison.orders, 'order')} here."
    )
    return f"Practice mode, nothing here costs anything. {told}" if comparison.simulated else told


def lines_of(finding: Finding, *, dry_run: bool) -> Iterator[str]:
    """Tell a finding in a line, and its ids below."""
    mark = "to mend" if dry_run and finding.verdict is Verdict.MENDED else str(finding.verdict)
    done = finding.done[:1].upper() + finding.done[1:]
    yield f"{mark:<9} {finding.sentence} {done}."
    ids = [f"video {finding.video_id}"] if finding.video_id else []
    ids += [f"task {task.task_id}" for task in finding.tasks if task.task_id]
    if ids:
        yield f"{'':<9} {', '.join(ids)}"


def foot(findings: Sequence[Finding], *, dry_run: bool) -> str:
    """Sum up, and say what to do next."""
    if not findings:
        return "No difference: everything at Kling is known here, and everything here is known at Kling."
    verdicts = Counter(finding.verdict for finding in findings)
    mended = "would be mended" if dry_run else "mended"
    told = (
        f"{_many(len(findings), 'difference')}: {verdicts[Verdict.MENDED]} {mended},"
        f" {verdicts[Verdict.EXPLAINED]} explained, {verdicts[Verdict.LOOK]} for you to look at."
    )
    return f"{told} Nothing was changed (--dry-run)." if dry_run else told


def for_a_person(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.verdict is Verdict.LOOK]


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count:,} {word}s"
