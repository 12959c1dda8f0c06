"""The list of all videos; each leads to the page of its take, and finished ones can be deleted."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from productvideo import services
from productvideo.admin import badges
from productvideo.admin.badges import badge
from productvideo.admin.own import OnlyOwn, OwnPersonas
from productvideo.admin.readonly import ReadOnlyAdmin, TakesRowsAlong
from productvideo.admin.words import person
from productvideo.models import ProductVideo, VideoEvent
from productvideo.prices import plain


@admin.register(ProductVideo)
class ProductVideoAdmin(OnlyOwn, TakesRowsAlong, ReadOnlyAdmin):
    list_display = ("picture", "title", "product", "persona", "state", "practice", "take", "price", "created_at")
    actions_list = ("remove_practice",)
    list_display_links = ("picture", "title")
    list_filter = ("status", "stage", "account", ("persona", OwnPersonas), "model_name", "created_at")
    list_select_related = ("product", "persona", "account")
    search_fields = ("title", "product__name", "persona__name", "task_id", "id")
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductVideo]:
        videos: QuerySet[ProductVideo] = super().get_queryset(request)
        return videos.defer("source_url")

    @admin.display(description=_("video"))
    def picture(self, video: ProductVideo) -> str:
        return render_to_string("stillreel/cells/poster.html", {"video": video})

    @badge(looks=badges.STAGES, description=_("state"), ordering="stage")
    def state(self, video: ProductVideo) -> tuple[str, str]:
        return video.stage, video.get_stage_display()

    @badge(looks=badges.KINDS, description=_("kind"), ordering="account__simulated")
    def practice(self, video: ProductVideo) -> tuple[str, str]:
        return ("practice", gettext("practice")) if video.account.simulated else ("real", gettext("real"))

    @admin.display(description=_("units"))
    def price(self, video: ProductVideo) -> str:
        if video.units_charged is None:
            return gettext("about %(units)s") % {"units": plain(video.units_estimated)}
        return plain(video.units_charged)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to our own page of the take."""
        return redirect("admin:productvideo_video_take", self.seen_object(request, object_id).pk)

    # Deleting.

    @action(description=_("Remove all practice videos"), permissions=["remove_practice"])  # type: ignore[untyped-decorator]
    def remove_practice(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:productvideo_practice_remove")

    def has_remove_practice_permission(self, request: HttpRequest) -> bool:
        may_delete = request.user.has_perm("productvideo.delete_productvideo")
        return may_delete and services.practice_videos().visible_to(request.user).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and not obj.is_finished:
            return False
        return bool(request.user.has_perm("productvideo.delete_productvideo"))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)  # it would leave the files behind
        return actions

    def delete_model(self, request: HttpRequest, obj: ProductVideo) -> None:
        services.delete_video(video=obj, by=person(request))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except services.RefusalError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:productvideo_video_take", object_id)
        return response


@admin.register(VideoEvent)
class VideoEventAdmin(OnlyOwn, ReadOnlyAdmin):
    members = "video__persona__members"
    list_display = ("at", "video", "to_state", "why", "who")
    list_filter = ("to_stage", "at")
    list_select_related = ("video",)
    search_fields = ("why", "who", "video__title")

    @badge(looks=badges.STAGES, description=_("state"), ordering="to_stage")
    def to_state(self, event: VideoEvent) -> tuple[str, str]:
        return event.to_stage, event.get_to_stage_display()
