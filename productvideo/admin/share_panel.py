"""Sharing with people outside: the panel beside a video or a product, with its links, and the buttons on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings as site
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from productvideo import services
from productvideo.admin.access import product_of, video_of
from productvideo.admin.site import is_htmx, staff_page
from productvideo.models import Product, ProductVideo, Share
from productvideo.models.share import ENDS_AFTER

SHARE = "productvideo.share_productvideo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that works, in full."""

    share: Share
    address: str
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePanel:
    """What is shared, where its buttons lead, its links, and what came of pressing."""

    subject: ProductVideo | Product
    action: str
    links: Sequence[Link]
    trouble: str = ""
    said: str = ""

    @property
    def is_of_product(self) -> bool:
        return isinstance(self.subject, Product)

    @property
    def first_day(self) -> str:
        return timezone.localdate().isoformat()

    @property
    def usual_day(self) -> str:
        return (timezone.localtime() + ENDS_AFTER).date().isoformat()

    @property
    def can_be_shared(self) -> bool:
        video = self.subject
        return isinstance(video, Product) or (bool(video.url) and video.binned_at is None)


def panel_of(
    request: HttpRequest,
    subject: ProductVideo | Product,
    *,
    new: Share | None = None,
    trouble: str = "",
    said: str = "",
) -> SharePanel:
    """Return the panel of a video or a product."""
    links = [
        Link(share=share, address=address_of(request, share), is_new=new is not None and share.pk == new.pk)
        for share in subject.shares.open()
    ]
    kind = "product" if isinstance(subject, Product) else "video"
    action = reverse(f"admin:productvideo_{kind}_share", args=[subject.pk])
    return SharePanel(subject=subject, action=action, links=links, trouble=trouble, said=said)


def address_of(request: HttpRequest, share: Share) -> str:
    """Return a link in full, as it is sent to somebody."""
    path = reverse("shared", args=[share.token])
    return f"{site.PUBLIC_URL}{path}" if urlsplit(site.PUBLIC_URL).hostname else request.build_absolute_uri(path)


@staff_page(needs=SHARE)
def share_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Show the links of a video; on posting, make one."""
    return _share(request, video_of(request, video_id))


@staff_page(needs=SHARE)
def share_product(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show the links of a product's chosen takes; on posting, make one."""
    return _share(request, product_of(request, product_id))


@staff_page(needs=SHARE)
@require_POST
def revoke(request: HttpRequest, share_id: int) -> HttpResponse:
    """Stop a link at once."""
    shares = Share.objects.visible_to(request.user).select_related("video__product__persona", "product__persona")
    share = get_object_or_404(shares, pk=share_id)
    services.revoke_share(share=share, by=request.user)  # type: ignore[arg-type]
    subject = share.video or share.product
    if subject is None:
        raise Http404
    return _answer(request, panel_of(request, subject, said=_("The link does not work any more.")))


def _share(request: HttpRequest, subject: ProductVideo | Product) -> HttpResponse:
    if request.method != "POST":
        return _answer(request, panel_of(request, subject))
    try:
        ends_at = _end(request.POST.get("ends", ""))
        if isinstance(subject, Product):
            share = services.share_product(product=subject, by=request.user, ends_at=ends_at)  # type: ignore[arg-type]
        else:
            share = services.share_video(video=subject, by=request.user, ends_at=ends_at)  # type: ignore[arg-type]
    except services.RefusalError as refusal:
        return _answer(request, panel_of(request, subject, trouble=str(refusal)))
    return _answer(
        request, panel_of(request, subject, new=share, said=_("The link is made; whoever has it can watch."))
    )


def _end(text: str) -> datetime | None:
    """Return the end of the chosen day on the viewer's clock; None for the usual 30 days."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 1 < day.year < 9999:
        raise services.RefusalError(_("That is no date; choose the last day on which the link shall work."))
    if day == (timezone.localtime() + ENDS_AFTER).date():
        return None  # what the form said by itself
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _answer(request: HttpRequest, panel: SharePanel) -> HttpResponse:
    """Answer htmx with the panel, and everybody else with a page that has nothing but the panel."""
    if is_htmx(request):
        return render(request, "stillreel/share/panel.html", {"panel": panel})
    if request.method == "POST":
        told = panel.trouble or panel.said
        (messages.error if panel.trouble else messages.success)(request, told)
        return redirect(panel.action)
    context = {**admin.site.each_context(request), "title": _("Share"), "panel": panel}
    return render(request, "stillreel/share/page.html", context)
