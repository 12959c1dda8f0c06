"""Noticing that a database was restored under a running process, so that what it has forgotten is not bought again.

Every order raises the account's `turn`, every complete read of Kling's list its `listed_at`; neither ever goes back.
A process that finds less than it has seen looks at an older database: tasks may be at Kling that it knows nothing of.
Only Kling's list can tell, and only one that was read from now on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from productvideo.models import KlingAccount
from productvideo.querysets import now

LONG_AGO = datetime.min.replace(tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)  # SQLite compares times as text, and the same millisecond counts


@dataclass(slots=True)
class Seen:
    """The most that this process has seen of an account, and since when it believes the account's lists."""

    turn: int
    listed_at: datetime
    since: datetime


_seen: dict[int, Seen] = {}


def notice(account: KlingAccount) -> None:
    """Compare a row that was just read with what this process has seen of it before."""
    listed_at = account.listed_at or LONG_AGO
    seen = _seen.get(account.pk)
    if seen is None or account.turn < seen.turn or listed_at < seen.listed_at:
        _seen[account.pk] = Seen(turn=account.turn, listed_at=listed_at, since=_database_time(account))
    else:
        seen.turn, seen.listed_at = account.turn, listed_at


def count_turn(account: KlingAccount) -> None:
    """Remember a turn of one's own at once; one that was taken back after all costs an extra look at the list."""
    _seen[account.pk].turn += 1


def believed_since(account: KlingAccount) -> datetime:
    """Return since when (the database's clock) a read of Kling's list proves what Kling has and has not.

    A list read before this process began, or before a restore that it noticed, may be what a backup remembers.
    """
    if account.pk not in _seen:
        notice(account)
    return _seen[account.pk].since


def forget() -> None:
    """Forget everything, as a new process would; for tests."""
    _seen.clear()


def _database_time(account: KlingAccount) -> datetime:
    at: datetime = KlingAccount.objects.filter(pk=account.pk).annotate(at=now()).values_list("at", flat=True)[0]
    return at - MILLISECOND
