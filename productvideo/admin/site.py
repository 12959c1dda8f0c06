"""What every admin page has: banners about practice mode and pauses, the stylesheet, the script."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, overload

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from productvideo.admin.headline import headline
from productvideo.admin.health import health
from productvideo.admin.undo import undo_of
from productvideo.roles import why_not

View = Callable[..., HttpResponseBase]


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Return what stands on top of every admin page: a line, the banners; UNFOLD's GLOBAL_CALLBACK."""
    if not admin.site.has_permission(request):
        return {"sending_trouble": ""}
    now = health()
    return {
        "sending_trouble": now.trouble,
        "may_try_again": now.can_be_tried_now and request.user.has_perm("productvideo.approve_productvideo"),
        "headline": headline(request.user, now),
        "undo": undo_of(request),
    }


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
                _entry(
                    "New product",
                    "add_a_photo",
                    "admin:productvideo_product_new",
                    needs="productvideo.add_product",
                ),
                _entry(
                    "Products",
                    "inventory_2",
                    "admin:productvideo_product_changelist",
                    but_not=("/new/", "/figures/", "/to-approve/", "/dropped/"),
                    needs="productvideo.view_product",
                ),
                _entry(
                    "To approve",
                    "playlist_add_check",
                    "admin:productvideo_to_approve",
                    needs="productvideo.approve_productvideo",
                ),
                _entry(
                    "Library",
                    "video_library",
                    "admin:productvideo_library",
                    needs="productvideo.view_productvideo",
                ),
                _entry("Personas", "face", "admin:personas_persona_changelist", needs="personas.view_persona"),
                _entry("Shares", "share", "admin:productvideo_share_changelist", needs="productvideo.view_share"),
                _entry("Bin", "delete", "admin:productvideo_bin", needs="productvideo.view_productvideo"),
                _entry("Figures", "monitoring", "admin:productvideo_figures", needs="productvideo.view_productvideo"),
            ]
        },
        {
            "title": "Kling",
            "separator": True,
            "items": [
                _entry(
                    "All videos",
                    "movie",
                    "admin:productvideo_productvideo_changelist",
                    but_not=("/library/", "/bin/"),
                    needs="productvideo.view_productvideo",
                ),
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
                _entry("People", "group", "people", but_not=("/invite/",), needs="personas.manage_people"),
                _entry("Invite", "person_add", "invite", needs="personas.manage_people"),
                _entry(
                    "Log",
                    "history",
                    "admin:productvideo_auditentry_changelist",
                    needs="productvideo.view_auditentry",
                ),
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


@overload
def staff_page(view: View) -> View: ...


@overload
def staff_page(*, needs: str) -> Callable[[View], View]: ...


def staff_page(view: View | None = None, *, needs: str = "") -> View | Callable[[View], View]:
    """Let active staff in who have the permission `needs`; send strangers to sign in, and tell others what they lack.

    A card that asks for itself after the session has ended makes the whole page sign in, not the card.
    """
    if view is None:
        return functools.partial(_guarded, needs=needs)
    return _guarded(view, needs=needs)


def _guarded(view: View, *, needs: str) -> View:
    @never_cache
    @functools.wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not admin.site.has_permission(request):
            return _to_sign_in(request)
        if needs and not request.user.has_perm(needs):
            raise PermissionDenied(why_not(request.user, needs))
        return view(request, *args, **kwargs)

    return checked


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if is_htmx(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    after = request.get_full_path() if request.method == "GET" else reverse("home")
    return redirect_to_login(after, reverse("admin:login"))


def is_htmx(request: HttpRequest) -> bool:
    """Say whether htmx asks for a piece of a page, and not a browser for the whole."""
    return request.headers.get("HX-Request") == "true"
