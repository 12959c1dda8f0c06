"""What the buttons of a card do: retake, choose, cancel, delete or hide; with htmx, without leaving the page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from productvideo import services
from productvideo.admin.access import video_of
from productvideo.admin.beside import brought_up_to_date
from productvideo.admin.cards import card_of, cards_of
from productvideo.admin.product_page import to_page
from productvideo.admin.site import is_htmx, staff_page
from productvideo.admin.spending import REFUSALS, news_of, read_practice, read_seen, read_units
from productvideo.admin.takes import arrivals
from productvideo.admin.undo import gone_words, offer_undo
from productvideo.models import ProductVideo
from productvideo.services import SeenScene


@staff_page(needs="productvideo.approve_productvideo")
@require_POST
def retake_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Buy another take of the video's scene, as this person saw it."""
    video = video_of(request, video_id)
    seen: list[SeenScene] = []
    try:
        seen = read_seen(request.POST.getlist("seen"))
        units = read_units(request.POST.get("units", ""))
        practice = read_practice(request.POST)
        taken = services.retake(video=video, seen=_one(seen), units=units, practice=practice, by=request.user)  # type: ignore[arg-type]
    except REFUSALS as refusal:
        return _not_taken(request, video, seen, refusal)
    told = _("Another take of “%(scene)s” is on its way.") % {"scene": video.title}
    html = arrivals(request, [taken], seen=seen) if is_htmx(request) else ""
    return _done(request, video, told, html=html)


@staff_page(needs="productvideo.change_productvideo")
@require_POST
def choose_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Make a take its scene's chosen one, unless a colleague has chosen another one since this page was shown."""
    video = video_of(request, video_id)
    try:
        services.choose_take(video=video, instead_of=_read_id(request.POST.get("instead_of", "")))
    except services.RefusalError as refusal:
        return _trouble(request, video, [str(refusal)], html=_choices(request, video))
    return _done(request, video, _("Chosen."), html=_choices(request, video))


@staff_page(needs="productvideo.approve_productvideo")
@require_POST
def cancel_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Stop a video that was not sent yet."""
    video = video_of(request, video_id)
    try:
        services.cancel(video=video, by=request.user)  # type: ignore[arg-type]
    except services.RefusalError as refusal:
        return _trouble(request, video, [str(refusal)])
    if is_htmx(request):
        return card_again(request, video)
    return _done(request, video, _("Cancelled before it was sent; nothing was charged."))


@staff_page(needs="productvideo.change_productvideo")
@require_POST
def delete_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Put a take into the bin; what is still being made is only hidden. The page offers to undo it."""
    video = video_of(request, video_id)
    binned = services.put_into_bin(videos=[video], by=request.user)  # type: ignore[arg-type]
    if is_htmx(request):
        return render(request, "stillreel/product/gone.html", {"video": video, "sentence": gone_words(video)})
    offer_undo(request, binned)
    return to_page(video.product)


def _one(seen: Sequence[SeenScene]) -> SeenScene:
    if len(seen) != 1:
        raise services.RefusalError(_("The page is out of date; load it again. Nothing was bought."))
    return seen[0]


# What comes back.


def _done(request: HttpRequest, video: ProductVideo, sentence: str, *, html: str = "") -> HttpResponse:
    if is_htmx(request):
        return _note(request, video, [sentence], html=html)
    messages.success(request, sentence)
    return to_page(video.product)


def _not_taken(
    request: HttpRequest, video: ProductVideo, seen: Sequence[SeenScene], refusal: Exception
) -> HttpResponse:
    """Say why nothing was bought, and show what this person's page does not know yet."""
    html, news = "", news_of(refusal)
    if is_htmx(request):
        videos = getattr(refusal, "videos", [])
        html = brought_up_to_date(request, video.product, seen=seen, videos=videos)
    if news.is_trouble:
        return _trouble(request, video, news.sentences, html=html)
    return _done(request, video, " ".join(news.sentences), html=html)


def _trouble(request: HttpRequest, video: ProductVideo, told: Sequence[str], *, html: str = "") -> HttpResponse:
    if is_htmx(request):
        return _note(request, video, told, html=html, trouble=True)
    messages.error(request, " ".join(told))
    return to_page(video.product)


def _note(
    request: HttpRequest, video: ProductVideo, told: Sequence[str], *, html: str = "", trouble: bool = False
) -> HttpResponse:
    """Answer htmx: what else changed on the page, and what to say below the card's buttons."""
    context = {"video": video, "sentences": told, "trouble": trouble, "html": html}
    return render(request, "stillreel/product/note.html", context)


def card_again(request: HttpRequest, video: ProductVideo) -> HttpResponse:
    """Answer htmx with a card as it is now."""
    shown = ProductVideo.objects.for_cards().get(pk=video.pk)
    return render(request, "stillreel/product/card.html", {"card": card_of(shown), "oob": True})


def _choices(request: HttpRequest, video: ProductVideo) -> str:
    """Return, out of band, which take of a scene is chosen and the buttons of the others."""
    takes = ProductVideo.objects.kept().for_cards().filter(scene=video.scene_id, stage=video.stage)
    return render_to_string("stillreel/product/choices.html", {"cards": cards_of(list(takes))}, request=request)


def _read_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
