"""The sign-in link of practice mode: works once, for ten minutes, from this machine."""

import hashlib
import secrets
import time
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from config import clone

LIFETIME = 600  # seconds
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def make_link(*, address: str) -> str:
    """Return a new link, the only one that works from now on. Only its hash and its end are kept."""
    _folder().mkdir(parents=True, exist_ok=True)
    for old in _folder().iterdir():
        old.unlink(missing_ok=True)
    token = secrets.token_urlsafe(32)
    clone.write_private(_note(token), str(time.time() + LIFETIME))
    return f"{address}/sign-in/{token}/"


def use_token(token: str) -> bool:
    """Say whether this token is good, and make it useless: of two who come at once, the one who unlinks it wins."""
    note = _note(token)
    try:
        ends_at = float(note.read_text())
        note.unlink()
    except (FileNotFoundError, ValueError):
        return False
    return 0 <= ends_at - time.time() <= LIFETIME  # neither over, nor from a clock that was set back


@never_cache
@require_GET
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    if not settings.PRACTICE_MODE or not is_from_here(request):
        raise Http404
    if not use_token(token):
        return render(request, "stillreel/sign_in_ended.html", status=404)
    login(request, _owner(), backend="django.contrib.auth.backends.ModelBackend")
    return redirect(settings.LOGIN_REDIRECT_URL)


def is_from_here(request: HttpRequest) -> bool:
    """Say whether the request was made on this machine, and not handed on by a proxy that runs on it."""
    if any(request.META.get(name) for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _owner() -> User:
    people = get_user_model().objects.filter(is_active=True, is_superuser=True)
    owner = people.filter(username="admin").first() or people.order_by("pk").first()
    if owner is None:
        raise Http404
    return owner


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "sign-in"


def _note(token: str) -> Path:
    return _folder() / hashlib.sha256(token.encode()).hexdigest()
