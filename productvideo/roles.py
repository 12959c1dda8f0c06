"""The four roles: groups that a migration makes (`migrations/0011_roles`), and an invitation puts a person into one.

A role says what somebody may do; being a member of a persona says with what. Superusers may do everything with all.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import models
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The name of a group, and what it says to people."""

    VIEWER = "viewer", _("viewer: watches and downloads")
    EDITOR = "editor", _("editor: makes products, edits scenes, shares")
    SPENDER = "spender", _("spender: approves videos, which spends money")
    MANAGER = "manager", _("manager: personas, budgets and people too")


# What the doors ask for, and the smallest role that has it.
LEAST = {
    "personas.view_persona": Role.VIEWER,
    "productvideo.view_product": Role.VIEWER,
    "productvideo.view_productvideo": Role.VIEWER,
    "productvideo.add_product": Role.EDITOR,
    "productvideo.change_product": Role.EDITOR,
    "productvideo.change_scene": Role.EDITOR,
    "productvideo.change_productvideo": Role.EDITOR,
    "productvideo.share_productvideo": Role.EDITOR,
    "productvideo.approve_productvideo": Role.SPENDER,
    "productvideo.delete_productvideo": Role.SPENDER,
    "productvideo.view_auditentry": Role.SPENDER,
    "personas.add_persona": Role.MANAGER,
    "personas.change_persona": Role.MANAGER,
    "personas.manage_people": Role.MANAGER,
}


def give(user: User, role: Role) -> None:
    """Put a person into the group of one role, and out of the others'; other groups stay."""
    user.groups.remove(*Group.objects.filter(name__in=Role.values))
    user.groups.add(Group.objects.get(name=role))


def role_of(user: User) -> Role | None:
    """Return a person's role; None for a superuser, who needs none, and for who was given none."""
    names = set(user.groups.values_list("name", flat=True))
    return next((role for role in reversed(Role) if role in names), None)


def why_not(user: User | AnonymousUser, permission: str) -> str:
    """Say what a person lacks who may not do something, and who can change that; "" for who may."""
    if user.has_perm(permission):
        return ""
    own = role_of(user) if isinstance(user, User) else None
    if own is None:
        return translated("You have no role here yet. A manager can give you one.")
    least = LEAST.get(permission)
    if least is None:
        return translated("Your role, %(own)s, does not allow this. A manager can change that.") % {"own": own.value}
    words = {"least": least.value, "own": own.value}
    return translated("This takes the role %(least)s; yours is %(own)s. A manager can change that.") % words
