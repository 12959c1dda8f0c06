"""The timeline of a video: every move leaves one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from productvideo.states import Stage

if TYPE_CHECKING:
    from productvideo.models.video import ProductVideo

ENGINE = "stillreel"  # who moved a video when no person did


class VideoEvent(models.Model):
    """One line of a video's timeline: from, to, why, when, who."""

    video = models.ForeignKey(
        "productvideo.ProductVideo", on_delete=models.CASCADE, related_name="events", verbose_name=_("video")
    )
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    from_stage = models.CharField(_("from"), max_length=10, choices=Stage, blank=True)
    to_stage = models.CharField(_("to"), max_length=10, choices=Stage)
    why = models.TextField(_("why"))
    who = models.CharField(_("who"), max_length=150)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.from_stage or '·'} → {self.to_stage}: {self.why}"

    @staticmethod
    def for_moves(videos: list[ProductVideo], *, start: Stage, why: str) -> None:
        """Write the lines of many videos that one UPDATE moved from `start` to where they are now."""
        VideoEvent.objects.bulk_create(
            VideoEvent(video=video, from_stage=start, to_stage=video.stage, why=why, who=ENGINE) for video in videos
        )
