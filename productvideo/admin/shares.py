"""The list of all links to people outside: who made them, how often they were used, and stopping them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from productvideo import services
from productvideo.admin import badges, share_panel
from productvideo.admin.badges import badge
from productvideo.admin.own import OnlyOwn
from productvideo.admin.readonly import ReadOnlyAdmin
from productvideo.ages import has_passed
from productvideo.models import Share


@admin.register(Share)
class ShareAdmin(OnlyOwn, ReadOnlyAdmin):
    list_display = ("subject", "persona", "state", "created_by", "created_at", "ends_at", "views", "downloads")
    list_filter = ("ends_at", "revoked_at", "created_by")
    list_select_related = ("video__product__persona", "product__persona", "created_by")
    search_fields = ("video__title", "video__product__name", "product__name", "created_by__username")
    fields = (
        "subject",
        "persona",
        "works",
        "created_by",
        "created_at",
        "ends_at",
        "revoked_at",
        "views",
        "downloads",
        "opened_at",
    )
    readonly_fields = fields
    actions = ("revoke",)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("video/<uuid:video_id>/", share_panel.share_video, name="productvideo_video_share"),
            path("product/<int:product_id>/", share_panel.share_product, name="productvideo_product_share"),
            path("<int:share_id>/revoke/", share_panel.revoke, name="productvideo_share_revoke"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Share]:
        shares: QuerySet[Share] = ReadOnlyAdmin.get_queryset(self, request)
        return shares & Share.objects.visible_to(request.user)

    @admin.display(description=_("what"))
    def subject(self, share: Share) -> str:
        if share.video is not None:
            return f"{share.video} · {share.video.product}"
        return gettext("chosen takes of %(product)s") % {"product": share.product}

    @admin.display(description=_("persona"))
    def persona(self, share: Share) -> str:
        product = share.product or (share.video and share.video.product)
        return str(product.persona) if product else ""

    @admin.display(description=_("state"))
    def works(self, share: Share) -> str:
        return self.state(share)[1]

    @badge(looks=badges.SHARES, description=_("state"))
    def state(self, share: Share) -> tuple[str, str]:
        if share.revoked_at is not None:
            return "revoked", gettext("revoked")
        return ("ended", gettext("ended")) if has_passed(share.ends_at) else ("open", gettext("open"))

    def has_share_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(share_panel.SHARE)

    @admin.action(description=_("Revoke the selected links"), permissions=["share"])
    def revoke(self, request: HttpRequest, shares: QuerySet[Any]) -> None:
        open_ones = list(shares.filter(revoked_at__isnull=True))
        for share in open_ones:
            services.revoke_share(share=share, by=request.user)  # type: ignore[arg-type]
        told = ngettext("%d link does not work any more.", "%d links do not work any more.", len(open_ones))
        messages.success(request, told % len(open_ones))
