"""The Kling account this installation uses now, and whether Kling accepts its credentials."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

import kling
from kling.connection import current_host, open_client
from productvideo import restores
from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import ProductVideoQuerySet, now
from productvideo.states import Stage

ACCEPTED_FOR = timedelta(minutes=5)  # how long a good answer about the credentials is believed
ASKED_EVERY = timedelta(minutes=1)  # how often the units left are asked for, however many people look
LEFT_ALONE = timedelta(seconds=60)  # of something due; ticks come every two seconds
REFUSALS = (kling.CredentialsError, kling.AccountError, kling.NotAllowedError)


def current_account() -> KlingAccount:
    """Return the row of the host in use, making it the first time; raise ConfigurationError for half a key pair."""
    host = current_host()
    account, _ = KlingAccount.objects.get_or_create(host=host.name, defaults={"simulated": host.simulated})
    restores.notice(account)
    return account


def require_accepted(account: KlingAccount) -> None:
    """Ask Kling, for free, whether it accepts us; raise the clear refusal. No answer proves nothing and passes."""
    accepted = KlingAccount.objects.filter(
        pk=account.pk, checked_keys=_fingerprint(), checked_at__gt=now() - ACCEPTED_FOR
    )
    if not accepted.exists() or not account.answers_reads():
        _ask(account)


def refresh_units(account: KlingAccount) -> None:
    """Ask Kling, for free, how many units are left: once a minute for all who look. Raises like require_accepted."""
    unasked = Q(units_asked_at__isnull=True) | Q(units_asked_at__lte=now() - ASKED_EVERY)
    if KlingAccount.objects.filter(unasked, pk=account.pk).update(units_asked_at=now()):
        _ask(account)


def known_units(account: KlingAccount) -> tuple[Decimal, datetime] | None:
    """Return the units left and when Kling said so; None before it did, or when that was said to other keys."""
    if account.units_left is None or account.checked_at is None or account.checked_keys != _fingerprint():
        return None
    return account.units_left, account.checked_at


def _ask(account: KlingAccount) -> None:
    until = datetime.now(tz=UTC)
    try:
        costs = open_client().account_costs(start=until - timedelta(days=30), end=until)
    except REFUSALS:
        KlingAccount.objects.filter(pk=account.pk).update(checked_keys="")  # what was accepted once is so no more
        raise
    except kling.KlingError:
        return
    KlingAccount.objects.filter(pk=account.pk).update(
        checked_at=now(), checked_keys=_fingerprint(), units_left=costs.remaining, units_asked_at=now()
    )


def _fingerprint() -> str:
    """Tell other keys apart from the ones that were accepted, without keeping them."""
    keys = f"{settings.KLING_API_KEY}\n{settings.KLING_API_SECRET}"
    return salted_hmac("productvideo.accounts", keys, algorithm="sha256").hexdigest()


def close_practice_videos(among: ProductVideoQuerySet | None = None) -> int:
    """End unfinished practice videos (of those given) once real keys are set; return how many there were."""
    closed = 0
    videos = ProductVideo.objects.all() if among is None else among
    for video in videos.unfinished().filter(account__simulated=True):
        closed += video.mark_failed(code="practice", message="Practice video, nothing was charged.")
    return closed


def is_left_alone(account: KlingAccount) -> bool:
    """Say whether videos wait and nobody works on them: no worker runs, or no tick reaches one."""
    long_ago = now() - LEFT_ALONE
    overdue_list = KlingAccount.objects.filter(pk=account.pk, list_due_at__lt=long_ago)
    videos = ProductVideo.objects.of_account(account)
    if videos.awaited().exists() and overdue_list.exists():
        return True
    return videos.filter(stage=Stage.STORING, due_at__lt=long_ago).exists()
