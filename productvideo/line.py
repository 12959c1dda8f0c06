"""The line of videos that wait for a slot at Kling: who is next, and who stands where."""

from __future__ import annotations

import heapq
import uuid
from collections import Counter
from datetime import datetime

from django.db.models import Count, Min

from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import ProductVideoQuerySet
from productvideo.states import Stage


def next_in_line(account: KlingAccount) -> ProductVideo | None:
    """The persona with the fewest videos at Kling comes first, then the oldest video."""
    mine = ProductVideo.objects.of_account(account)
    waiting = mine.filter(stage=Stage.QUEUED).due()
    load = dict(mine.at_kling().order_by().values_list("persona").annotate(Count("pk")))
    heads = waiting.order_by().values_list("persona").annotate(Min("created_at"))
    # Not as a subquery: that would count anew for each of the videos that wait.
    first = min(heads, key=lambda head: (load.get(head[0], 0), head[1]), default=None)
    if first is None:
        return None
    line = waiting.filter(persona=first[0]).order_by("created_at")
    return line.select_related("persona", "photo", "account", "approved_by").first()


def places_in_line(account: KlingAccount) -> dict[uuid.UUID, int]:
    """Say, counted from 1, in which order the waiting videos would go, by the rule of `next_in_line`.

    As far as that can be known: whoever finishes first at Kling changes the order of the others.
    """
    mine = ProductVideo.objects.of_account(account)
    load = Counter(mine.at_kling().values_list("persona", flat=True))
    lines = _lines(mine.filter(stage=Stage.QUEUED).order_by("-created_at", "-pk"))
    heads = [(load[persona], line[-1], persona) for persona, line in lines.items()]
    heapq.heapify(heads)
    places: dict[uuid.UUID, int] = {}
    while heads:
        at_kling, (_, video), persona = heapq.heappop(heads)
        places[video] = len(places) + 1
        lines[persona].pop()
        if line := lines[persona]:
            heapq.heappush(heads, (at_kling + 1, line[-1], persona))
    return places


def _lines(waiting: ProductVideoQuerySet) -> dict[int, list[tuple[datetime, uuid.UUID]]]:
    lines: dict[int, list[tuple[datetime, uuid.UUID]]] = {}
    for persona, created_at, video in waiting.values_list("persona", "created_at", "pk"):
        lines.setdefault(persona, []).append((created_at, video))
    return lines
