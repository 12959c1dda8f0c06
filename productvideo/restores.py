"""Noticing that a database was restored under running processes, so that what it has forgotten is not bought again.

Every order raises the account's `turn`, every whole read of Kling's list its `listed_at`; neither ever goes back. Who
finds less than was seen before looks at an older database: tasks may be at Kling that it knows nothing of. Only
Kling's list can tell, and only one that is read once KLING_RESEND_AFTER has passed: by then Kling shows what it has.

What was seen is shared by all processes of a clone, in a few bytes under `var/`; without them each process remembers
for itself. A mistake costs a read of the list, so nothing here is worth an error or a wait.
"""

from __future__ import annotations

import hashlib
import logging
import os
import struct
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from productvideo.models import KlingAccount
from productvideo.querysets import now

log = logging.getLogger(__name__)

BYTES = struct.Struct("<QQdd")
MILLISECOND = 0.001  # SQLite compares times as text, and the same millisecond counts


@dataclass(frozen=True, slots=True)
class Seen:
    """The most that was seen of an account, and since when its lists are believed; times in seconds since 1970."""

    turn: int = 0
    listed_at: float = 0.0
    since: float = 0.0

    def is_more_than(self, account: KlingAccount) -> bool:
        return self.turn > account.turn or self.listed_at > _listed_at(account)

    def with_more(self, other: Seen) -> Seen:
        return Seen(max(self.turn, other.turn), max(self.listed_at, other.listed_at), max(self.since, other.since))


_here: dict[int, Seen] = {}  # by this process


def notice(account: KlingAccount) -> None:
    """Compare a row that was just read with what was seen of it before, here and by others."""
    here, shared = _here.get(account.pk), _read(account)
    seen = here.with_more(shared) if here else shared
    if seen.is_more_than(account):
        account.refresh_from_db()  # others go on between a row's reading and this
    if seen.is_more_than(account):
        seen = Seen(account.turn, _listed_at(account), _database_time(account) + settings.KLING_RESEND_AFTER)
        log.warning("The database has gone back: nothing is sent until Kling has shown what it knows.")
    else:
        seen = seen.with_more(Seen(account.turn, _listed_at(account)))
    if seen != shared:
        _write(account, seen)
    since = max(seen.since, here.since if here else _database_time(account))  # not from before this process began
    _here[account.pk] = Seen(seen.turn, seen.listed_at, since)


def count_turn(account: KlingAccount) -> None:
    """Remember a turn of one's own, once it is certain."""
    seen = _here[account.pk]
    _here[account.pk] = Seen(seen.turn + 1, seen.listed_at, seen.since)
    _write(account, _read(account).with_more(Seen(seen.turn + 1, seen.listed_at)))


def believed_since(account: KlingAccount) -> datetime:
    """Return since when (the database's clock) a read of Kling's list proves what Kling has and has not.

    A list read before this process began, or before a restore that was noticed, may be what a backup remembers.
    """
    if account.pk not in _here:
        notice(account)
    return datetime.fromtimestamp(_here[account.pk].since, UTC)


def forget() -> None:
    """Forget everything, as on a new machine; for tests."""
    _here.clear()
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.VAR_DIR) / "seen"


def _read(account: KlingAccount) -> Seen:
    """Return what all processes have seen of this account in this database; nothing, if it was another one."""
    with suppress(OSError, struct.error):
        key, turn, listed_at, since = BYTES.unpack(_path().read_bytes())
        if key == _key(account):
            return Seen(turn, listed_at, since)
    return Seen()


def _write(account: KlingAccount, seen: Seen) -> None:
    """Write all bytes at once; of two who do so, the next look of either makes up for what the other has lost."""
    with suppress(OSError):
        file = os.open(_path(), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(file, BYTES.pack(_key(account), seen.turn, seen.listed_at, seen.since), 0)
        finally:
            os.close(file)


def _key(account: KlingAccount) -> int:
    """Tell databases apart, so that a clone that is led to another one does not take that for a restore."""
    database = connection.settings_dict
    place = f"{database['HOST']}:{database['PORT']}/{database['NAME']} {account.host}"
    return int.from_bytes(hashlib.sha256(place.encode()).digest()[:8], "little")


def _listed_at(account: KlingAccount) -> float:
    return account.listed_at.timestamp() if account.listed_at else 0.0


def _database_time(account: KlingAccount) -> float:
    at: datetime = KlingAccount.objects.filter(pk=account.pk).annotate(at=now()).values_list("at", flat=True)[0]
    return at.timestamp() - MILLISECOND
