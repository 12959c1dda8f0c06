"""What is asked about a person: who it is, the role, and the personas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from personas.models import Persona
from productvideo.roles import Role, role_of


class PersonForm(forms.Form):
    """The role and the personas of a person; a manager gives and takes only the manager's own."""

    role = forms.ChoiceField(
        choices=Role.choices,
        label=_("Role"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a role.")},
    )
    personas = forms.ModelMultipleChoiceField(
        Persona.objects.none(),
        label=_("Personas"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["personas"].queryset = Persona.objects.visible_to(by)  # type: ignore[attr-defined]

    @property
    def chosen_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    @property
    def chosen_personas(self) -> list[Persona]:
        return list(self.cleaned_data["personas"])


class InviteForm(PersonForm):
    """All that an invitation needs, on one form."""

    name = forms.CharField(
        max_length=150,
        label=_("Name"),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the person's name.")},
    )
    mail = forms.EmailField(
        max_length=150,
        label=_("Mail address"),
        help_text=_("Also the name to sign in with."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "email", "autocomplete": "off"}),
        error_messages={"required": _("Write the person's mail address.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        personas = self.fields["personas"]
        personas.required = True
        personas.error_messages["required"] = _("Choose at least one persona: nobody sees anything without one.")
        mine = Persona.objects.visible_to(self.by)[:2]
        if len(mine) == 1:
            self.initial.setdefault("personas", [mine[0].pk])


def form_about(person: User, *, by: User, data: Any = None) -> PersonForm:
    """Return the form about somebody who is here, as it is or as it was sent."""
    mine = Persona.objects.visible_to(by)
    personas = list(person.personas.filter(pk__in=mine).values_list("pk", flat=True))
    return PersonForm(data, by=by, initial={"role": role_of(person), "personas": personas})
