"""The figures of a month: what was spent, what came out, how long it took, and how the machine is."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from personas.models import Persona
from productvideo import heartbeats
from productvideo.admin.credit import credit_of
from productvideo.admin.figures_month import read_month, shown_months
from productvideo.admin.figures_spent import spent_in
from productvideo.admin.figures_waits import waits_in
from productvideo.admin.health import health
from productvideo.admin.site import staff_page


@staff_page(needs="productvideo.view_productvideo")
@require_safe
def show_figures(request: HttpRequest) -> HttpResponse:
    """Show one month, `?month=2026-11`, else the one that is running, for the personas that a person may see."""
    month = read_month(request.GET.get("month", ""))
    personas = list(Persona.objects.visible_to(request.user))
    context = {
        **admin.site.each_context(request),
        "title": _("Figures"),
        "month": month,
        "months": shown_months(),
        "kinds": spent_in(month, request.user, personas),
        "waits": waits_in(month, request.user),
        "health": health(),
        "credit": credit_of(needed=Decimal(0)),
        "pulses": heartbeats.pulses(),
        "may_see_account": request.user.has_perm("productvideo.view_klingaccount"),
    }
    return render(request, "stillreel/figures/page.html", context)
