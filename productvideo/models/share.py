"""Links that show a film to people without an account."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas.models import seen_by
from productvideo.querysets import now

ENDS_AFTER = timedelta(days=30)  # unless somebody chooses another date


def new_token() -> str:
    """Return what nobody guesses: 256 random bits."""
    return secrets.token_urlsafe(32)


class ShareQuerySet(models.QuerySet["Share"]):
    """Shares, asked by meaning."""

    def visible_to(self, user: User | AnonymousUser) -> ShareQuerySet:
        """Those of the personas that a person may see."""
        return self.filter(seen_by(user, "video__persona__members") | seen_by(user, "product__persona__members"))

    def open(self) -> ShareQuerySet:
        """Those whose link still works."""
        return self.filter(revoked_at__isnull=True, ends_at__gt=now())


class Share(models.Model):
    """A link to one video, or to the chosen takes of a product; whoever has it may watch and download, no more."""

    token = models.CharField(_("token"), max_length=64, unique=True, default=new_token, editable=False)
    video = models.ForeignKey(
        "productvideo.ProductVideo",
        on_delete=models.CASCADE,
        null=True,
        related_name="shares",
        verbose_name=_("video"),
    )
    product = models.ForeignKey(
        "productvideo.Product", on_delete=models.CASCADE, null=True, related_name="shares", verbose_name=_("product")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("shared by")
    )
    created_at = models.DateTimeField(_("shared"), db_default=Now(), editable=False)
    ends_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    views = models.PositiveIntegerField(_("times opened"), default=0)
    downloads = models.PositiveIntegerField(_("times downloaded"), default=0)
    opened_at = models.DateTimeField(_("last opened"), null=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        constraints = [
            models.CheckConstraint(
                condition=Q(video__isnull=True, product__isnull=False) | Q(video__isnull=False, product__isnull=True),
                name="share_is_of_a_video_or_a_product",
            )
        ]

    def __str__(self) -> str:
        return str(self.video or self.product)
