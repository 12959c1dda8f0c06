"""Writing the log: who spent, shared or deleted what."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.contrib.auth.models import User

from personas.models import Persona
from productvideo.models import AuditEntry, ProductVideo

Kind = AuditEntry.Kind
COMMAND_LINE = "the command line"
NIGHTLY = "the nightly job"


def record(
    kind: Kind,
    subject: str,
    *,
    by: User | None,
    persona: Persona | None,
    who: str = COMMAND_LINE,
    units: Decimal | None = None,
    simulated: bool = False,
) -> None:
    """Write one line; `who` is told where no person did it."""
    AuditEntry.objects.create(
        kind=kind,
        subject=subject[:500],
        by=by,
        who=by.get_username() if by else who,
        persona=persona,
        units=units,
        simulated=simulated,
    )


def record_videos(kind: Kind, videos: Iterable[ProductVideo], *, by: User | None, who: str = COMMAND_LINE) -> None:
    """Write one line for each video; its account and persona should be loaded."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            kind=kind,
            subject=f"{video} · {video.product}"[:500],
            by=by,
            who=by.get_username() if by else who,
            persona=video.persona,
            units=video.units_estimated if kind == Kind.SPEND else None,
            simulated=video.account.simulated,
        )
        for video in videos
    )
