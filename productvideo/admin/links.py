"""Where a number leads: the address of the list that it counts, made in one place."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

# How the plain list of videos calls what the library filters by, for as long as there is no library.
_LIST_FILTERS = {
    "persona": "persona__id__exact",
    "product": "product__id__exact",
    "status": "status__exact",
    "model": "model_name__exact",
    "from": "created_at__date__gte",
    "to": "created_at__date__lte",
}
KINDS = {True: "practice", False: "real"}


def library(
    *,
    persona: int | None = None,
    status: str = "",
    model: str = "",
    since: date | None = None,
    until: date | None = None,
    simulated: bool | None = None,
) -> str:
    """Return the address of the videos that are meant; `since` and `until` are days, both included."""
    filters = {
        "persona": persona,
        "status": status,
        "model": model,
        "from": since,
        "to": until,
        "kind": "" if simulated is None else KINDS[simulated],
    }
    asked: dict[str, object] = {name: value for name, value in filters.items() if value}
    try:
        return _with_query(reverse("admin:productvideo_library"), asked)
    except NoReverseMatch:
        plain = {_LIST_FILTERS[name]: value for name, value in asked.items() if name in _LIST_FILTERS}
        return _with_query(reverse("admin:productvideo_productvideo_changelist"), plain)


def ledger(*, persona: int | None, simulated: bool, start: datetime, end: datetime) -> str:
    """Return the address of what was sent to Kling in a time."""
    filters: dict[str, object] = {
        "sent_at__gte": start.isoformat(),
        "sent_at__lt": end.isoformat(),
        "simulated__exact": int(simulated),
        "kind__exact": "order",
    }
    if persona is not None:
        filters["persona_key"] = persona
    return _with_query(reverse("admin:productvideo_submission_changelist"), filters)


def _with_query(address: str, query: dict[str, object]) -> str:
    return f"{address}?{urlencode(query)}" if query else address
