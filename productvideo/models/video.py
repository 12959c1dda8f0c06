"""One take of a scene: the words and settings as they were paid for, and everything that happened since."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

import kling
from productvideo.models.event import ENGINE, VideoEvent
from productvideo.querysets import MOST_CLAIMS, ProductVideoQuerySet, now
from productvideo.states import FINISHED, Stage, Status, require_move

TWO_TASKS = "Kling has two tasks with this video's id ({0} and {1}); check the bill."
VIDEO_URL = "/files/videos/{id}.mp4"
THUMBNAIL_URL = "/files/posters/{id}.jpg"
KEPT = Q(binned_at__isnull=True)  # what nobody put into the bin
_NOTHING_STORED: dict[str, Any] = {
    "url": "",
    "thumbnail_url": "",
    "file": "",
    "poster": "",
    "size_bytes": None,
    "width": None,
    "height": None,
    "seconds": None,
    "sha256": "",
}


def status_of_stage() -> Case:
    """Return the three-word answer as an expression over `stage`."""
    return Case(
        When(stage=Stage.COMPLETE, then=Value(Status.COMPLETE)),
        When(stage=Stage.FAILED, then=Value(Status.FAILED)),
        default=Value(Status.PENDING),
    )


def lasting_attention() -> Case:
    """Return what stays to be looked at when a video has ended: that it may have been paid for twice."""
    return Case(
        When(attention__startswith=TWO_TASKS.partition("(")[0], then=F("attention")),
        default=Value(""),
        output_field=models.TextField(),
    )


class ProductVideo(models.Model):
    """A take. Its id is the external id that Kling gets; it moves by the named moves and is never edited by hand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    persona = models.ForeignKey(
        "personas.Persona", on_delete=models.PROTECT, related_name="videos", verbose_name=_("persona")
    )
    product = models.ForeignKey(
        "productvideo.Product", on_delete=models.PROTECT, related_name="videos", verbose_name=_("product")
    )
    scene = models.ForeignKey(
        "productvideo.Scene", on_delete=models.SET_NULL, null=True, related_name="videos", verbose_name=_("scene")
    )
    photo = models.ForeignKey(
        "productvideo.Photo", on_delete=models.PROTECT, related_name="videos", verbose_name=_("photo")
    )
    account = models.ForeignKey(
        "productvideo.KlingAccount", on_delete=models.PROTECT, related_name="videos", verbose_name=_("Kling account")
    )
    take = models.PositiveIntegerField(_("take"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("approved by")
    )

    # As paid for: frozen at approval; the prompt is what Kling gets, byte for byte.
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    prompt = models.TextField(_("prompt"))
    negative_prompt = models.TextField(_("negative prompt"), blank=True)
    model_name = models.CharField(_("model"), max_length=50)
    mode = models.CharField(_("mode"), max_length=10)
    duration = models.PositiveSmallIntegerField(_("seconds"))
    sound = models.BooleanField(_("sound"), default=False)
    loop = models.BooleanField(_("loop"), default=False)  # the photo is the end frame too
    units_estimated = models.DecimalField(_("units estimated"), max_digits=10, decimal_places=4)
    units_charged = models.DecimalField(_("units charged"), max_digits=10, decimal_places=4, null=True)

    # Where it is.
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.QUEUED)
    status = models.GeneratedField(
        expression=status_of_stage(),
        output_field=models.CharField(_("status"), max_length=8, choices=Status),
        db_persist=True,
        verbose_name=_("status"),
    )
    due_at = models.DateTimeField(_("looked at next"), null=True, db_default=Now())
    lease_token = models.UUIDField(_("lease"), null=True, db_index=True)
    claims = models.PositiveIntegerField(_("claims without an end"), default=0)
    looks = models.PositiveIntegerField(_("times not found at Kling"), default=0)
    downloads = models.PositiveIntegerField(_("broken downloads"), default=0)
    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    error_message = models.TextField(_("error"), blank=True)
    attention = models.TextField(_("needs attention"), blank=True)

    # At Kling.
    task_id = models.CharField(_("Kling task"), max_length=64, blank=True)
    source_url = models.TextField(_("Kling's link"), blank=True)  # signed, about 900 characters, never shown
    source_expires_at = models.DateTimeField(_("Kling's copy ends"), null=True)
    missing_since = models.DateTimeField(_("not found at Kling since"), null=True)

    # Ours.
    url = models.CharField(_("video"), max_length=200, blank=True)
    thumbnail_url = models.CharField(_("thumbnail"), max_length=200, blank=True)
    file = models.FileField(_("file"), blank=True, max_length=200)
    poster = models.FileField(_("poster"), blank=True, max_length=200)
    size_bytes = models.PositiveBigIntegerField(_("bytes"), null=True)
    width = models.PositiveIntegerField(_("width in pixels"), null=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True)
    seconds = models.DecimalField(_("length in seconds"), max_digits=8, decimal_places=3, null=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)

    # When.
    created_at = models.DateTimeField(_("approved"), db_default=Now(), editable=False)
    submitted_at = models.DateTimeField(_("last sent"), null=True)
    accepted_at = models.DateTimeField(_("accepted by Kling"), null=True)
    rendered_at = models.DateTimeField(_("rendered"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    binned_at = models.DateTimeField(_("put into the bin"), null=True, db_index=True)
    binned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("binned by")
    )
    told_at = models.DateTimeField(_("approver told"), null=True)
    updated_at = models.DateTimeField(_("updated"), db_default=Now(), editable=False)

    objects = ProductVideoQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        permissions = [
            ("approve_productvideo", "Can approve videos, which spends money"),
            ("share_productvideo", "Can share videos with people outside"),
        ]
        indexes = [
            models.Index(fields=["account", "stage", "due_at"], name="video_by_stage"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="video_unfinished"),
            models.Index(fields=["-created_at", "-id"], name="video_newest"),
            # The library's filters, each in the order in which it shows them; what is in the bin is not there.
            models.Index(fields=["-created_at", "-id"], condition=KEPT, name="video_kept"),
            models.Index(fields=["persona", "-created_at", "-id"], condition=KEPT, name="video_kept_of_persona"),
            models.Index(fields=["product", "-created_at", "-id"], condition=KEPT, name="video_kept_of_product"),
            models.Index(fields=["status", "-created_at", "-id"], condition=KEPT, name="video_kept_by_status"),
            models.Index(fields=["model_name", "-created_at", "-id"], condition=KEPT, name="video_kept_by_model"),
            models.Index(fields=["-finished_at"], name="video_last_finished"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "task_id"], condition=~Q(task_id=""), name="video_task_once_per_account"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="video_stage_is_known"),
            models.CheckConstraint(
                condition=Q(stage__in=FINISHED, due_at__isnull=True)
                | (~Q(stage__in=FINISHED) & Q(due_at__isnull=False)),
                name="video_is_due_until_finished",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.COMPLETE) | (~Q(file="") & ~Q(sha256="") & ~Q(url="") & Q(size_bytes__gt=0)),
                name="video_complete_has_its_file",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.RENDERING, Stage.STORING]) | ~Q(task_id=""),
                name="video_at_kling_has_its_task",
            ),
            models.CheckConstraint(
                condition=Q(units_estimated__gte=0) & (Q(units_charged__isnull=True) | Q(units_charged__gte=0)),
                name="video_units_are_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {_('take')} {self.take}"

    @property
    def settings(self) -> kling.Settings:
        """What the clip is to be, as Kling is told."""
        return kling.Settings(
            model_name=self.model_name,
            mode=kling.Mode(self.mode),
            duration=self.duration,
            sound=self.sound,
            negative_prompt=self.negative_prompt,
            end_frame=self.loop,
        )

    @property
    def listing(self) -> kling.Listing:
        """Where Kling lists its task."""
        return kling.listing_of(self.model_name)

    @property
    def is_finished(self) -> bool:
        return Stage(self.stage) in FINISHED

    @property
    def units(self) -> Any:
        """Units charged, where Kling has said so, else estimated."""
        return self.units_estimated if self.units_charged is None else self.units_charged

    # The moves. Each is one UPDATE that names what it believed; False means that somebody else was first.

    def mark_submitting(self, *, token: uuid.UUID, lease: timedelta) -> bool:
        """Take a due, queued row to be sent; called inside the claim's transaction."""
        return self._move(
            Stage.SUBMITTING,
            why="Being sent to Kling.",
            only_if=Q(due_at__lte=now()),
            due_at=now() + lease,
            lease_token=token,
            claims=F("claims") + 1,
            submitted_at=now(),
            looks=0,
        )

    def mark_queued_again(self, *, why: str, after: timedelta = timedelta()) -> bool:
        """Put back a row that Kling clearly did not take."""
        return self._move(Stage.QUEUED, why=why, only_if=self.mine(), due_at=now() + after, lease_token=None, claims=0)

    def mark_rendering(self, task_id: str, *, why: str) -> bool:
        """Write down Kling's task: a fact, which anyone may write once, with or without a lease."""
        return self._move(
            Stage.RENDERING,
            why=why,
            only_if=Q(task_id="", file=""),
            task_id=task_id,
            due_at=now() + timedelta(seconds=60),
            lease_token=None,
            claims=0,
            looks=0,
            accepted_at=now(),
            finished_at=None,
            error_code="",
            error_message="",
        )

    def mark_complete(self, **stored: Any) -> bool:
        """Show the film: our copy is safe. `stored` are the columns of the file."""
        return self._move(
            Stage.COMPLETE,
            why="Saved.",
            only_if=self.mine(),
            due_at=None,
            lease_token=None,
            claims=0,
            attention=lasting_attention(),
            finished_at=now(),
            url=VIDEO_URL.format(id=self.pk),
            **stored,
        )

    def mark_to_be_saved_again(self, *, why: str, source_url: str, source_expires_at: datetime) -> bool:
        """Take a film off the page whose file is not there any more, or not whole: Kling's copy is fetched anew."""
        return self._move(
            Stage.STORING,
            why=why,
            only_if=Q(file=self.file.name, sha256=self.sha256) & ~Q(task_id=""),
            due_at=now(),
            lease_token=None,
            claims=0,
            downloads=0,
            source_url=source_url,
            source_expires_at=source_expires_at,
            finished_at=None,
            told_at=Coalesce("told_at", now()),  # that it is there again is no news
            **_NOTHING_STORED,
        )

    def mark_failed(self, *, code: str, message: str, who: str = ENGINE, only_if: Q | None = None) -> bool:
        """End without a film, and say why."""
        return self._move(
            Stage.FAILED,
            why=message,
            who=who,
            only_if=only_if or Q(),
            due_at=None,
            lease_token=None,
            claims=0,
            attention=lasting_attention(),
            error_code=code,
            error_message=message,
            finished_at=now(),
        )

    def postpone(self, after: timedelta, **columns: Any) -> bool:
        """End a step that moved nothing: look again later."""
        mine = ProductVideo.objects.filter(self.mine(), pk=self.pk, stage=self.stage)
        taken = mine.update(due_at=now() + after, lease_token=None, claims=0, updated_at=now(), **columns)
        return bool(taken)

    def flag(self, sentence: str) -> None:
        """Ask a person to look at this video."""
        if self.attention == sentence:
            return
        ProductVideo.objects.filter(pk=self.pk).update(attention=sentence)
        self.attention = sentence

    def flag_if_deadly(self) -> None:
        """Flag a row whose claims never came to an end: it may be what kills the workers."""
        if self.claims > MOST_CLAIMS:
            self.flag(
                f"{self.claims - 1} workers stopped while they worked on this video; it is tried more and more rarely."
            )

    def renew_lease(self, lease: timedelta) -> bool:
        """Hold on to a row for a long step; False means that it was lost to somebody else."""
        mine = ProductVideo.objects.filter(self.mine(), pk=self.pk, stage=self.stage)
        return bool(mine.update(due_at=now() + lease))

    def mine(self) -> Q:
        """Return the condition that nobody else has claimed this video since we did."""
        return Q(lease_token=self.lease_token)

    def _move(self, end: Stage, *, why: str, only_if: Q, who: str = ENGINE, **columns: Any) -> bool:
        start = Stage(self.stage)
        require_move(start, end)
        with transaction.atomic():
            moved = ProductVideo.objects.filter(only_if, pk=self.pk, stage=start)
            if not moved.update(stage=end, updated_at=now(), **columns):
                return False
            VideoEvent.objects.create(video=self, from_stage=start, to_stage=end, why=why, who=who)
            self.refresh_from_db()  # in here: what has ended may be deleted at once
        return True
