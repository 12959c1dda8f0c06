"""How long videos took, for each model: at Kling, and from the approval until they could be watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.contrib.auth.models import AnonymousUser, User

import kling
from productvideo.admin import links
from productvideo.admin.figures_month import ShownMonth
from productvideo.admin.waiting import spoken
from productvideo.models import ProductVideo
from productvideo.states import Stage

LOOKED_AT = 3000  # the newest of the month; a median needs no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What the middle video of a model took."""

    simulated: bool
    model: str
    count: int
    at_kling: str
    in_all: str
    library: str


def waits_in(month: ShownMonth, user: User | AnonymousUser) -> list[Wait]:
    """Return a line for each model that finished videos in a month; one question."""
    finished = ProductVideo.objects.visible_to(user).filter(
        stage=Stage.COMPLETE, finished_at__gte=month.start, finished_at__lt=month.end, accepted_at__isnull=False
    )
    rows = finished.order_by("-finished_at").values_list(
        "account__simulated", "model_name", "created_at", "accepted_at", "rendered_at", "finished_at"
    )
    times: dict[tuple[bool, str], list[tuple[float, float]]] = {}
    for simulated, model, created, accepted, rendered, ended in rows[:LOOKED_AT]:
        taken = (_seconds(accepted, rendered or ended), _seconds(created, ended))
        times.setdefault((simulated, kling.names_of(model)[0]), []).append(taken)
    return [
        Wait(
            simulated=simulated,
            model=kling.title_of(model),
            count=len(taken),
            at_kling=_middle([at_kling for at_kling, _in_all in taken]),
            in_all=_middle([in_all for _at_kling, in_all in taken]),
            library=links.library(
                model=model, status="complete", simulated=simulated, since=month.first_day, until=month.last_day
            ),
        )
        for (simulated, model), taken in sorted(times.items())
    ]


def _seconds(start: datetime | None, end: datetime | None) -> float:
    return max(0.0, (end - start).total_seconds()) if start and end else 0.0


def _middle(seconds: list[float]) -> str:
    return spoken(timedelta(seconds=median(seconds)))
