"""Retaking the ticked videos: first a page with each price and the sum, then one purchase of all or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.conf import settings as site
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import kling
from productvideo import services
from productvideo.admin.credit import Credit, credit_of
from productvideo.admin.library.deeds import LIBRARY
from productvideo.admin.library.tiles import Tile
from productvideo.admin.month import Month
from productvideo.admin.selection import MOST, read_ids
from productvideo.admin.site import staff_page
from productvideo.admin.spending import REFUSALS, News, news_of, read_practice, read_seen, read_units
from productvideo.models import ProductVideo
from productvideo.prices import Quote, quote
from productvideo.services import Retake, SeenScene


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A video that can be made again, and what that costs."""

    tile: Tile
    price: Quote

    @property
    def retake(self) -> str:
        """The video and its scene as this page shows them: what the purchase names."""
        video = self.tile.video
        scene = video.scene
        assert scene is not None  # noqa: S101  - else it is left out
        return f"{video.pk}:{scene.pk}:{scene.version}:{scene.takes}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A video that cannot be made again, and why."""

    tile: Tile
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What can be bought: the lines, the sum, and what it does to the month of each persona."""

    lines: Sequence[Line]
    left_out: Sequence[LeftOut]
    months: Sequence[Month]
    credit: Credit | None

    @property
    def total(self) -> Quote:
        units = sum((line.price.units for line in self.lines), Decimal(0))
        money = sum((line.price.money for line in self.lines), Decimal(0))
        return Quote(clips=len(self.lines), units=units, money=money, currency=site.KLING_CURRENCY)

    @property
    def is_refused(self) -> bool:
        return any(month.is_refused for month in self.months)

    @property
    def button(self) -> str:
        made = ngettext("Retake %d video", "Retake %d videos", len(self.lines)) % len(self.lines)
        return f"{made} · {self.total}"


@staff_page(needs="productvideo.approve_productvideo")
def confirm_retakes(request: HttpRequest) -> HttpResponse:
    """Show what retaking the ticked videos costs; looking here without any leads to the library."""
    videos = _videos(request, read_ids(request.POST.getlist("video")))
    if not videos:
        messages.info(request, _("Nothing was selected."))
        return redirect(LIBRARY)
    return _page(request, offer_of(videos))


@staff_page(needs="productvideo.approve_productvideo")
def buy_retakes(request: HttpRequest) -> HttpResponse:
    """Buy them all, exactly as this person saw them, or none."""
    texts = [text.partition(":") for text in request.POST.getlist("retake")]
    videos = _videos(request, read_ids(text for text, _colon, _seen in texts))
    if not videos:
        return redirect(LIBRARY)
    try:
        bought = services.retake_several(
            retakes=_retakes(videos, read_seen(seen for _text, _colon, seen in texts)),
            units=read_units(request.POST.get("units", "")),
            practice=read_practice(request.POST),
            by=request.user,  # type: ignore[arg-type]
        )
    except REFUSALS as refusal:
        news = news_of(refusal)
        if news.is_trouble:
            return _page(request, offer_of(videos), news=news, status=409)
        messages.info(request, " ".join(news.sentences))
        return redirect(LIBRARY)
    messages.success(request, _on_their_way(len(bought)))
    return redirect(LIBRARY)


def offer_of(videos: Iterable[ProductVideo]) -> Offer:
    """Price another take of each of these videos."""
    lines: list[Line] = []
    left_out: list[LeftOut] = []
    for video in videos:
        tile = Tile(video=video)
        try:
            lines.append(Line(tile=tile, price=_price(video)))
        except (services.RefusalError, kling.SettingsError) as refusal:
            left_out.append(LeftOut(tile=tile, why=str(refusal)))
    needed = sum((line.price.units for line in lines), Decimal(0))
    return Offer(lines=lines, left_out=left_out, months=_months(lines), credit=credit_of(needed=needed))


def _price(video: ProductVideo) -> Quote:
    if video.scene is None or video.scene.dropped_at is not None:
        raise services.RefusalError(_("Its scene was removed."))
    if not video.is_finished:
        raise services.RefusalError(_("It is still being made."))
    return quote(services.retake_settings(video), clips=1)


def _months(lines: Iterable[Line]) -> list[Month]:
    """Return the months of the personas that have a limit, each with what it would pay for."""
    personas = {line.tile.video.persona_id: line.tile.video.persona for line in lines}
    needed = dict.fromkeys(personas, Decimal(0))
    for line in lines:
        needed[line.tile.video.persona_id] += line.price.units
    budgets = services.budgets_of(personas.values(), simulated=site.PRACTICE_MODE)
    return [Month(budget=replace(budget, needed=needed[pk])) for pk, budget in sorted(budgets.items())]


def _retakes(videos: Sequence[ProductVideo], seen: Sequence[SeenScene]) -> list[Retake]:
    if len(videos) != len(seen):
        raise services.RefusalError(_("The page is out of date; load it again. Nothing was bought."))
    return [Retake(video=video, seen=scene) for video, scene in zip(videos, seen, strict=True)]


def _videos(request: HttpRequest, ids: Iterable[UUID]) -> list[ProductVideo]:
    """Return these videos with their scenes, in this order; none that is in the bin."""
    wanted = list(dict.fromkeys(ids))[:MOST]
    videos = ProductVideo.objects.kept().visible_to(request.user)
    found = videos.select_related("persona", "product", "account", "scene").defer("source_url").in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def _page(request: HttpRequest, offer: Offer, *, news: News | None = None, status: int = 200) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("Retake"), "offer": offer, "news": news}
    return render(request, "stillreel/library/retake.html", context, status=status)


def _on_their_way(count: int) -> str:
    text = ngettext("%d new take is on its way.", "%d new takes are on their way.", count)
    return text % count
