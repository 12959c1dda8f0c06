"""Products in the admin: the list, and the addresses of the pages of our own that replace the stock forms."""

from __future__ import annotations

from typing import Any, TypedDict

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import WithAnnotations
from unfold.admin import ModelAdmin

from productvideo.admin import (
    advice,
    dropping,
    figures,
    live,
    many,
    new_product,
    one_take,
    pauses,
    practice,
    product_page,
    purchases,
    scene_list,
    shape_change,
    video_cards,
    words,
    writing,
)
from productvideo.admin.own import OnlyOwn, OwnPersonas
from productvideo.admin.readonly import TakesRowsAlong
from productvideo.models import Photo, Product
from productvideo.states import FINISHED, Stage


class Counts(TypedDict):
    """What the list knows of a product beside its own columns."""

    newest_photo: int | None
    complete: int
    under_way: int


@admin.register(Product)
class ProductAdmin(OnlyOwn, TakesRowsAlong, ModelAdmin):
    list_display = ("picture", "name", "persona", "films", "created_at")
    list_display_links = ("picture", "name")
    list_filter = (("persona", OwnPersonas), "created_at")
    list_select_related = ("persona",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "description", "persona__name")

    def get_urls(self) -> list[URLPattern]:
        return [
            path("new/", new_product.new_product, name="productvideo_product_new"),
            path("new/one-of-several/", new_product.one_of_several, name="productvideo_product_one_of_several"),
            path("<int:product_id>/", product_page.show_product, name="productvideo_product_page"),
            path("<int:product_id>/shape/", shape_change.change_shape, name="productvideo_product_shape"),
            path("<int:product_id>/follow-photo/", shape_change.follow_photo, name="productvideo_product_follow"),
            path("<int:product_id>/price/", purchases.show_price, name="productvideo_product_price"),
            path("<int:product_id>/approve/", purchases.approve_scenes, name="productvideo_product_approve"),
            path("<int:product_id>/credit/", purchases.refresh_credit, name="productvideo_product_credit"),
            *storyboard_urls(),
            *many_urls(),
            path("figures/", figures.show_figures, name="productvideo_figures"),
            path("sending/try-again/", pauses.try_again, name="productvideo_try_again"),
            path("practice/remove/", practice.remove_practice, name="productvideo_practice_remove"),
            path("<int:product_id>/live/", live.show_live, name="productvideo_product_live"),
            path("videos/<uuid:video_id>/take/", one_take.show_take, name="productvideo_video_take"),
            path("videos/<uuid:video_id>/choose/", video_cards.choose_video, name="productvideo_video_choose"),
            path("videos/<uuid:video_id>/retake/", video_cards.retake_video, name="productvideo_video_retake"),
            path("videos/<uuid:video_id>/cancel/", video_cards.cancel_video, name="productvideo_video_cancel"),
            path("videos/<uuid:video_id>/remove/", video_cards.delete_video, name="productvideo_video_remove"),
            *super().get_urls(),
        ]

    # The stock forms are on nobody's way.

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect("admin:productvideo_product_new")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("admin:productvideo_product_page", self.seen_object(request, object_id).pk)

    # The list.

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        products: QuerySet[Product] = super().get_queryset(request)
        photos = Photo.objects.filter(product=OuterRef("pk")).order_by("-in_use_since", "-pk")
        kept = Q(videos__binned_at__isnull=True)
        return products.annotate(
            newest_photo=Subquery(photos.values("pk")[:1]),
            complete=Count("videos", filter=kept & Q(videos__stage=Stage.COMPLETE), distinct=True),
            under_way=Count("videos", filter=kept & ~Q(videos__stage__in=FINISHED), distinct=True),
        )

    @admin.display(description=_("photo"))
    def picture(self, product: WithAnnotations[Product, Counts]) -> str:
        photo = Photo(pk=product.newest_photo, product=product) if product.newest_photo else None
        return render_to_string("stillreel/cells/photo.html", {"photo": photo})

    @admin.display(description=_("videos"))
    def films(self, product: WithAnnotations[Product, Counts]) -> str:
        words = gettext("%d complete") % product.complete
        return f"{words}, {gettext('%d under way') % product.under_way}" if product.under_way else words


def storyboard_urls() -> list[URLPattern]:
    """Return the addresses of what is planned: scenes and their words."""
    scene = "<int:product_id>/scenes/<int:scene_id>/"
    return [
        path("<int:product_id>/write-scenes/", writing.write_scenes, name="productvideo_product_write"),
        path("<int:product_id>/storyboard/", writing.look_for_scenes, name="productvideo_product_storyboard"),
        path("<int:product_id>/scenes/again/", writing.write_all_again, name="productvideo_product_write_again"),
        path("<int:product_id>/plan/", writing.choose_plan, name="productvideo_product_plan"),
        path("<int:product_id>/scenes/add/", scene_list.add_scene, name="productvideo_scene_add"),
        path(scene, words.save_words, name="productvideo_scene_save"),
        path(f"{scene}again/", words.write_again, name="productvideo_scene_again"),
        path(f"{scene}mend/", advice.mend_scene, name="productvideo_scene_mend"),
        path(f"{scene}rewrite/", words.rewrite_prompt, name="productvideo_scene_rewrite"),
        path(f"{scene}drop/", scene_list.drop_scene, name="productvideo_scene_drop"),
        path(f"{scene}bring-back/", scene_list.bring_back_scene, name="productvideo_scene_bring_back"),
    ]


def many_urls() -> list[URLPattern]:
    """Return the addresses of many products at once: of those that were dropped together, and of all."""
    together = "dropped/<uuid:dropped_with>/"
    pages = [("", many.show_many), ("price/", many.show_price), ("progress/", many.show_progress)]
    pages.append(("approve/", many.approve_many))
    names = {"": "to_approve", "price/": "to_approve_price", "progress/": "to_approve_progress"}
    names["approve/"] = "to_approve_buy"
    return [
        path("drop/", dropping.drop_photos, name="productvideo_drop"),
        path("drop/one/", dropping.drop_one, name="productvideo_drop_one"),
        path("<int:product_id>/describe/", many.describe, name="productvideo_product_describe"),
        *(path(f"to-approve/{end}", view, name=f"productvideo_{names[end]}") for end, view in pages),
        *(path(f"{together}{end}", view, name=f"productvideo_dropped_{names[end]}") for end, view in pages),
    ]
