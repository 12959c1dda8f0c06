"""The photos that are dropped on the home page: who they are for, and what is said of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from personas.models import Persona
from productvideo import services
from productvideo.admin.new_product import ACCEPTED


class DropForm(forms.Form):
    """With one persona nobody is asked for whom; with none, whoever may is asked to name the first."""

    dropped_with = forms.UUIDField(widget=forms.HiddenInput)
    new_persona = forms.CharField(
        required=False,
        max_length=100,
        label=_("For whom? Name the brand"),
        help_text=_("We call it a persona; its voice and style can be filled in later."),
        widget=UnfoldAdminTextInputWidget,
    )
    description = forms.CharField(
        required=False,
        max_length=services.DESCRIPTION_LIMIT,
        label=_("What is it?"),
        help_text=_("One or two sentences make better scenes; with several photos they are said of all."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, personas: Sequence[Persona], by: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.personas = by, personas
        self.fields["persona"] = forms.ModelChoiceField(
            Persona.objects.visible_to(by),
            required=False,
            label=_("For whom?"),
            empty_label=None,
            widget=UnfoldAdminSelectWidget,
        )
        self.initial.setdefault("persona", personas[0].pk if personas else None)

    @property
    def asks_persona(self) -> bool:
        return len(self.personas) > 1

    @property
    def asks_new_persona(self) -> bool:
        return not self.personas and self.by.has_perm("personas.add_persona")

    @property
    def sentences(self) -> list[str]:
        """What is wrong, without the fields that it is wrong with."""
        return [str(sentence) for errors in self.errors.values() for sentence in errors]

    @property
    def attributes(self) -> dict[str, str]:
        return ACCEPTED

    def clean(self) -> None:
        if self.personas:
            chosen = self.cleaned_data.get("persona") or (self.personas[0] if len(self.personas) == 1 else None)
            if chosen:
                self.cleaned_data["persona"] = chosen
            elif "persona" not in self.errors:
                self.add_error("persona", _("Choose for whom it is."))
        elif not self.asks_new_persona:
            self.add_error("persona", _("You are a member of no persona yet; ask a manager to add you to one."))
        elif not (name := self.cleaned_data.get("new_persona", "").strip()):
            self.add_error("new_persona", _("Name the brand that the videos are for."))
        elif Persona.objects.filter(name__iexact=name).exists():
            self.add_error("new_persona", _("There is one of this name already; ask a manager to add you to it."))

    def chosen_persona(self) -> Persona:
        """Return for whom the photos are; a new persona gets whoever names it as its first member."""
        known: Persona | None = self.cleaned_data.get("persona")
        if known:
            return known
        persona = Persona.objects.create(name=self.cleaned_data["new_persona"].strip())
        if isinstance(self.by, User):
            persona.members.add(self.by)
        return persona
