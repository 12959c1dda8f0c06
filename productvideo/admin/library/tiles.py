"""A video as the library and the bin show it: its poster, what it is, where it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from productvideo.admin.cards import Card
from productvideo.models import ProductVideo

UNREAD = ("source_url", "prompt", "negative_prompt", "description")  # long, and on no tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile(Card):
    """A card without its sentences, which would ask the database for what is under way."""

    @property
    def plays_on_hover(self) -> bool:
        return self.is_complete and bool(self.video.url)

    @property
    def length(self) -> str:
        """How long the film is, as a clock says it."""
        seconds = round(self.video.seconds) if self.video.seconds else self.video.duration
        return f"{seconds // 60}:{seconds % 60:02d}"

    @property
    def trouble(self) -> str:
        """Why there is no film, or what a person should look at."""
        if self.is_failed:
            return self.video.error_message or _("It failed, and nobody said why.")
        return self.video.attention

    @property
    def name(self) -> str:
        """What a screen reader says of it, and the title above the large player."""
        return f"{self.video} · {self.video.product}"


def for_tiles(videos: QuerySet[ProductVideo]) -> QuerySet[ProductVideo]:
    """Read along what a tile shows, and nothing long that it does not."""
    return videos.select_related("persona", "product", "account").defer(*UNREAD)


def tiles_of(ids: Iterable[UUID]) -> list[Tile]:
    """Return the tiles of these videos, in this order.

    A page is found by its ids alone, and only its own rows are read whole: so the last page of many is as quick as the
    first one.
    """
    wanted = list(ids)
    found = for_tiles(ProductVideo.objects.all()).in_bulk(wanted)
    return [Tile(video=found[pk]) for pk in wanted if pk in found]
