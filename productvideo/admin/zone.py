"""Times in the viewer's own zone: the page's script says which one it is, in a cookie."""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "timezone"


class ViewerZone:
    """Middleware: show times as the clock on the viewer's wall does; UTC until the script has said which."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone(request.COOKIES.get(COOKIE, ""))):
            return self.get_response(request)


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    return zoneinfo.ZoneInfo(name) if name in _names() else None


@functools.cache
def _names() -> frozenset[str]:
    """Read them once: they are files on the disk."""
    return frozenset(zoneinfo.available_timezones())
