"""Who the videos are for: the brand or character they belong to."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def seen_by(user: User | AnonymousUser, members: str = "members") -> Q:
    """Return the condition that a person may see a row: as a member of its persona, or as a superuser.

    `members` is the way from the row to its persona's members, such as `persona__members`.
    """
    if not user.is_active:
        return Q(pk__in=[])
    return Q() if user.is_superuser else Q(**{members: user.pk})


class PersonaQuerySet(models.QuerySet["Persona"]):
    """Personas, asked by who asks."""

    def visible_to(self, user: User | AnonymousUser) -> PersonaQuerySet:
        return self.filter(seen_by(user))


class Persona(models.Model):
    """A brand voice: how it speaks, how it looks, whom it speaks to, who works on it, and what it may spend."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    voice = models.TextField(_("voice"), blank=True, help_text=_("How this brand speaks: warm, dry, playful …"))
    visual_style = models.TextField(
        _("visual style"), blank=True, help_text=_("Light, colours and mood of its films.")
    )
    audience = models.TextField(_("audience"), blank=True, help_text=_("Whom the films are for."))
    words_to_use = models.TextField(
        _("words to use"), blank=True, help_text=_("What this brand likes to say, a comma or a line between each.")
    )
    words_to_avoid = models.TextField(
        _("words to avoid"),
        blank=True,
        help_text=_("What this brand never says, a comma or a line between each: cheap, game-changer, guys."),
    )
    language = models.CharField(
        _("language"),
        max_length=50,
        default="English",
        help_text=_("In which titles and descriptions are written, such as English, Deutsch or Français."),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="personas",
        verbose_name=_("members"),
        help_text=_("Who sees this persona, its products and its videos; superusers see all."),
    )
    monthly_units = models.DecimalField(
        _("monthly limit in units"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("No approval goes above it within a calendar month (UTC). Empty: no limit."),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = PersonaQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        permissions = [("manage_people", "Can invite people and change what they may do")]
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        constraints = [
            models.CheckConstraint(
                condition=Q(monthly_units__isnull=True) | Q(monthly_units__gte=0),
                name="persona_limit_is_not_negative",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def avoided_words(self) -> tuple[str, ...]:
        """The words to avoid, each once: what stands between commas and on lines."""
        return _listed(self.words_to_avoid)

    @property
    def used_words(self) -> tuple[str, ...]:
        """The words to use, each once."""
        return _listed(self.words_to_use)


def _listed(text: str) -> tuple[str, ...]:
    words = (word.strip() for word in re.split(r"[,;\n]", text))
    return tuple(dict.fromkeys(filter(None, words)))
