"""The pages of the personas, with what each has used of its month."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from personas.admin import PersonaAdmin
from personas.models import Persona
from productvideo.admin.month import Month, month_of, months_of

admin.site.unregister(Persona)


@admin.register(Persona)
class SpendingPersonaAdmin(PersonaAdmin):
    list_display = ("name", "audience", "this_month", "products")
    readonly_fields = ("this_month",)

    def get_fieldsets(self, request: HttpRequest, obj: Persona | None = None) -> Any:
        *first, (title, spending) = super().get_fieldsets(request, obj)
        month = ("this_month",) if obj else ()
        return [*first, (title, {**spending, "fields": (*spending["fields"], *month)})]

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
