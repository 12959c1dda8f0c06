"""When a person was here: a visit ends after half an hour of silence, and what came since then is new to them."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import F

from productvideo.models import Visit
from productvideo.querysets import now

SILENCE = timedelta(minutes=30)
WRITTEN_EVERY = 60.0  # seconds

_written: dict[int, float] = {}  # by this process, so that a busy person costs one write a minute


def note_visit(user: User, *, at_once: bool = False) -> None:
    """Remember that a person is here just now; after a long silence, a new visit begins."""
    last = _written.get(user.pk, 0.0)
    if last and not at_once and time.monotonic() - last < WRITTEN_EVERY:
        return
    _written[user.pk] = time.monotonic()
    mine = Visit.objects.filter(user=user)
    if mine.filter(seen_at__lt=now() - SILENCE).update(before=F("seen_at"), seen_at=now()):
        return
    if not mine.update(seen_at=now()):
        Visit.objects.bulk_create([Visit(user=user, seen_at=now())], ignore_conflicts=True)


def end_of_last_visit(user: User) -> datetime | None:
    """Return when the visit before this one ended; None on the first one."""
    return Visit.objects.filter(user=user).values_list("before", flat=True).first()
