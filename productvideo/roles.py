"""The four roles: groups that a migration makes (`migrations/0011_roles`), and an invitation puts a person into one.

A role says what somebody may do; being a member of a persona says with what. Superusers may do everything with all.
"""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The name of a group, and what it says to people."""

    VIEWER = "viewer", _("viewer: watches and downloads")
    EDITOR = "editor", _("editor: makes products, edits scenes, shares")
    SPENDER = "spender", _("spender: approves videos, which spends money")
    MANAGER = "manager", _("manager: personas, budgets and people too")


def give(user: User, role: Role) -> None:
    """Put a person into the group of one role, and out of the others'; other groups stay."""
    user.groups.remove(*Group.objects.filter(name__in=Role.values))
    user.groups.add(Group.objects.get(name=role))


def role_of(user: User) -> Role | None:
    """Return a person's role; None for a superuser, who needs none, and for who was given none."""
    names = set(user.groups.values_list("name", flat=True))
    return next((role for role in reversed(Role) if role in names), None)
