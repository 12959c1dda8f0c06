"""The list of all videos; each leads to the page of its take. Beside it are the library's and the bin's addresses."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from productvideo import services
from productvideo.admin import badges, bin_page
from productvideo.admin.badges import badge
from productvideo.admin.library import deeds, page, retakes
from productvideo.admin.own import OnlyOwn, OwnPersonas
from productvideo.admin.readonly import ReadOnlyAdmin, TakesRowsAlong
from productvideo.admin.undo import offer_undo
from productvideo.models import ProductVideo, VideoEvent
from productvideo.prices import plain


class BinFilter(admin.SimpleListFilter):
    """What is in the bin is shown to who asks for it, and else is not there."""

    title = _("bin")
    parameter_name = "bin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", gettext("In the bin")), ("both", gettext("In the bin or not"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        everything, *others = super().choices(changelist)
        yield {**everything, "display": gettext("Not in the bin")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProductVideo]) -> QuerySet[ProductVideo]:
        if self.value() == "both":
            return queryset
        return queryset.filter(binned_at__isnull=self.value() != "yes")


@admin.register(ProductVideo)
class ProductVideoAdmin(OnlyOwn, TakesRowsAlong, ReadOnlyAdmin):
    list_display = ("picture", "title", "product", "persona", "state", "practice", "take", "price", "created_at")
    actions_list = ("remove_practice",)
    list_display_links = ("picture", "title")
    list_filter = (BinFilter, "status", "stage", "account", ("persona", OwnPersonas), "model_name", "created_at")
    list_select_related = ("product", "persona", "account")
    search_fields = ("title", "product__name", "persona__name", "task_id", "id")
    date_hierarchy = "created_at"

    def get_urls(self) -> list[URLPattern]:
        return [
            path("library/", page.show_library, name="productvideo_library"),
            path("library/download/", deeds.download_videos, name="productvideo_library_download"),
            path("library/retake/", retakes.confirm_retakes, name="productvideo_library_retake"),
            path("library/retake/buy/", retakes.buy_retakes, name="productvideo_library_buy"),
            path("library/bin/", deeds.bin_videos, name="productvideo_library_bin"),
            path("bin/", bin_page.show_bin, name="productvideo_bin"),
            path("bin/take-out/", bin_page.take_out, name="productvideo_bin_take_out"),
            path("bin/delete/", bin_page.delete_for_good, name="productvideo_bin_delete"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductVideo]:
        videos: QuerySet[ProductVideo] = super().get_queryset(request)
        return videos.defer("source_url") & ProductVideo.objects.visible_to(request.user)

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
        return bool(request.user.has_perm("productvideo.delete_productvideo"))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)  # it would delete past the bin, and leave the files behind
        return actions

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask, and put the video into the bin."""
        video = self.get_object(request, object_id)
        if video is None:
            missing: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return missing
        if not self.has_delete_permission(request, video):
            raise PermissionDenied
        if request.method == "POST":
            offer_undo(request, services.put_into_bin(videos=[video], by=request.user))  # type: ignore[arg-type]
            return redirect("admin:productvideo_productvideo_changelist")
        context = {**admin.site.each_context(request), "title": _("Delete"), "video": video}
        return render(request, "stillreel/bin/put.html", context)


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
