"""Choosing a password by a link: the invited, and who has forgotten theirs; and signing in by mail address.

The links are Django's: they end once used, after PASSWORD_RESET_TIMEOUT, and whenever the password changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm


def password_link(request: HttpRequest, person: User) -> str:
    """Return the address where somebody chooses a password."""
    return _here(request) + reverse(
        "password_reset_confirm",
        args=[urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)],
    )


class SignInForm(AuthenticationForm):
    """Signing in by user name; who was invited has their mail address for one, in whatever case they type it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name or mail")

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).strip()
        is_as_typed = "@" not in name or User.objects.filter(username=name).exists()
        return name if is_as_typed else name.lower()


class ForgottenForm(PasswordResetForm):
    """Who has forgotten a password, or has lost the invitation to choose one."""

    def get_users(self, email: str) -> Iterator[User]:
        return iter(User.objects.filter(email__iexact=email, is_active=True, is_staff=True))


class _InOurLook(views.PasswordContextMixin):
    """The site's frame around Django's views."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sends_mail = bool(settings.EMAIL_URL)
        return {
            **admin.site.each_context(self.request),
            **super().get_context_data(**kwargs),
            "sends_mail": sends_mail,
        }


class Forgotten(_InOurLook, views.PasswordResetView):
    """Asks for the mail address; the answer is the same whether somebody has it or not."""

    form_class = ForgottenForm
    template_name = "stillreel/password/forgotten.html"
    subject_template_name = "stillreel/mail/password_subject.txt"
    email_template_name = "stillreel/mail/password_body.txt"
    success_url = reverse_lazy("password_reset_done")
    title = _("Forgotten password")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without a mail server there is nothing to send, and the page says whom to ask."""
        return super().post(request, *args, **kwargs) if settings.EMAIL_URL else self.get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        self.extra_email_context = {"here": _here(self.request)}
        return super().form_valid(form)


class Sent(_InOurLook, views.PasswordResetDoneView):
    """Says that a mail is on its way, if there is somebody to send it to."""

    template_name = "stillreel/password/sent.html"
    title = _("Look into your mail")


class Choose(_InOurLook, views.PasswordResetConfirmView):
    """Asks for the new password, and signs in with it."""

    template_name = "stillreel/password/choose.html"
    success_url = reverse_lazy("home")
    title = _("Choose a password")
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "title": self.title}

    def get_user(self, uidb64: str) -> User | None:
        """Find whose link it is; who was deactivated has none."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active and user.is_staff else None

    def form_valid(self, form: SetPasswordForm[User]) -> HttpResponse:
        name = form.user.get_username()
        messages.success(self.request, gettext("Your password is set. You sign in as %(name)s.") % {"name": name})
        return super().form_valid(form)


urlpatterns = [
    path("forgotten/", Forgotten.as_view(), name="admin_password_reset"),  # the name that the sign-in page looks for
    path("forgotten/sent/", Sent.as_view(), name="password_reset_done"),
    path("<str:uidb64>/<str:token>/", Choose.as_view(), name="password_reset_confirm"),
]


def _here(request: HttpRequest) -> str:
    return str(settings.PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")
