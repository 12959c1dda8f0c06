"""Videos to look at, with timeline and receipt; finished ones can be deleted."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from productvideo import services
from productvideo.admin import badges
from productvideo.admin.badges import badge
from productvideo.admin.readonly import ReadOnlyAdmin, ReadOnlyInline, TakesRowsAlong
from productvideo.models import ProductVideo, Submission, VideoEvent
from productvideo.prices import plain


class TimelineInline(ReadOnlyInline):
    model = VideoEvent
    verbose_name_plural = _("timeline")
    fields = ("at", "from_stage", "to_stage", "why", "who")
    readonly_fields = ("at",)


@admin.register(ProductVideo)
class ProductVideoAdmin(TakesRowsAlong, ReadOnlyAdmin):
    list_display = ("picture", "title", "product", "persona", "state", "take", "price", "created_at")
    list_display_links = ("picture", "title")
    list_filter = ("status", "stage", "account", "persona", "model_name", "created_at")
    list_select_related = ("product", "persona", "account")
    search_fields = ("title", "product__name", "persona__name", "task_id", "id")
    date_hierarchy = "created_at"
    inlines = (TimelineInline,)
    readonly_fields = ("film", "price", "receipt", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("film", "stage", "attention", "error_message", "title", "description", "prompt")}),
        (_("Belongs to"), {"fields": ("product", "persona", "scene", "take", "photo", "account", "approved_by")}),
        (_("As ordered"), {"fields": ("model_name", "mode", "duration", "sound", "negative_prompt")}),
        (_("Paid"), {"fields": ("price", "receipt", "task_id")}),
        (_("File"), {"fields": ("url", "width", "height", "seconds", "size_bytes", "sha256")}),
        (_("When"), {"fields": ("created_at", "submitted_at", "accepted_at", "rendered_at", "finished_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductVideo]:
        videos: QuerySet[ProductVideo] = super().get_queryset(request)
        return videos.defer("source_url")

    @admin.display(description=_("video"))
    def picture(self, video: ProductVideo) -> str:
        return render_to_string("stillreel/cells/poster.html", {"video": video})

    @admin.display(description=_("video"))
    def film(self, video: ProductVideo) -> str:
        return render_to_string("stillreel/cells/film.html", {"video": video})

    @badge(looks=badges.STAGES, description=_("state"), ordering="stage")
    def state(self, video: ProductVideo) -> tuple[str, str]:
        return video.stage, video.get_stage_display()

    @admin.display(description=_("units"))
    def price(self, video: ProductVideo) -> str:
        if video.units_charged is None:
            return gettext("about %(units)s") % {"units": plain(video.units_estimated)}
        return plain(video.units_charged)

    @admin.display(description=_("receipt"))
    def receipt(self, video: ProductVideo) -> str:
        entries = Submission.objects.filter(video_id=video.pk).order_by("sent_at", "pk")
        return render_to_string("stillreel/cells/receipt.html", {"entries": entries})

    # Deleting.

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and not obj.is_finished:
            return False
        return bool(request.user.has_perm("productvideo.delete_productvideo"))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)  # it would leave the files behind
        return actions

    def delete_model(self, request: HttpRequest, obj: ProductVideo) -> None:
        services.delete_video(video=obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except services.RefusalError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:productvideo_productvideo_change", args=[object_id]))
        return response


@admin.register(VideoEvent)
class VideoEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "video", "to_state", "why", "who")
    list_filter = ("to_stage", "at")
    list_select_related = ("video",)
    search_fields = ("why", "who", "video__title")

    @badge(looks=badges.STAGES, description=_("state"), ordering="to_stage")
    def to_state(self, event: VideoEvent) -> tuple[str, str]:
        return event.to_stage, event.get_to_stage_display()
