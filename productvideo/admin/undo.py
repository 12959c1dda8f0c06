"""Taking back what was just put into the bin: the next page says what happened, with one button that undoes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from productvideo.models import ProductVideo

KEY = "put_into_bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What lies in the bin since the page before, and the page to come back to."""

    videos: Sequence[str]
    sentence: str
    back: str


def offer_undo(request: HttpRequest, videos: Sequence[ProductVideo]) -> None:
    """Let the next page of this person offer to take these videos out again."""
    if videos:
        unfinished = sum(not video.is_finished for video in videos)
        request.session[KEY] = {"videos": [str(video.pk) for video in videos], "unfinished": unfinished}


def undo_of(request: HttpRequest) -> Undo | None:
    """Return what can be undone, once; a piece of a page that htmx asks for would not show it."""
    session = getattr(request, "session", None)
    if session is None or KEY not in session or request.headers.get("HX-Request") == "true":
        return None
    told: dict[str, Any] = session.pop(KEY)
    sentence = words_of(len(told["videos"]), told["unfinished"])
    return Undo(videos=told["videos"], sentence=sentence, back=request.get_full_path())


def words_of(count: int, unfinished: int) -> str:
    """Say what happened to videos that were put into the bin, some of which may still be made."""
    told = ngettext("%d video is in the bin for 30 days.", "%d videos are in the bin for 30 days.", count) % count
    if not unfinished:
        return told
    if unfinished == count:
        more = ngettext(
            "It is only hidden: it goes on being made, and is saved and charged.",
            "They are only hidden: they go on being made, and are saved and charged.",
            count,
        )
    else:
        more = ngettext(
            "%d of them is still being made: it goes on, and is saved and charged.",
            "%d of them are still being made: they go on, and are saved and charged.",
            unfinished,
        )
    return f"{told} {more % unfinished if '%d' in more else more}"


def gone_words(video: ProductVideo) -> str:
    """Say of one take's card that it was put into the bin."""
    if video.is_finished:
        return _("Take %d is in the bin for 30 days.") % video.take
    return _("Take %d is hidden. It goes on being made, and is saved and charged.") % video.take
