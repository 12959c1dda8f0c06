"""What the library's address asks for: filters, words to look for, an order, a page; and the videos that answer it.

All of it is in the query string, so that a view of the library can be kept as a bookmark and sent to a colleague. What
cannot be read there is left out: an old link shows more than it once did, and never an error.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

import kling
from productvideo.models import ProductVideo
from productvideo.querysets import now
from productvideo.states import Status

MOST_WORDS = 6  # that are looked for at once
HIGHEST_ID = 2**63 - 1
NEWEST = ("-created_at", "-pk")
WAITED = Coalesce("finished_at", now()) - F("created_at")
ORDERS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "newest": (_("Newest first"), NEWEST),
    "oldest": (_("Oldest first"), ("created_at", "pk")),
    "persona": (_("By persona"), ("persona__name", *NEWEST)),
    "product": (_("By product"), ("product__name", *NEWEST)),
    "title": (_("By title"), ("title", *NEWEST)),
    "wait": (_("Longest wait first"), (WAITED.desc(), *NEWEST)),
    "quick": (_("Shortest wait first"), (WAITED.asc(), *NEWEST)),
}
KINDS = {"practice": _("Practice"), "real": _("Real")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to see; empty values ask for everything."""

    persona: int | None = None
    product: int | None = None
    status: str = ""
    model: str = ""
    since: date | None = None
    until: date | None = None
    kind: str = ""
    text: str = ""
    order: str = "newest"
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        named = (self.persona, self.product, self.status, self.model, self.since, self.until, self.kind, self.text)
        return any(value for value in named)


def read_wish(query: QueryDict) -> Wish:
    """Read the query string."""
    return Wish(
        persona=_number(query.get("persona", "")),
        product=_number(query.get("product", "")),
        status=_one_of(Status.values, query.get("status", "")),
        model=_text(query.get("model", ""))[:50],
        since=_day(query.get("from", "")),
        until=_day(query.get("to", "")),
        kind=_one_of(KINDS, query.get("kind", "")),
        text=_text(query.get("q", ""))[:200],
        order=_one_of(ORDERS, query.get("sort", "")) or "newest",
        page=_number(query.get("page", "")) or 1,
    )


def videos_for(wish: Wish, videos: QuerySet[ProductVideo]) -> QuerySet[ProductVideo]:
    """Return those of the videos that are asked for, in the order that is asked for."""
    exact: dict[str, Any] = {
        "persona": wish.persona,
        "product": wish.product,
        "status": wish.status,
        "model_name__in": wish.model and kling.names_of(wish.model),
        "created_at__gte": wish.since and _beginning(wish.since),
        "created_at__lt": wish.until and _beginning(wish.until + timedelta(days=1)),
    }
    found = videos.filter(**{column: value for column, value in exact.items() if value})
    if wish.kind:
        found = found.filter(account__simulated=wish.kind == "practice")
    for word in wish.text.split()[:MOST_WORDS]:
        found = found.filter(_mentions(word))
    return found.order_by(*ORDERS[wish.order][1])


def _mentions(word: str) -> Q:
    """The videos with a word in what people know them by: title, product, persona, Kling's task, or our id."""
    named = ("title", "product__name", "persona__name", "task_id")
    condition = Q()
    for column in named:
        condition |= Q(**{f"{column}__icontains": word})
    try:
        return condition | Q(pk=uuid.UUID(word))
    except ValueError:
        return condition


def _beginning(day: date) -> datetime:
    """Return when a day begins on the viewer's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _text(text: str) -> str:
    return text.replace("\0", "").strip()


def _one_of(known: Any, text: str) -> str:
    return text if text in known else ""


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return int(text) if is_number and 0 < int(text) <= HIGHEST_ID else None


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 1 < day.year < 9999 else None
