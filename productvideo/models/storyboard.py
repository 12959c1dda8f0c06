"""What is planned and costs nothing yet: a product, its photos, and its scenes."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas.models import seen_by


class Shape(models.TextChoices):
    """Where a film will be shown; Kling follows the shape of the photo."""

    AS_PHOTO = "photo", _("as the photo")
    PORTRAIT = "9:16", _("9:16 reels and stories")
    SQUARE = "1:1", _("1:1 feed")
    LANDSCAPE = "16:9", _("16:9 web")


class ProductQuerySet(models.QuerySet["Product"]):
    """Products, asked by who asks."""

    def visible_to(self, user: User | AnonymousUser) -> ProductQuerySet:
        """Those of the personas that a person may see."""
        return self.filter(seen_by(user, "persona__members"))

    def waiting_for_scenes(self) -> ProductQuerySet:
        """Those whose scenes a worker has still to write."""
        scenes = Scene.objects.filter(product=OuterRef("pk"))
        return self.filter(~Exists(scenes), scenes_wanted_at__isnull=False)

    def never_approved(self) -> ProductQuerySet:
        """Those without any take that have scenes, or whose scenes are being written by a worker."""
        scenes = Scene.objects.filter(product=OuterRef("pk"))
        ready = self.filter(Exists(scenes) | Q(scenes_wanted_at__isnull=False))
        return ready.filter(~Exists(Scene.with_dropped.filter(product=OuterRef("pk"), takes__gt=0)))


class Product(models.Model):
    """One thing to show."""

    persona = models.ForeignKey(
        "personas.Persona", on_delete=models.PROTECT, related_name="products", verbose_name=_("persona")
    )
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), max_length=5000)
    plan = models.CharField(_("plan of shots"), max_length=30, blank=True)  # empty: chosen by what the product is
    scenes_source = models.CharField(_("scenes written by"), max_length=10, blank=True)  # openai, fallback, mixed
    scenes_detail = models.TextField(_("why default scenes"), blank=True)
    shape = models.CharField(_("shown where"), max_length=5, choices=Shape, default=Shape.AS_PHOTO)
    writing_until = models.DateTimeField(_("scenes being written until"), null=True)  # a claim: one writer at a time
    writing_token = models.UUIDField(_("who writes the scenes"), null=True)
    scenes_wanted_at = models.DateTimeField(_("scenes written by a worker from"), null=True)  # empty: by no worker
    dropped_with = models.UUIDField(_("dropped together as"), null=True, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [
            models.Index(
                fields=["scenes_wanted_at"], condition=Q(scenes_wanted_at__isnull=False), name="product_wants_scenes"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_described(self) -> bool:
        """Say whether somebody has described it: until then, the description of a dropped photo is its name."""
        return self.description != self.name


class Photo(models.Model):
    """A cleaned picture of a product: a file that never changes, named by its SHA-256."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos", verbose_name=_("product"))
    file = models.FileField(_("file"), upload_to="photos/", max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    in_use_since = models.DateTimeField(_("in use since"), db_default=Now(), editable=False)

    class Meta:
        ordering = ["in_use_since", "pk"]  # the last one is what new takes start from
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [models.UniqueConstraint(fields=["product", "sha256"], name="photo_once_per_product")]

    def __str__(self) -> str:
        return f"{self.product} · {self.width}×{self.height}"


class SceneManager(models.Manager["Scene"]):
    """The scenes of storyboards; dropped ones are out of sight until they are brought back."""

    def get_queryset(self) -> models.QuerySet[Scene]:
        return super().get_queryset().filter(dropped_at__isnull=True)


class Scene(models.Model):
    """An idea for a shot of a product: editable, and free until it is approved."""

    class Source(models.TextChoices):
        OPENAI = "openai", _("written by OpenAI")
        FALLBACK = "fallback", _("default scene")
        PERSON = "person", _("written by a person")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="scenes", verbose_name=_("product"))
    photo = models.ForeignKey(Photo, on_delete=models.RESTRICT, related_name="scenes", verbose_name=_("photo"))
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    prompt = models.TextField(_("prompt"), max_length=2500)
    negative_prompt = models.TextField(_("negative prompt"), max_length=2500, blank=True)
    source = models.CharField(_("written by"), max_length=10, choices=Source)
    origin = models.CharField(_("first written by"), max_length=10, choices=Source, blank=True)
    source_detail = models.TextField(_("why a default scene"), blank=True)
    source_cause = models.CharField(_("cause of a default scene"), max_length=20, blank=True)  # the cause's code
    version = models.PositiveIntegerField(_("version"), default=1)  # rises with every edit
    takes = models.PositiveIntegerField(_("takes"), default=0)  # rises with every approval
    chosen = models.ForeignKey(
        "productvideo.ProductVideo",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("chosen take"),
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("last edited by"),
    )
    language_model = models.CharField(_("language model"), max_length=100, blank=True)
    template_version = models.CharField(_("prompt template"), max_length=50, blank=True)
    raw_answer = models.TextField(_("raw answer"), blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    dropped_at = models.DateTimeField(_("dropped"), null=True)  # taken off the storyboard; its takes stay

    objects = SceneManager()
    with_dropped = models.Manager["Scene"]()

    class Meta:
        ordering = ["product", "position", "pk"]
        verbose_name = _("scene")
        verbose_name_plural = _("scenes")

    def __str__(self) -> str:
        return self.title


class Writing(models.Model):
    """One time that scenes were written: who was asked, with which template, what it used, and what went wrong."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="writings", verbose_name=_("product"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    plan = models.CharField(_("plan of shots"), max_length=30)
    language_model = models.CharField(_("language model"), max_length=100, blank=True)
    template_version = models.CharField(_("prompt template"), max_length=50)
    calls = models.PositiveSmallIntegerField(_("calls"), default=0)  # to OpenAI; none without a key
    input_tokens = models.PositiveIntegerField(_("input tokens"), default=0)
    output_tokens = models.PositiveIntegerField(_("output tokens"), default=0)
    cause = models.CharField(_("why default scenes"), max_length=20, blank=True)  # a cause's code; empty: none needed

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("writing of scenes")
        verbose_name_plural = _("writings of scenes")

    def __str__(self) -> str:
        return f"{self.product} · {self.at:%Y-%m-%d %H:%M}"
