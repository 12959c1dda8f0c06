"""The page of a persona: how it speaks and looks, who works on it, its month, its products and newest videos."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from personas.models import Persona
from productvideo import ledger, services
from productvideo.admin.access import user_of
from productvideo.admin.month import Month, month_of
from productvideo.models import Photo, Product, ProductVideo
from productvideo.prices import plain
from productvideo.roles import why_not
from productvideo.states import Stage

MOST_PRODUCTS = 12
MOST_VIDEOS = 8
EDIT = "personas.change_persona"
PARTS = (  # of the form, as the page groups them
    (_("How it speaks"), ("voice", "words_to_use", "words_to_avoid", "language")),
    (_("How it looks, and for whom"), ("visual_style", "audience")),
    (_("What it may spend"), ("monthly_units",)),
)


class PeopleField(forms.ModelMultipleChoiceField[User]):
    """People by their names."""

    def label_from_instance(self, person: User) -> str:
        return services.described(person)


class PersonaForm(forms.ModelForm[Persona]):
    """All of a persona; its members are chosen among the people that one works with, and oneself stays one."""

    members = PeopleField(User.objects.none(), required=False, label=_("Members"), widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Persona
        fields = ("name", *(name for _title, names in PARTS for name in names))
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("voice", "visual_style", "audience", "words_to_use", "words_to_avoid")
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["members"].queryset = (  # type: ignore[attr-defined]
            services.people_of(by)
            .filter(Q(is_active=True, is_superuser=False) | Q(personas=self.instance))
            .exclude(pk=by.pk)
            .order_by("first_name", "last_name", "username")
        )
        self.initial["members"] = list(self.instance.members.values_list("pk", flat=True))

    @property
    def chosen_members(self) -> list[User]:
        oneself = [self.by] if self.instance.members.filter(pk=self.by.pk).exists() else []
        return [*self.cleaned_data["members"], *oneself]

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in PARTS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A persona's month in two sums; `month` is what is said of its limit, None where it has none."""

    taken: Decimal
    reserved: Decimal
    month: Month | None

    @property
    def sentence(self) -> str:
        words = {"taken": plain(self.taken.normalize()), "reserved": plain(self.reserved.normalize())}
        return str(_("%(taken)s units used, %(reserved)s more reserved for what is on its way.") % words)


def show_persona(request: HttpRequest, persona: Persona) -> HttpResponse:
    """Show a persona, with the form to who may change it; saving leads back to the page."""
    by = user_of(request)
    may_edit = by.has_perm(EDIT)
    form = PersonaForm(request.POST or None, instance=persona, by=by) if may_edit else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied(why_not(by, EDIT))
        if form.is_valid():
            services.save_persona(persona=form.instance, members=form.chosen_members, by=by)
            messages.success(request, _("Saved."))
            return redirect("admin:personas_persona_change", persona.pk)
        persona = Persona.objects.get(pk=persona.pk)  # as it is, and not as the form would have it
    context = {
        **admin.site.each_context(request),
        "title": persona.name,
        "opts": Persona._meta,
        "persona": persona,
        "form": form,
        "facts": _facts(persona),
        "spent": _spent(persona),
        "members": [services.named(person) for person in persona.members.filter(is_active=True)],
        "products": _products(persona)[:MOST_PRODUCTS],
        "videos": _videos(persona)[:MOST_VIDEOS],
        "practice": settings.PRACTICE_MODE,
    }
    return render(request, "stillreel/persona/page.html", context, status=400 if form and form.errors else 200)


def _facts(persona: Persona) -> list[tuple[str, str]]:
    """What is known of how a persona speaks and looks, label and words."""
    names = ("voice", "words_to_use", "words_to_avoid", "language", "visual_style", "audience")
    return [(str(Persona._meta.get_field(name).verbose_name), getattr(persona, name)) for name in names]  # type: ignore[union-attr]


def _spent(persona: Persona) -> Spent:
    taken, reserved = ledger.month_of(persona.pk, simulated=settings.PRACTICE_MODE)
    return Spent(taken=taken, reserved=reserved, month=month_of(persona))


def _products(persona: Persona) -> QuerySet[Product]:
    photos = Photo.objects.filter(product=OuterRef("pk")).order_by("-in_use_since", "-pk")
    complete = Count("videos", filter=Q(videos__stage=Stage.COMPLETE, videos__binned_at__isnull=True))
    products = Product.objects.filter(persona=persona).order_by("-created_at", "-pk")
    return products.annotate(newest_photo=Subquery(photos.values("pk")[:1]), complete=complete)


def _videos(persona: Persona) -> QuerySet[ProductVideo]:
    videos = ProductVideo.objects.kept().filter(persona=persona).select_related("product", "account")
    return videos.defer("source_url").order_by("-created_at", "-pk")
