"""Who did what: every spend, share and deletion, kept also when what it was done to is gone."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas.models import Persona, seen_by


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """The audit log, asked by who asks."""

    def visible_to(self, user: User | AnonymousUser) -> AuditQuerySet:
        return self.filter(seen_by(user, "persona__members"))


class AuditEntry(models.Model):
    """One line of the log; it is written in the transaction of what it tells of."""

    class Kind(models.TextChoices):
        SPEND = "spend", _("spent")
        CANCEL = "cancel", _("cancelled")
        BIN = "bin", _("put into the bin")
        UNBIN = "unbin", _("taken out of the bin")
        DELETE = "delete", _("deleted for good")
        SHARE = "share", _("shared")
        REVOKE = "revoke", _("stopped sharing")
        INVITE = "invite", _("invited")
        ROLE = "role", _("role or personas changed")
        LEAVE = "leave", _("deactivated")
        RETURN = "return", _("activated again")
        LIMIT = "limit", _("monthly limit changed")

    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    who = models.CharField(_("who"), max_length=150)  # a name, since people and commands do things, and users go
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    subject = models.CharField(_("of what"), max_length=500)
    persona = models.ForeignKey(
        Persona, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("persona")
    )
    units = models.DecimalField(_("units"), max_digits=10, decimal_places=4, null=True)
    simulated = models.BooleanField(_("practice"), default=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("log entry")
        verbose_name_plural = _("log")

    def __str__(self) -> str:
        return f"{self.who}: {self.get_kind_display()} {self.subject}"
