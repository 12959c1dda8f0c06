"""The append-only ledger: what was sent to Kling and looked for there, what came of it, and what it cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, Expression, F, Max, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

import kling
from personas.models import Persona
from productvideo.models import ProductVideo, Submission
from productvideo.querysets import now

Kind = Submission.Kind
Outcome = Submission.Outcome
# What Kling has taken costs its list price until Kling says otherwise, whatever becomes of the video here.
COSTS = Q(kind=Kind.ORDER) & (Q(outcome__in=(Outcome.ACCEPTED, Outcome.ADOPTED)) | Q(units_charged__isnull=False))


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
    """Write down Kling's no, or that there was no clear answer; what was found at Kling meanwhile stands."""
    Submission.objects.filter(pk=submission.pk, outcome=Outcome.UNCLEAR).update(
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
        task_id, known = by_id[entry.video_id].task_id, found.get(entry.video_id)
        if entry.task_id not in ("", task_id):
            continue  # another task's line: Kling took the order twice
        if known is None or known.task_id != task_id:  # one task is one line, and one charge
            found[entry.video_id] = entry
    for entry in found.values():
        if entry.outcome != Outcome.ACCEPTED:
            entry.outcome = Outcome.ADOPTED
            entry.task_id = by_id[entry.video_id].task_id
    Submission.objects.bulk_update(found.values(), ["outcome", "task_id"])
    forgotten = [video for pk, video in by_id.items() if pk not in found]
    Submission.objects.bulk_create(
        Submission(
            **_whose(video),
            outcome=Outcome.ADOPTED,
            task_id=video.task_id,
            sent_at=video.submitted_at or video.created_at,  # it counts in the month of its order
        )
        for video in forgotten
    )


def record_second_task(video: ProductVideo, task: kling.Task) -> None:
    """Write down a task that Kling has beside a video's own: what it costs counts too."""
    known = Submission.objects.filter(kind=Kind.ORDER, host=video.account.host, task_id=task.task_id)
    if not known.exists():
        Submission.objects.create(
            **_whose(video),
            outcome=Outcome.ADOPTED,
            task_id=task.task_id,
            detail="A second task of this video at Kling.",
            sent_at=video.submitted_at or video.created_at,
        )
    if task.units is not None:
        known.filter(units_charged__isnull=True).update(units_charged=task.units)


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
    """Write down what a Kling host charged, by task id.

    A task that the ledger does not know yet is entered first: its worker died before it could. Where the list price
    stands already, it may have been assumed for a task that was lost, and what Kling says takes its place.
    """
    lines = _lines_of(charges, host=host)
    if unknown := charges.keys() - lines.keys():
        videos = ProductVideo.objects.filter(account__host=host, task_id__in=unknown)
        record_adopted(videos.select_related("persona", "account", "approved_by"))
        lines |= _lines_of(unknown, host=host)
    changed = []
    for task_id, line in lines.items():
        if line.units_charged in (None, line.units_estimated) and line.units_charged != charges[task_id]:
            line.units_charged = charges[task_id]
            changed.append(line)
    Submission.objects.bulk_update(changed, ["units_charged"])


def _lines_of(task_ids: Collection[str], *, host: str) -> dict[str, Submission]:
    """Return one line for each of these tasks, the first that has it."""
    orders = Submission.objects.filter(kind=Kind.ORDER, host=host, task_id__in=task_ids)
    return {line.task_id: line for line in orders.order_by("-sent_at", "-pk")}


def units_this_month(persona: Persona, *, simulated: bool) -> Decimal:
    """Return what a persona has spent and reserved since the month began (UTC)."""
    return units_by_persona([persona.pk], simulated=simulated).get(persona.pk, Decimal(0))


def units_by_persona(personas: Collection[int], *, simulated: bool) -> dict[int, Decimal]:
    """Return what each persona has spent and reserved since the month began (UTC), by its id; no entry for nothing.

    What Kling has taken counts in the month in which it was sent: as charged, and at its list price until that is
    known. What waits here, or has no answer, is reserved, and counts in the month that is running. A video is in one
    of the two sums, and one statement reads both, so that none is missed or counted twice on its way from one to the
    other. Failed and cancelled videos that Kling never took are in neither; deleting gives nothing back.
    """
    units: dict[int, Decimal] = {}
    taken, reserved = _taken_this_month(simulated, personas), _reserved(simulated, personas)
    for persona, more in taken.union(reserved, all=True):
        units[persona] = units.get(persona, Decimal(0)) + more
    return units


def month_of(persona: int, *, simulated: bool) -> tuple[Decimal, Decimal]:
    """Return what a persona has spent since the month began (UTC), and what is reserved for it beside that."""
    taken = _taken_this_month(simulated, [persona]).annotate(what=Value("taken")).values_list("what", "cost")
    reserved = _reserved(simulated, [persona]).annotate(what=Value("reserved")).values_list("what", "cost")
    units = dict(taken.union(reserved, all=True))
    return units.get("taken", Decimal(0)), units.get("reserved", Decimal(0))


class Day(NamedTuple):
    """What became of the orders that were sent on one day for one persona, in practice or for real."""

    simulated: bool
    persona_key: int
    day: date
    persona: str
    units: Decimal
    made: int
    failed: int


def days_of(start: datetime, end: datetime, *, personas: Collection[int] | None) -> list[Day]:
    """Return what was spent between two moments, day by day (UTC), also for videos that are deleted by now.

    None for all personas, those that are gone too. A video whose charge is not known yet is neither made nor failed.
    """
    lines = Submission.objects.filter(COSTS, sent_at__gte=start, sent_at__lt=end)
    if personas is not None:
        lines = lines.filter(persona_key__in=personas)
    by_day = lines.order_by().values("simulated", "persona_key", day=TruncDate("sent_at", tzinfo=UTC))
    found = by_day.annotate(
        name=Max("persona"),
        units=Sum(Coalesce("units_charged", "units_estimated")),
        made=Count("pk", filter=Q(units_charged__gt=0)),
        failed=Count("pk", filter=Q(units_charged=0)),
    )
    rows = found.values_list("simulated", "persona_key", "day", "name", "units", "made", "failed")
    return sorted(Day(*row) for row in rows)


def reserved_units(personas: Collection[int]) -> dict[tuple[bool, int], Decimal]:
    """Return what is reserved for videos that wait here, by whether it is practice, and persona."""
    is_taken = Exists(Submission.objects.filter(COSTS, video_id=OuterRef("pk")))
    waiting = ProductVideo.objects.unfinished().filter(~is_taken, persona__in=personas)
    sums = waiting.order_by().values_list("account__simulated", "persona").annotate(cost=Sum("units_estimated"))
    return {(simulated, persona): cost for simulated, persona, cost in sums}


def first_month() -> datetime | None:
    """Return when the first order was sent."""
    first: datetime | None = Submission.objects.filter(kind=Kind.ORDER).aggregate(first=Min("sent_at"))["first"]
    return first


def beginning_of_month(moment: Expression | F) -> TruncMonth:
    """Return when a moment's month began by UTC, and not by the clock of whoever looks."""
    return TruncMonth(moment, tzinfo=UTC)


def _taken_this_month(simulated: bool, personas: Collection[int]) -> QuerySet[Submission, tuple[int, Decimal]]:
    lines = Submission.objects.filter(COSTS, simulated=simulated, persona_key__in=personas)
    lines = lines.filter(sent_at__gte=beginning_of_month(now()))
    cost = Sum(Coalesce("units_charged", "units_estimated"))
    return lines.order_by().values_list("persona_key").annotate(cost=cost)


def _reserved(simulated: bool, personas: Collection[int]) -> QuerySet[ProductVideo, tuple[int, Decimal]]:
    is_taken = Exists(Submission.objects.filter(COSTS, video_id=OuterRef("pk")))
    waiting = ProductVideo.objects.unfinished().filter(~is_taken, account__simulated=simulated, persona__in=personas)
    return waiting.order_by().values_list("persona").annotate(cost=Sum("units_estimated"))


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
