"""The pages about people, for managers: who is here, inviting somebody, changing what somebody may do."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from personas.models import Persona
from productvideo import services
from productvideo.admin.access import user_of
from productvideo.admin.passwords import password_link
from productvideo.admin.people_forms import InviteForm, form_about
from productvideo.admin.site import staff_page
from productvideo.roles import Role

NEEDS = "personas.manage_people"
ON_A_PAGE = 50
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A person in the list, as far as the one who looks may know; needs groups and `seen_personas` prefetched."""

    person: User

    @property
    def name(self) -> str:
        return services.named(self.person)

    @property
    def role(self) -> str:
        if self.person.is_superuser:
            return _("superuser")
        names = {group.name for group in self.person.groups.all()}
        return next((role.value for role in reversed(Role) if role in names), _("no role"))

    @property
    def personas(self) -> str:
        """Those that the one who looks may see too."""
        if self.person.is_superuser:
            return _("all personas")
        return ", ".join(persona.name for persona in self.person.seen_personas)  # type: ignore[attr-defined]

    @property
    def is_invited(self) -> bool:
        """Whether this person has yet to come for the first time."""
        return self.person.last_login is None and not self.person.has_usable_password()


@staff_page(needs=NEEDS)
@require_safe
def show_people(request: HttpRequest) -> HttpResponse:
    """List the people that a manager works with."""
    people = _people(request).order_by("-is_active", "first_name", "last_name", "username")
    page = Paginator(people, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"rows": [Row(person=person) for person in page], "page": page}
    return _page(request, "people", _("People"), context)


@staff_page(needs=NEEDS)
def invite(request: HttpRequest) -> HttpResponse:
    """Ask for name, mail, role and personas; answer with the link that lets the person in."""
    by = user_of(request)
    form = InviteForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.invite(
                mail=form.cleaned_data["mail"],
                name=form.cleaned_data["name"],
                role=form.chosen_role,
                personas=form.chosen_personas,
                by=by,
            )
        except services.RefusalError as refusal:
            form.add_error("mail", str(refusal))
        else:
            return _link_page(request, person)
    return _page(request, "invite", _("Invite"), {"form": form}, status=400 if form.errors else 200)


@staff_page(needs=NEEDS)
def show_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show somebody, and to who may change it the form about role and personas."""
    person, by = _find(request, person_id), user_of(request)
    reason = services.why_untouchable(person, by=by)
    form = form_about(person, by=by, data=request.POST or None)
    status = 200
    if request.method == "POST":
        if reason:
            messages.error(request, reason)
            return redirect("person", person_id)
        if form.is_valid():
            services.change_person(person=person, role=form.chosen_role, personas=form.chosen_personas, by=by)
            messages.success(request, _("Saved."))
            return redirect("person", person_id)
        status = 400
    context = {"row": Row(person=person), "form": None if reason else form, "reason": reason, "is_self": person == by}
    return _page(request, "person", services.named(person), context, status=status)


@staff_page(needs=NEEDS)
@require_POST
def give_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give somebody a new link to choose a password with."""
    person = _touchable(request, person_id)
    if person is None or not person.is_active:
        return redirect("person", person_id)
    services.record_link(person=person, by=user_of(request))
    return _link_page(request, person)


@staff_page(needs=NEEDS)
@require_POST
def deactivate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let somebody in no more."""
    if person := _touchable(request, person_id):
        services.deactivate(person=person, by=user_of(request))
        messages.success(request, _("%s is not let in any more.") % services.named(person))
    return redirect("person", person_id)


@staff_page(needs=NEEDS)
@require_POST
def activate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let somebody in again."""
    if person := _touchable(request, person_id):
        services.activate(person=person, by=user_of(request))
        messages.success(request, _("%s is let in again.") % services.named(person))
    return redirect("person", person_id)


urlpatterns = [
    path("", show_people, name="people"),
    path("invite/", invite, name="invite"),
    path("<int:person_id>/", show_person, name="person"),
    path("<int:person_id>/link/", give_link, name="person_link"),
    path("<int:person_id>/deactivate/", deactivate, name="person_deactivate"),
    path("<int:person_id>/activate/", activate, name="person_activate"),
]


def _people(request: HttpRequest) -> Any:
    by = user_of(request)
    mine = Persona.objects.filter(pk__in=Persona.objects.visible_to(by).values("pk"))
    seen = Prefetch("personas", mine.order_by("name"), to_attr="seen_personas")
    return services.people_of(by).prefetch_related("groups", seen)


def _find(request: HttpRequest, person_id: int) -> User:
    person: User = get_object_or_404(_people(request), pk=person_id)
    return person


def _touchable(request: HttpRequest, person_id: int) -> User | None:
    """Return the person, or say why nothing was done."""
    person = _find(request, person_id)
    if reason := services.why_untouchable(person, by=user_of(request)):
        messages.error(request, reason)
        return None
    return person


def _link_page(request: HttpRequest, person: User) -> HttpResponse:
    """Show the link that lets somebody in, and mail it where mail is set up."""
    link = password_link(request, person)
    context = {
        "person": person,
        "name": services.named(person),
        "link": link,
        "mailed": _mailed(person, link=link, by=user_of(request)),
        "sends_mail": bool(settings.EMAIL_URL),
    }
    return _page(request, "link", _("The link for %s") % services.named(person), context)


def _mailed(person: User, *, link: str, by: User) -> bool:
    """Mail the link, and say whether the server took it."""
    if not settings.EMAIL_URL or not person.email:
        return False
    words = {"person": person, "link": link, "who": services.named(by)}
    subject = " ".join(render_to_string("stillreel/mail/invite_subject.txt", words).split())
    try:
        send_mail(subject, render_to_string("stillreel/mail/invite_body.txt", words), None, [person.email])
    except (OSError, SMTPException) as error:
        log.warning("The invitation of user %s could not be mailed: %s", person.pk, error)
        return False
    return True


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    known = {**admin.site.each_context(request), "title": title, **context}
    return render(request, f"stillreel/people/{name}.html", known, status=status)
