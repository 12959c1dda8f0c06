"""Whether videos are being made just now, and if not, why: Kling, its keys, the worker, beat."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kling import callbacks
from kling.connection import ConfigurationError, current_host, sandbox_note
from productvideo import accounts
from productvideo.ages import ago, has_passed
from productvideo.models import KlingAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of sending in two words, and in a sentence where there is trouble."""

    word: str
    trouble: str = ""
    account: KlingAccount | None = None

    @property
    def is_paused(self) -> bool:
        return self.account is not None and bool(self.account.pause_reason)

    @property
    def can_be_tried_now(self) -> bool:
        """Whether a pause still has time to run."""
        if self.account is None or self.account.paused_until is None:
            return False
        return self.is_paused and not has_passed(self.account.paused_until)

    @property
    def callbacks(self) -> str:
        """When Kling last called back, in words; "" where it is not asked to."""
        if not callbacks.are_used():
            return ""
        if self.account is None or self.account.called_back_at is None:
            return _("none has come yet; Kling's list is read at the usual pace")
        return _("the last one came %(ago)s") % {"ago": ago(self.account.called_back_at)}


def health() -> Health:
    """Ask the database, and nobody else, how things are."""
    try:
        host = current_host()
    except ConfigurationError as error:
        return Health(word=_("Kling's keys are wrong"), trouble=str(error))
    account = KlingAccount.objects.filter(host=host.name).first()
    ready = Health(word=_("sandbox ready") if host.simulated else _("Kling ready"), account=account)
    if account is None:
        return ready
    if account.pause_reason:
        word = _("sandbox paused") if account.simulated else _("Kling paused")
        return Health(word=word, trouble=f"{account.pause_reason} {_next_try(account)}", account=account)
    if not accounts.is_left_alone(account):
        return ready
    if account.simulated and sandbox_note() is None:
        trouble = _("The practice sandbox is not running, so the videos wait. Start it with `make run`.")
        return Health(word=_("sandbox not running"), trouble=trouble, account=account)
    trouble = _(
        "No worker has looked at the waiting videos for over a minute. They are safe, and go on as soon as"
        " `celery -A config worker` and `celery -A config beat` run and reach the broker (REDIS_URL)."
    )
    return Health(word=_("no worker"), trouble=trouble, account=account)


def _next_try(account: KlingAccount) -> str:
    """Say when sending is tried again, by the viewer's clock; a pause that is over waits for something to send."""
    if account.paused_until is None or has_passed(account.paused_until):
        return _("It is tried again with the next video.")
    moment = date_format(timezone.localtime(account.paused_until), "H:i")
    return _("It is tried again at %(time)s.") % {"time": moment}
