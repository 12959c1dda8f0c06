"""The line of videos that wait for a slot at Kling: who is next, and who stands where."""

from __future__ import annotations

import heapq
import uuid
from collections import Counter
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import ProductVideoQuerySet
from productvideo.states import Stage


def next_in_line(account: KlingAccount) -> ProductVideo | None:
    """The persona with the fewest videos at Kling comes first, then the oldest video."""
    mine = ProductVideo.objects.of_account(account)
    at_kling = mine.at_kling().filter(persona=OuterRef("persona")).order_by().values("persona")
    load = Coalesce(Subquery(at_kling.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    waiting = mine.filter(stage=Stage.QUEUED).due().annotate(load=load)
    return waiting.select_related("persona", "photo", "account", "approved_by").order_by("load", "created_at").first()


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
