"""The append-only ledger: what was sent to Kling and looked for there, what came of it, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

import kling
from personas.models import Persona
from productvideo.models import ProductVideo, Submission
from productvideo.querysets import now

Kind = Submission.Kind
Outcome = Submission.Outcome


def record_sending(video: ProductVideo) -> Submission:
    """Write down a POST before it is sent; until an answer comes, nobody knows what became of it."""
    return Submission.objects.create(**_whose(video))


def record_answer(submission: Submission, outcome: Outcome, *, task: kling.Task | None = None) -> None:
    """Write down Kling's yes, with its ids."""
    Submission.objects.filter(pk=submission.pk).update(
        outcome=outcome,
        answered_at=now(),
        task_id=task.task_id if task else "",
        request_id=task.request_id if task else "",
    )


def record_error(submission: Submission, outcome: Outcome, error: kling.KlingError) -> None:
    """Write down Kling's no, or that there was no clear answer."""
    Submission.objects.filter(pk=submission.pk).update(
        outcome=outcome,
        answered_at=now(),
        request_id=error.request_id[:100],
        code=error.code,
        detail=error.sentence,
    )


def record_adopted(videos: Iterable[ProductVideo]) -> None:
    """Write down that Kling has these tasks: for the sending that got no answer, or anew if we forgot sending them."""
    by_id = {video.pk: video for video in videos}
    found: dict[object, Submission] = {}
    sent = Submission.objects.filter(kind=Kind.ORDER, video_id__in=by_id).exclude(outcome=Outcome.REFUSED)
    for entry in sent.order_by("sent_at", "pk"):
        found[entry.video_id] = entry
    for entry in found.values():
        if entry.outcome != Outcome.ACCEPTED:
            entry.outcome = Outcome.ADOPTED
            entry.task_id = by_id[entry.video_id].task_id
    Submission.objects.bulk_update(found.values(), ["outcome", "task_id"])
    forgotten = [video for pk, video in by_id.items() if pk not in found]
    Submission.objects.bulk_create(
        Submission(**_whose(video), outcome=Outcome.ADOPTED, task_id=video.task_id) for video in forgotten
    )


def record_look_ups(
    videos: Iterable[ProductVideo],
    outcome: Outcome,
    *,
    detail: str = "",
    request_id: str = "",
    code: int | None = None,
) -> None:
    """Write down that Kling was asked about videos whose sending got no clear answer; asking costs nothing."""
    told = {
        "kind": Kind.LOOK_UP,
        "outcome": outcome,
        "detail": detail,
        "request_id": request_id[:100],
        "code": code,
        "units_estimated": Decimal(0),
        "answered_at": now(),
    }
    Submission.objects.bulk_create(Submission(**_whose(video) | told) for video in videos)


def answers_lost(videos: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of these videos, just being sent, whose last sending ended without a clear answer."""
    last: dict[UUID, Submission] = {}
    for entry in Submission.objects.filter(kind=Kind.ORDER, video_id__in=videos).order_by("sent_at", "pk"):
        last[entry.video_id] = entry
    unclear = {pk for pk, entry in last.items() if entry.outcome == Outcome.UNCLEAR and entry.answered_at}
    return frozenset(unclear)


def orders_of(video: ProductVideo) -> QuerySet[Submission]:
    """Return what was sent for a video, oldest first."""
    return Submission.objects.filter(kind=Kind.ORDER, video_id=video.pk).order_by("sent_at", "pk")


def record_charges(charges: dict[str, Decimal], *, host: str) -> None:
    """Write down what a Kling host charged, by task id."""
    orders = Submission.objects.filter(kind=Kind.ORDER, host=host, task_id__in=charges)
    entries = list(orders.filter(units_charged__isnull=True))
    for entry in entries:
        entry.units_charged = charges[entry.task_id]
    Submission.objects.bulk_update(entries, ["units_charged"])


def units_this_month(persona: Persona, *, simulated: bool) -> Decimal:
    """Return what a persona has spent and reserved since the month began (UTC): charged units, and estimates of
    what is not finished. Deleting a video gives nothing back."""
    month = TruncMonth(now())
    charged = Submission.objects.filter(
        persona_key=persona.pk, simulated=simulated, sent_at__gte=month, units_charged__isnull=False
    ).aggregate(total=Sum("units_charged"))["total"]
    reserved = (
        ProductVideo.objects.unfinished()
        .filter(persona=persona, account__simulated=simulated, rendered_at__isnull=True)
        .aggregate(total=Sum("units_estimated"))["total"]
    )
    return (charged or Decimal(0)) + (reserved or Decimal(0))


def _whose(video: ProductVideo) -> dict[str, object]:
    return {
        "video_id": video.pk,
        "host": video.account.host,
        "simulated": video.account.simulated,
        "persona_key": video.persona_id,
        "persona": video.persona.name,
        "approved_by": video.approved_by.get_username() if video.approved_by else "",
        "units_estimated": video.units_estimated,
    }
