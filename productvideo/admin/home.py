"""The first page: a photo to drop, and below it only what is not empty: what is made, needs somebody, is new."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from personas.models import Persona
from productvideo import services
from productvideo.admin import links
from productvideo.admin.drop_form import DropForm
from productvideo.admin.health import health
from productvideo.admin.site import is_htmx, staff_page
from productvideo.ages import today
from productvideo.models import Product, ProductVideo
from productvideo.querysets import ProductVideoQuerySet, now
from productvideo.states import Stage

MOST_SHOWN = 10  # of one kind
FAILED_FOR = timedelta(days=14)  # what failed longer ago is no news
NO_FAILURES = ("cancelled", "practice")  # ended by people, and not by Kling


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that somebody should do, and where."""

    sentence: str
    deed: str
    address: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Some videos of a kind, how many there are of it, and where all of them are."""

    videos: Sequence[ProductVideo] = ()
    count: int = 0
    address: str = ""

    @property
    def more(self) -> int:
        return self.count - len(self.videos)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What stands below the photo."""

    being_made: Strip
    needs: Sequence[Need] = ()
    fresh: Strip = field(default_factory=Strip)
    since: datetime | None = None
    newest: Strip = field(default_factory=Strip)


@staff_page
@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """Show the page; htmx, which asks while videos are being made, gets the lists if they have changed."""
    if is_htmx(request):
        return _lists_if_changed(request)
    personas = list(Persona.objects.visible_to(request.user))
    context = {
        **admin.site.each_context(request),
        "title": _("Home"),
        "may_drop": request.user.has_perm("productvideo.add_product"),
        "form": DropForm(personas=personas, by=request.user, initial={"dropped_with": uuid.uuid4()}),
        "personas": personas,
        "most": services.MOST_AT_ONCE,
    }
    if not Product.objects.visible_to(request.user).exists():
        return render(request, "stillreel/home/first_day.html", context)
    html = _lists(request, personas)
    return render(request, "stillreel/home/page.html", {**context, "lists": html, "mark": _mark(html)})


def _lists_if_changed(request: HttpRequest) -> HttpResponse:
    html = _lists(request, list(Persona.objects.visible_to(request.user)))
    if request.GET.get("mark") == _mark(html):
        return HttpResponse(status=204)
    return render(request, "stillreel/home/lists_frame.html", {"lists": html, "mark": _mark(html)})


def _lists(request: HttpRequest, personas: Sequence[Persona]) -> str:
    return render_to_string("stillreel/home/lists.html", {"home": lists_of(request.user, personas)}, request=request)


def _mark(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:16]


def lists_of(user: User | AnonymousUser, personas: Sequence[Persona]) -> Lists:
    """Ask for everything below the photo, by a number of questions that does not grow with the videos."""
    videos = ProductVideo.objects.visible_to(user).kept()
    complete = videos.filter(stage=Stage.COMPLETE)
    since = services.end_of_last_visit(user) if isinstance(user, User) else None
    fresh = complete.filter(finished_at__gt=since) if since else complete.none()
    new = _strip(fresh.order_by("-finished_at"), links.library(status="complete", since=_day(since)))
    return Lists(
        being_made=_strip(videos.unfinished().order_by("-created_at"), links.library(status="pending")),
        needs=_needs(user, videos, personas),
        fresh=new,
        since=since,
        newest=_newest(complete, but=new),
    )


def _strip(videos: ProductVideoQuerySet, address: str) -> Strip:
    return Strip(videos=list(_shown(videos)[:MOST_SHOWN]), count=videos.count(), address=address)


def _newest(complete: ProductVideoQuerySet, *, but: Strip) -> Strip:
    """What stands above as new is not shown a second time."""
    there = [video.pk for video in but.videos]
    videos = _shown(complete.exclude(pk__in=there).order_by("-created_at", "-pk"))
    return Strip(videos=list(videos[:MOST_SHOWN]), address=links.library(status="complete"))


def _shown(videos: ProductVideoQuerySet) -> ProductVideoQuerySet:
    return videos.select_related("product", "persona", "account", "photo").defer("source_url", "prompt")


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


# What needs somebody.


def _needs(user: User | AnonymousUser, videos: ProductVideoQuerySet, personas: Sequence[Persona]) -> list[Need]:
    return [*_paused(user), *_budgets(user, personas), *_failed(user, videos), *_flagged(videos), *_unapproved(user)]


def _paused(user: User | AnonymousUser) -> list[Need]:
    state = health()
    if not state.is_paused:
        return []
    may_look = user.has_perm("productvideo.view_klingaccount")
    where = "admin:productvideo_klingaccount_changelist" if may_look else "admin:productvideo_figures"
    sentence = _("Nothing is sent to Kling just now. %(why)s") % {"why": state.trouble}
    return [Need(sentence=sentence, deed=_("See why"), address=reverse(where), icon="pause_circle")]


def _budgets(user: User | AnonymousUser, personas: Sequence[Persona]) -> list[Need]:
    from productvideo.admin.month import months_of

    needs = []
    may_change = user.has_perm("personas.change_persona")
    for pk, month in months_of(personas).items():
        if not month.is_near:
            continue
        where = (
            reverse("admin:personas_persona_change", args=[pk])
            if may_change
            else reverse("admin:productvideo_figures")
        )
        deed = _("Change the limit") if may_change else _("See the figures")
        needs.append(Need(sentence=month.budget.warning, deed=deed, address=where, icon="savings"))
    return needs


def _failed(user: User | AnonymousUser, videos: ProductVideoQuerySet) -> list[Need]:
    """Say what failed lately and was not tried again, one line each, and the rest in one."""
    newer = ProductVideo.objects.filter(scene=OuterRef("scene"), take__gt=OuterRef("take"))
    failed = videos.filter(~Exists(newer), stage=Stage.FAILED, finished_at__gt=now() - FAILED_FOR)
    found = list(_shown(failed.exclude(error_code__in=NO_FAILURES).order_by("-finished_at"))[: MOST_SHOWN + 1])
    needs = [
        Need(
            sentence=_("“%(title)s” of %(product)s failed: %(why)s")
            % {"title": video.title, "product": video.product, "why": video.error_message},
            deed=_("Open it"),
            address=reverse("admin:productvideo_video_take", args=[video.pk]),
            icon="error",
        )
        for video in found[:3]
    ]
    if len(found) > len(needs):
        since = today() - FAILED_FOR
        sentence = _("More videos have failed since %(day)s.") % {"day": date_format(since, "MONTH_DAY_FORMAT")}
        address = links.library(status="failed", since=since)
        needs.append(Need(sentence=sentence, deed=_("See all"), address=address, icon="error"))
    return needs


def _flagged(videos: ProductVideoQuerySet) -> list[Need]:
    return [
        Need(
            sentence=_("“%(title)s”: %(what)s") % {"title": video.title, "what": video.attention},
            deed=_("Look at it"),
            address=reverse("admin:productvideo_video_take", args=[video.pk]),
            icon="flag",
        )
        for video in videos.filter(~Q(attention="")).order_by("-created_at")[:3]
    ]


def _unapproved(user: User | AnonymousUser) -> list[Need]:
    if not user.has_perm("productvideo.approve_productvideo"):
        return []
    count = Product.objects.visible_to(user).never_approved().count()
    if not count:
        return []
    sentence = ngettext(
        "%d product has scenes that nobody has approved yet.",
        "%d products have scenes that nobody has approved yet.",
        count,
    )
    address = reverse("admin:productvideo_to_approve")
    return [Need(sentence=sentence % count, deed=_("Look and approve"), address=address, icon="playlist_add_check")]
