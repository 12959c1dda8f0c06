"""The list of the personas, with what each has used of its month, and the way to the page of each."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personas.admin import PersonaAdmin
from personas.models import Persona
from productvideo import services
from productvideo.admin.access import user_of
from productvideo.admin.month import Month, month_of, months_of
from productvideo.admin.own import OnlyOwn
from productvideo.admin.persona_page import show_persona

admin.site.unregister(Persona)


@admin.register(Persona)
class SpendingPersonaAdmin(OnlyOwn, PersonaAdmin):
    members = "members"
    list_display = ("name", "audience", "this_month", "products")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show our own page, where those may edit who may."""
        return show_persona(request, self.seen_object(request, object_id))

    def save_model(self, request: HttpRequest, obj: Persona, form: ModelForm[Persona], change: bool) -> None:
        """Who makes a persona is a member of it; a superuser sees it anyhow."""
        by = user_of(request)
        services.save_persona(persona=obj, members=[] if by.is_superuser else [by], by=by)

    def response_add(self, request: HttpRequest, obj: Persona, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, gettext("Saved. Say here who works on it."))
        return redirect("admin:personas_persona_change", obj.pk)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Read the months of a page's personas at once."""
        listed = super().get_changelist_instance(request)
        months = months_of(listed.result_list)
        for persona in listed.result_list:
            persona.month = months.get(persona.pk)
        return listed

    @admin.display(description=_("used this month"))
    def this_month(self, persona: Persona) -> str:
        month: Month | None = persona.month if hasattr(persona, "month") else month_of(persona)
        return render_to_string("stillreel/cells/persona_month.html", {"month": month})
