"""Our side of a comparison: the videos of one Kling host, and what the ledger wrote down about it. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from productvideo import ledger
from productvideo.models import ProductVideo, Submission
from productvideo.pipeline.adopt import KEPT_BY_KLING
from productvideo.querysets import ProductVideoQuerySet, now
from productvideo.states import AT_KLING, Stage

AT_ONCE = 500
JUST_NOW = timedelta(seconds=60)  # an order's deadline, and time for the answer to be written down

Thing = TypeVar("Thing")


def in_parts(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    """Hand out a long list in parts that one query can ask about."""
    rest = iter(things)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def videos_of(host: str) -> ProductVideoQuerySet:
    """Return the videos of a Kling host, found by its name: a dry run makes no row for a host that is new."""
    videos = ProductVideo.objects.filter(account__host=host)
    return videos.select_related("account", "persona", "approved_by").defer("prompt", "negative_prompt", "source_url")


def at_kling(host: str) -> ProductVideoQuerySet:
    """Return what Kling should have; what is just being sent, or was just accepted, may not show there yet."""
    videos = videos_of(host).filter(stage__in=AT_KLING)
    return videos.exclude(submitted_at__gt=now() - JUST_NOW).exclude(accepted_at__gt=now() - JUST_NOW)


def complete(host: str) -> ProductVideoQuerySet:
    return videos_of(host).filter(stage=Stage.COMPLETE).order_by("created_at", "pk")


def orders_at(host: str) -> Sequence[Submission]:
    """Return the orders that Kling took and keeps still: nothing younger than 30 days is deleted there."""
    taken = Submission.objects.filter(
        kind=ledger.Kind.ORDER,
        host=host,
        outcome__in=(ledger.Outcome.ACCEPTED, ledger.Outcome.ADOPTED),
        sent_at__gt=now() - KEPT_BY_KLING,
        sent_at__lt=now() - JUST_NOW,
    )
    return list(taken.exclude(task_id="").order_by("sent_at", "pk"))


def orders_of_tasks(host: str, task_ids: Collection[str]) -> dict[str, list[Submission]]:
    """Return the ledger's lines about tasks, by task id."""
    lines: dict[str, list[Submission]] = {}
    found = Submission.objects.filter(kind=ledger.Kind.ORDER, host=host, task_id__in=task_ids)
    for line in found.order_by("sent_at", "pk"):
        lines.setdefault(line.task_id, []).append(line)
    return lines


def known_to_ledger(ids: Collection[UUID], task_ids: Collection[str]) -> tuple[set[UUID], set[str]]:
    """Return which of these videos and tasks the ledger has ever heard of, whatever became of the videos."""
    videos = Submission.objects.filter(video_id__in=ids).values_list("video_id", flat=True)
    tasks = Submission.objects.filter(task_id__in=task_ids).values_list("task_id", flat=True)
    return set(videos), set(tasks)


def counts_of(host: str) -> tuple[int, int]:
    """Return how many videos and orders there are."""
    orders = Submission.objects.filter(kind=ledger.Kind.ORDER, host=host)
    return ProductVideo.objects.filter(account__host=host).count(), orders.count()
