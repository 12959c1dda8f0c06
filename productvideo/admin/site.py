"""What every admin page has: banners about practice mode and pauses, the stylesheet, the script."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from productvideo.admin.headline import headline
from productvideo.admin.health import health

View = Callable[..., HttpResponseBase]


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Return what stands on top of every admin page: a line, the banners; UNFOLD's GLOBAL_CALLBACK."""
    if not admin.site.has_permission(request):
        return {"sending_trouble": ""}
    now = health()
    return {"sending_trouble": now.trouble, "headline": headline(request.user, now)}


def practice(request: HttpRequest) -> dict[str, Any]:
    """Tell every template whether this is practice mode; a context processor."""
    return {"practice_mode": settings.PRACTICE_MODE}


def environment(request: HttpRequest) -> list[str] | None:
    """Return the label in the header of every page, and its colour; UNFOLD's ENVIRONMENT."""
    return [gettext("Practice"), "warning"] if settings.PRACTICE_MODE else None


def stylesheet(request: HttpRequest) -> str:
    return static("stillreel/stillreel.css")


def script(request: HttpRequest) -> str:
    return static("stillreel/stillreel.js")


def favicon(request: HttpRequest) -> str:
    return static("stillreel/icon.svg")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar: what is used daily first, then what is only looked at."""
    return [
        {
            "items": [
                _entry("Home", "home", "admin:index", exactly=True),
                _entry("New product", "add_a_photo", "admin:productvideo_product_new"),
                _entry(
                    "Products",
                    "inventory_2",
                    "admin:productvideo_product_changelist",
                    but_not=("/new/", "/figures/", "/to-approve/", "/dropped/"),
                ),
                _entry("To approve", "playlist_add_check", "admin:productvideo_to_approve"),
                _entry(
                    "Videos",
                    "movie",
                    "admin:productvideo_productvideo_changelist",
                    needs="productvideo.view_productvideo",
                ),
                _entry("Personas", "face", "admin:personas_persona_changelist", needs="personas.view_persona"),
                _entry("Figures", "monitoring", "admin:productvideo_figures"),
            ]
        },
        {
            "title": "Kling",
            "separator": True,
            "items": [
                _entry(
                    "Ledger",
                    "receipt_long",
                    "admin:productvideo_submission_changelist",
                    needs="productvideo.view_submission",
                ),
                _entry(
                    "Kling accounts",
                    "key",
                    "admin:productvideo_klingaccount_changelist",
                    needs="productvideo.view_klingaccount",
                ),
            ],
        },
        {
            "title": "People",
            "separator": True,
            "items": [
                _entry("Users", "person", "admin:auth_user_changelist", needs="auth.view_user"),
                _entry(
                    "API tokens", "token", "admin:authtoken_tokenproxy_changelist", needs="authtoken.view_tokenproxy"
                ),
            ],
        },
    ]


def _entry(
    title: str, icon: str, url_name: str, *, but_not: tuple[str, ...] = (), needs: str = "", exactly: bool = False
) -> dict[str, Any]:
    link = reverse(url_name)

    def is_active(request: HttpRequest) -> bool:
        if exactly:
            return request.path == link
        return request.path.startswith(link) and not any(part in request.path for part in but_not)

    def is_allowed(request: HttpRequest) -> bool:
        return not needs or request.user.has_perm(needs)

    return {"title": title, "icon": icon, "link": link, "active": is_active, "permission": is_allowed}


def staff_page(view: View) -> View:
    """Let active staff in, and send everybody else to sign in; until roles come, all staff may do all of it.

    A card that asks for itself after the session has ended makes the whole page sign in, not the card.
    """

    @never_cache
    @functools.wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if admin.site.has_permission(request):
            return view(request, *args, **kwargs)
        if is_htmx(request):
            return HttpResponse(headers={"HX-Refresh": "true"})
        after = request.get_full_path() if request.method == "GET" else reverse("home")
        return redirect_to_login(after, reverse("admin:login"))

    return checked


def is_htmx(request: HttpRequest) -> bool:
    """Say whether htmx asks for a piece of a page, and not a browser for the whole."""
    return request.headers.get("HX-Request") == "true"
