"""People: inviting them, what they may do with which personas, and ending that; each change is in the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from personas.models import Persona
from productvideo import audit
from productvideo.prices import plain
from productvideo.roles import Role, give, role_of
from productvideo.services.refusals import RefusalError


def people_of(manager: User) -> QuerySet[User]:
    """Return the people that a manager works with: members of the same personas, and members of none yet."""
    people = User.objects.filter(is_staff=True)
    if manager.is_superuser:
        return people
    same = Persona.members.through._default_manager.filter(persona__in=manager.personas.all()).values("user")
    of_nobody = Q(personas__isnull=True, is_superuser=False)
    return people.filter(Q(pk__in=same) | of_nobody | Q(pk=manager.pk)).distinct()


def why_untouchable(person: User, *, by: User) -> str:
    """Say why somebody may not change another one's role, or let them in or out; "" where they may.

    A manager may do so with people all of whose personas are the manager's too, and who may do nothing that the
    manager may not: a link to set a password is as good as being that person.
    """
    if person == by:
        return _("What you may do yourself is changed by somebody else.")
    if person.is_superuser:
        return _("A superuser sees and may do everything; that is changed under Users.")
    if by.is_superuser:
        return ""
    if person.personas.exclude(pk__in=by.personas.all()).exists():
        return _("%(who)s works on personas too that you are not a member of; ask a superuser.") % {
            "who": named(person)
        }
    held = Permission.objects.filter(Q(user=person) | Q(group__user=person)).select_related("content_type")
    if not all(by.has_perm(f"{one.content_type.app_label}.{one.codename}") for one in held):
        return _("%(who)s may do more than you; ask a superuser.") % {"who": named(person)}
    return ""


def invite(*, mail: str, name: str, role: Role, personas: Collection[Persona], by: User) -> User:
    """Make somebody an active member of the staff who has no password yet, or return who has this mail already.

    Who is invited again gets the role and the personas, and whatever link they had while they had no password ends.
    """
    mail = mail.strip().lower()
    with transaction.atomic():
        person, is_new = _account_of(mail) or _new_account(mail, name)
        if not is_new and (reason := why_untouchable(person, by=by)):
            raise RefusalError(reason)
        if not person.has_usable_password():
            person.set_unusable_password()  # another one, and with it another link
        person.is_active = person.is_staff = True
        person.save()
        give(person, role)
        person.personas.add(*personas)
        _record(audit.Kind.INVITE, f"{described(person)}, {role.value}", personas, by=by)
    return person


def change_person(*, person: User, role: Role, personas: Collection[Persona], by: User) -> None:
    """Give somebody another role, and of the personas of who gives it exactly these."""
    with transaction.atomic():
        has, had = set(personas), set(person.personas.filter(pk__in=Persona.objects.visible_to(by)))
        if role_of(person) is role and had == has:
            return
        give(person, role)
        person.personas.remove(*(had - has))
        person.personas.add(*(has - had))
        _record(audit.Kind.ROLE, f"{described(person)}, {role.value}", had | has, by=by)


def deactivate(*, person: User, by: User) -> None:
    """Let somebody in no more; what they did stays theirs."""
    _let_in(person, False, audit.Kind.LEAVE, by=by)


def activate(*, person: User, by: User) -> None:
    """Let somebody in again, with the role and the personas they had."""
    _let_in(person, True, audit.Kind.RETURN, by=by)


def record_link(*, person: User, by: User) -> None:
    """Write down that somebody was given a link to choose a password with."""
    _record(audit.Kind.INVITE, _("%s, a new link") % described(person), person.personas.all(), by=by)


def save_persona(*, persona: Persona, members: Iterable[User] | None = None, by: User) -> None:
    """Store a persona, and who works on it where that is said; another monthly limit and new members are logged."""
    with transaction.atomic():
        before = Persona.objects.filter(pk=persona.pk).values_list("monthly_units", flat=True).first()
        persona.save()
        if before != persona.monthly_units:
            limits = {"old": _limit(before), "new": _limit(persona.monthly_units)}
            audit.record(audit.Kind.LIMIT, _("%(old)s, now %(new)s") % limits, by=by, persona=persona)
        if members is None:
            return
        had, has = set(persona.members.all()), set(members)
        persona.members.set(has)
        for person in had ^ has:
            text = _("%s became a member") if person in has else _("%s is no member any more")
            audit.record(audit.Kind.ROLE, text % described(person), by=by, persona=persona)


def named(person: User) -> str:
    return person.get_full_name() or person.get_username()


def described(person: User) -> str:
    name, mail = named(person), person.email or person.get_username()
    return name if name == mail else f"{name} <{mail}>"


def _account_of(mail: str) -> tuple[User, bool] | None:
    """Return who has this mail, as name or as address; two accounts with one mail are for a superuser to part."""
    found = list(User.objects.filter(Q(username__iexact=mail) | Q(email__iexact=mail))[:2])
    if len(found) > 1:
        raise RefusalError(_("Several accounts have this mail; ask a superuser to put that right."))
    return (found[0], False) if found else None


def _new_account(mail: str, name: str) -> tuple[User, bool]:
    """Make an account that is signed in to by mail; of two who invite somebody at once, one finds the other's."""
    first, _space, last = name.strip().rpartition(" ")
    columns = {"first_name": (first or last)[:150], "last_name": last[:150] if first else ""}
    columns |= {"email": mail, "password": make_password(None)}
    return User.objects.get_or_create(username=mail, defaults=columns)


def _let_in(person: User, is_active: bool, kind: audit.Kind, *, by: User) -> None:
    with transaction.atomic():
        if User.objects.filter(pk=person.pk, is_active=not is_active).update(is_active=is_active):
            _record(kind, described(person), person.personas.all(), by=by)
    person.is_active = is_active


def _record(kind: audit.Kind, subject: str, personas: Iterable[Persona], *, by: User) -> None:
    """Write a line for each persona, since each is read by its own members; at least one."""
    concerned: list[Persona | None] = [*personas]
    for persona in concerned or [None]:
        audit.record(kind, subject, by=by, persona=persona)


def _limit(units: Decimal | None) -> str:
    return _("no limit") if units is None else _("%s units a month") % plain(units.normalize())
