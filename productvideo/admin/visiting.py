"""Noticing that somebody is here, so that the home page can tell what is new since the last time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from productvideo import services
from productvideo.admin.site import is_htmx


class NotesVisits:
    """Middleware: what a signed-in person asks for in the admin counts; what an open page asks by itself does not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        asks_by_itself = is_htmx(request) and request.method == "GET"
        if request.path.startswith(reverse("admin:index")) and not asks_by_itself and isinstance(request.user, User):
            services.note_visit(request.user)
        return response


@receiver(user_logged_in)
def begin_visit(sender: object, user: User, **_: Any) -> None:
    """Signing in is a visit too, and writes it down at once."""
    services.note_visit(user, at_once=True)
