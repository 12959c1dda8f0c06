"""The Kling account this installation uses now, and whether Kling accepts its credentials."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

import kling
from kling.connection import current_host, open_client
from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import now
from productvideo.states import Stage

ACCEPTED_FOR = timedelta(minutes=5)  # how long a good answer about the credentials is believed
REFUSALS = (kling.CredentialsError, kling.AccountError, kling.NotAllowedError)


def current_account() -> KlingAccount:
    """Return the row of the host in use, making it the first time; raise ConfigurationError for half a key pair."""
    host = current_host()
    account, _ = KlingAccount.objects.get_or_create(host=host.name, defaults={"simulated": host.simulated})
    return account


def require_accepted(account: KlingAccount) -> None:
    """Ask Kling, for free, whether it accepts us; raise the clear refusal. No answer proves nothing and passes."""
    keys = _fingerprint()
    asked = KlingAccount.objects.filter(pk=account.pk, checked_keys=keys, checked_at__gt=now() - ACCEPTED_FOR)
    if asked.exists():
        return
    until = datetime.now(tz=UTC)
    try:
        costs = open_client().account_costs(start=until - timedelta(days=30), end=until)
    except REFUSALS:
        raise
    except kling.KlingError:
        return
    KlingAccount.objects.filter(pk=account.pk).update(checked_at=now(), checked_keys=keys, units_left=costs.remaining)


def _fingerprint() -> str:
    """Tell other keys apart from the ones that were accepted, without keeping them."""
    keys = f"{settings.KLING_API_KEY}\n{settings.KLING_API_SECRET}"
    return salted_hmac("productvideo.accounts", keys, algorithm="sha256").hexdigest()


def close_practice_videos() -> int:
    """End unfinished practice videos once real keys are set; return how many there were."""
    closed = 0
    for video in ProductVideo.objects.unfinished().filter(account__simulated=True):
        closed += video.mark_failed(code="practice", message="Practice video, nothing was charged.")
    return closed


def waiting_elsewhere(account: KlingAccount) -> int:
    """Return how many unfinished videos wait for another account's keys to come back."""
    others = ProductVideo.objects.unfinished().exclude(account=account).exclude(stage=Stage.STORING)
    return others.count()
