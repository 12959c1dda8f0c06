"""Our dealings with Kling: one row per account, and the ledger of everything that was sent."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from productvideo.querysets import now

FRESH_LIST = timedelta(seconds=60)  # nothing is sent unless Kling's list was read within this time
NOT_PAUSED: dict[str, Any] = {
    "paused_at": None,
    "paused_until": None,
    "pauses": 0,
    "pause_reason": "",
    "pause_ends_on_read": False,
}
CALLED_JUST_NOW = timedelta(seconds=1)  # within this time after one callback, others change nothing
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))  # how long to stop, first to last


class KlingAccountQuerySet(models.QuerySet["KlingAccount"]):
    """Accounts, asked by meaning."""

    def may_send(self, *, since: datetime) -> KlingAccountQuerySet:
        """Those that are neither paused nor told to wait, and whose list was read a moment ago, after `since`."""
        return self.filter(
            Q(paused_until__isnull=True) | Q(paused_until__lte=now()),
            Q(wait_until__isnull=True) | Q(wait_until__lte=now()),
            listed_at__gt=now() - FRESH_LIST,
            listed_at__gte=since,
        )

    def list_is_due(self) -> KlingAccountQuerySet:
        return self.filter(list_due_at__lte=now())

    def not_called_just_now(self) -> KlingAccountQuerySet:
        """Those for which a callback of Kling's counts: the first within a second."""
        long_ago = now() - CALLED_JUST_NOW
        return self.filter(Q(called_back_at__isnull=True) | Q(called_back_at__lte=long_ago))


class KlingAccount(models.Model):
    """One Kling host that we use: its poll lease, its pauses, its slots. The sandbox is one too."""

    host = models.CharField(_("host"), max_length=200, unique=True)
    simulated = models.BooleanField(_("practice"), default=False)
    turn = models.PositiveBigIntegerField(_("claims so far"), default=0)  # written first by every claim of a slot
    list_due_at = models.DateTimeField(_("list read next"), db_default=Now())
    list_token = models.UUIDField(_("who reads the list"), null=True)
    list_failures = models.PositiveIntegerField(_("list reads failed in a row"), default=0)
    listed_at = models.DateTimeField(_("list last read"), null=True)
    called_back_at = models.DateTimeField(_("last callback that counted"), null=True)
    wait_until = models.DateTimeField(_("next try to send"), null=True)  # 1302, 1303, no connection: never a failure
    waits = models.PositiveIntegerField(_("waits in a row"), default=0)
    list_error = models.TextField(_("why the list cannot be read"), blank=True)
    paused_at = models.DateTimeField(_("paused since"), null=True)
    paused_until = models.DateTimeField(_("paused until"), null=True)
    pauses = models.PositiveIntegerField(_("pauses in a row"), default=0)
    pause_reason = models.TextField(_("why it is paused"), blank=True)  # shown until Kling says yes again
    pause_ends_on_read = models.BooleanField(default=False)  # credentials: any answered read proves them good
    checked_at = models.DateTimeField(_("credentials accepted at"), null=True)
    checked_keys = models.CharField(_("fingerprint of the accepted credentials"), max_length=64, blank=True)
    units_left = models.DecimalField(_("units left"), max_digits=14, decimal_places=4, null=True)
    units_asked_at = models.DateTimeField(_("units left last asked for"), null=True)  # at most once a minute

    objects = KlingAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("Kling account")
        verbose_name_plural = _("Kling accounts")

    def __str__(self) -> str:
        return f"{self.host} ({_('practice')})" if self.simulated else self.host

    def pause(self, reason: str, *, ends_on_read: bool) -> None:
        """Stop sending for a while, ever longer, and say why; of many who find out at once, one counts."""
        not_paused = Q(paused_until__isnull=True) | Q(paused_until__lte=now())
        KlingAccount.objects.filter(not_paused, pk=self.pk).update(
            paused_at=Coalesce("paused_at", now()),
            paused_until=now() + self.next_pause,
            pauses=F("pauses") + 1,
            pause_reason=reason,
            pause_ends_on_read=ends_on_read,
        )
        self.refresh_from_db()

    def end_pause(self) -> bool:
        """Let the next try be made now, and with it the read that waits for it; say whether there was a pause.

        Its reason is told, and the next pause is the longer one, until Kling says yes. Waits and a Kling in trouble
        are no pauses, and keep their time.
        """
        paused = KlingAccount.objects.filter(pk=self.pk, paused_until__gt=now())
        list_due_at = Case(When(list_due_at=F("paused_until"), then=now()), default=F("list_due_at"))
        return bool(paused.update(paused_until=now(), list_due_at=list_due_at))

    @property
    def next_pause(self) -> timedelta:
        return PAUSES[min(self.pauses, len(PAUSES) - 1)]

    def wait(self, *, least: float, most: float) -> None:
        """Send nothing for a moment that doubles with every wait in a row, with jitter; seconds."""
        seconds = min(least * 2 ** min(self.waits, 10), most) * random.uniform(0.75, 1.25)  # noqa: S311
        self._write(wait_until=now() + timedelta(seconds=seconds), waits=F("waits") + 1)

    def go_on(self) -> None:
        """Forget pauses and waits: Kling has just accepted something."""
        if self.waits or self.pauses:
            self._write(wait_until=None, waits=0, **NOT_PAUSED)

    def stop_waiting(self) -> None:
        """Forget waits: a place has become free, or an answer that seemed lost was found."""
        KlingAccount.objects.filter(pk=self.pk, waits__gt=0).update(wait_until=None, waits=0)

    def end_pause_on_read(self) -> None:
        """End a pause that was about credentials: Kling has just answered a read."""
        KlingAccount.objects.filter(pk=self.pk, pause_ends_on_read=True).update(**NOT_PAUSED)

    def answers_reads(self) -> bool:
        """Say whether asking makes sense: not while the credentials are refused."""
        refused = KlingAccount.objects.filter(pk=self.pk, pause_ends_on_read=True, paused_until__gt=now())
        return not refused.exists()

    def is_silent(self) -> bool:
        """Say whether Kling did not answer the last time its list was asked for."""
        return KlingAccount.objects.filter(pk=self.pk, list_failures__gt=0).exists()

    def bring_list_forward(self) -> None:
        """Read the list soon, since something new is awaited; whoever reads or backs off just now is left alone."""
        KlingAccount.objects.filter(pk=self.pk, list_token__isnull=True, list_failures=0).update(list_due_at=now())

    def note_callback(self) -> bool:
        """Read the list soon, since Kling has called; once a second at most. Say whether this call counted."""
        with transaction.atomic():
            counted = KlingAccount.objects.filter(pk=self.pk).not_called_just_now().update(called_back_at=now())
            if counted:
                self.bring_list_forward()
        return bool(counted)

    def _write(self, **columns: object) -> None:
        KlingAccount.objects.filter(pk=self.pk).update(**columns)
        self.refresh_from_db()


class Submission(models.Model):
    """One order sent to Kling, or one look for it, and what came of it; kept for ever, also without the video."""

    class Kind(models.TextChoices):
        ORDER = "order", _("order")  # a POST: what may cost money
        LOOK_UP = "look-up", _("look-up")  # asking, for free, whether an order without a clear answer is there

    class Outcome(models.TextChoices):
        UNCLEAR = "unclear", _("no clear answer")  # also while the answer is under way: until then nobody knows
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        ADOPTED = "adopted", _("found at Kling")
        ABSENT = "absent", _("not at Kling")  # of a look-up

    video_id = models.UUIDField(_("video"), db_index=True)  # no foreign key: money is remembered without the video
    host = models.CharField(_("host"), max_length=200)
    simulated = models.BooleanField(_("practice"), default=False)
    persona_key = models.BigIntegerField(_("persona's id"), db_index=True)
    persona = models.CharField(_("persona"), max_length=100)
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ORDER)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.UNCLEAR)
    task_id = models.CharField(_("Kling task"), max_length=64, blank=True)
    request_id = models.CharField(_("Kling request"), max_length=100, blank=True)
    code = models.IntegerField(_("Kling code"), null=True)
    detail = models.TextField(_("answer in words"), blank=True)
    refused_mark = models.CharField(_("refused words and photo"), max_length=64, blank=True, db_index=True)  # a hash
    units_estimated = models.DecimalField(_("units estimated"), max_digits=10, decimal_places=4)
    units_charged = models.DecimalField(_("units charged"), max_digits=10, decimal_places=4, null=True)
    sent_at = models.DateTimeField(_("sent"), db_default=Now())
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [
            models.Index(fields=["task_id"], name="submission_task"),
            models.Index(fields=["sent_at"], name="submission_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id} · {self.get_outcome_display()}"
