"""Who the videos are for: the brand or character they belong to."""

import re

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Persona(models.Model):
    """A brand voice: how it speaks, how it looks, whom it speaks to, and what it may spend."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    voice = models.TextField(_("voice"), blank=True, help_text=_("How this brand speaks: warm, dry, playful …"))
    visual_style = models.TextField(
        _("visual style"), blank=True, help_text=_("Light, colours and mood of its films.")
    )
    audience = models.TextField(_("audience"), blank=True, help_text=_("Whom the films are for."))
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

    class Meta:
        ordering = ["name"]
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(monthly_units__isnull=True) | models.Q(monthly_units__gte=0),
                name="persona_limit_is_not_negative",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def avoided_words(self) -> tuple[str, ...]:
        """The words to avoid, each once: what stands between commas and on lines."""
        words = (word.strip() for word in re.split(r"[,;\n]", self.words_to_avoid))
        return tuple(dict.fromkeys(filter(None, words)))
