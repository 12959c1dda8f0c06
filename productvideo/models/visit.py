"""When somebody was here last, so that the home page can tell what is new since then."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Visit(models.Model):
    """A person's visits: the one that goes on (`seen_at` is its last moment), and when the one before it ended."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visit", verbose_name=_("user")
    )
    seen_at = models.DateTimeField(_("seen"))
    before = models.DateTimeField(_("end of the visit before"), null=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")

    def __str__(self) -> str:
        return f"{self.user} · {self.seen_at:%Y-%m-%d %H:%M}"
