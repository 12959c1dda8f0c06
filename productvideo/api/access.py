"""Who may ask the API for what: active staff, each as far as their role goes, with what their personas own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.views import APIView

from personas.models import Persona
from productvideo import defaults
from productvideo.roles import why_not


class MayDo(IsAdminUser):
    """Active staff with the permission that the view's `needs` names for what is asked; others are told what lacks."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        needs: str = getattr(view, "needs", {}).get(getattr(view, "action", None), "")
        self.message = why_not(request.user, needs) if needs else ""
        return not self.message


def persona_unnamed(user: Any) -> Persona:
    """Return the default persona for who names none, making it for a superuser; else say which there are to name."""
    if user.is_superuser:
        return defaults.persona_named()
    own = Persona.objects.visible_to(user)
    if (usual := own.filter(name=defaults.DEFAULT_PERSONA).first()) is not None:
        return usual
    named = ", ".join(f"{persona.pk} ({persona.name})" for persona in own)
    if named:
        sentence = _("Name one of your personas: %(personas)s.") % {"personas": named}
    else:
        sentence = _("You are a member of no persona yet; ask a manager to add you to one.")
    raise serializers.ValidationError({"persona": [sentence]})
