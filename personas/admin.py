"""Personas in the admin."""

from __future__ import annotations

from typing import TypedDict

from django.contrib import admin
from django.db.models import Count, QuerySet, TextField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import WithAnnotations
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from personas.models import Persona


class Counts(TypedDict):
    """What the list knows of a persona beside its own columns."""

    product_count: int


@admin.register(Persona)
class PersonaAdmin(ModelAdmin):
    list_display = ("name", "audience", "monthly_units", "products")
    search_fields = ("name", "voice", "audience")
    list_per_page = 50
    formfield_overrides = {TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}}
    fieldsets = (
        (None, {"fields": ("name", "audience")}),
        (_("How it speaks"), {"fields": ("voice", "words_to_use", "words_to_avoid", "language")}),
        (_("How it looks"), {"fields": ("visual_style",)}),
        (_("What it may spend"), {"fields": ("monthly_units",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Persona]:
        personas: QuerySet[Persona] = super().get_queryset(request)
        return personas.annotate(product_count=Count("products", distinct=True))

    @admin.display(description=_("products"), ordering="product_count")
    def products(self, persona: WithAnnotations[Persona, Counts]) -> int:
        return persona.product_count
