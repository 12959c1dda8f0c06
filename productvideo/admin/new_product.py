"""The page where a product begins: photo, shape, persona, words; several photos become several products."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from personas.models import Persona
from productvideo import services
from productvideo.admin.access import user_of
from productvideo.admin.framing_form import SHARED, FramingForm
from productvideo.admin.photo_sentences import photo_rules
from productvideo.admin.product_page import to_page
from productvideo.admin.site import is_htmx, staff_page
from productvideo.models import Product
from productvideo.photos import PhotoError

ACCEPTED = {"accept": "image/jpeg,image/png,image/webp,.jpg,.jpeg,.png,.webp"}


class NewProductForm(FramingForm):
    """What a person says about a product; the services judge it, and their sentences stand beside the fields."""

    photo = forms.FileField(
        required=False,
        label=_("Photo of the product"),
        help_text=_("JPEG, PNG or WebP, up to 40 MB. Several photos become several products."),
        widget=forms.FileInput(attrs=ACCEPTED),
    )
    persona = forms.ModelChoiceField(
        Persona.objects.none(),
        required=False,
        label=_("Persona"),
        empty_label=_("A new one, named below"),
        help_text=_("The brand voice that the videos are for."),
        widget=UnfoldAdminSelectWidget(attrs=SHARED),
    )
    new_persona = forms.CharField(
        required=False,
        max_length=100,
        label=_("Name of a new persona"),
        help_text=_("Its voice and style can be filled in later."),
        widget=UnfoldAdminTextInputWidget(attrs=SHARED),
    )
    name = forms.CharField(required=False, label=_("Name of the product"), widget=UnfoldAdminTextInputWidget)
    description = forms.CharField(
        required=False,
        label=_("Description"),
        help_text=_("What it is, what it is made of, what is special about it."),
        widget=UnfoldAdminTextareaWidget(attrs={**SHARED, "rows": 5}),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        """Offer the personas of this person, and a new one to who may make one."""
        super().__init__(*args, **kwargs)
        self.by = by
        self.offers_new_persona = by.has_perm("personas.add_persona")
        mine = Persona.objects.visible_to(by)
        for name in self.fields.keys() & {"persona", "own_persona"}:
            self.fields[name].queryset = mine  # type: ignore[attr-defined]
        if not self.offers_new_persona:
            del self.fields["new_persona"]
            persona = self.fields["persona"]
            persona.empty_label = _("Choose one")  # type: ignore[attr-defined]
            if not mine.exists():
                persona.help_text = _("You are a member of no persona yet; ask a manager to add you to one.")

    def clean(self) -> None:
        if not self._persona_said() and not self._new_name():
            offers = self.offers_new_persona
            self.add_error("persona", _("Choose a persona, or name a new one.") if offers else _("Choose a persona."))
        elif not self._persona_said() and self._is_somebody_else_s(self._new_name()):
            self.add_error("new_persona", _("There is such a persona already, and you are not a member of it."))
        if not self.cleaned_data.get("photo") and "photo" not in self.errors:
            self.add_error("photo", _("Choose a photo of the product."))
        try:
            services.clean_words(self.cleaned_data.get("name", ""), self._description())
        except services.InvalidInputError as error:
            for field, sentence in error.errors.items():
                self.add_error(field, sentence)

    def create(self) -> Product | None:
        """Create the product, or write what is wrong beside the fields and return None."""
        persona, is_new = self._persona()
        photo = self.cleaned_data["photo"]
        try:
            return services.create_product(
                persona=persona,
                name=self.cleaned_data["name"],
                description=self._description(),
                photo_file=photo,
                photo_name=photo.name,
                framing=self.framing,
                by=self.by,
            )
        except PhotoError as error:
            self.add_error("photo", str(error))
        if is_new:
            persona.delete()  # nothing is stored for a product that did not come to be
        return None

    def _description(self) -> str:
        return str(self.cleaned_data.get("description", ""))

    def _persona_said(self) -> Persona | None:
        return self.cleaned_data.get("persona")

    def _new_name(self) -> str:
        return str(self.cleaned_data.get("new_persona", "")).strip()

    def _is_somebody_else_s(self, name: str) -> bool:
        named = Persona.objects.filter(name__iexact=name)
        return named.exists() and not named.visible_to(self.by).exists()

    def _persona(self) -> tuple[Persona, bool]:
        """Return the persona that was chosen or named, and whether it is new; who makes one is a member of it."""
        name = self._new_name()
        chosen = self._persona_said() or Persona.objects.visible_to(self.by).filter(name__iexact=name).first()
        if chosen:
            return chosen, False
        persona, is_new = Persona.objects.get_or_create(name=name)
        if is_new:
            persona.members.add(self.by)
        return persona, is_new


class OneOfSeveralForm(NewProductForm):
    """One of several photos: its own name, and where it differs from the others its own persona and description."""

    own_persona = forms.ModelChoiceField(
        Persona.objects.none(),
        required=False,
        label=_("Persona"),
        empty_label=_("As above"),
        widget=UnfoldAdminSelectWidget,
    )
    own_description = forms.CharField(
        required=False,
        label=_("Description"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "placeholder": _("As above")}),
    )

    def _description(self) -> str:
        return str(self.cleaned_data.get("own_description", "")).strip() or super()._description()

    def _persona_said(self) -> Persona | None:
        return self.cleaned_data.get("own_persona") or super()._persona_said()


@staff_page(needs="productvideo.add_product")
def new_product(request: HttpRequest) -> HttpResponse:
    """Show the form; on sending it, create the product and go to its page, where its scenes are written."""
    by = user_of(request)
    form = NewProductForm(request.POST or None, request.FILES or None, initial=_usual_persona(by), by=by)
    if request.method == "POST" and form.is_valid():
        product = form.create()
        if product:
            return _go_to(product, request)
    if is_htmx(request):
        return render(request, "stillreel/new_product/form.html", {"form": form})
    context = {
        **admin.site.each_context(request),
        "title": _("New product"),
        "opts": Product._meta,
        "form": form,
        "row": OneOfSeveralForm(auto_id="row-__row__-%s", by=by),
        "number": "__row__",
        "rules": photo_rules(),
    }
    return render(request, "stillreel/new_product/page.html", context, status=400 if form.errors else 200)


@staff_page(needs="productvideo.add_product")
def one_of_several(request: HttpRequest) -> HttpResponse:
    """Create the product of one row; answer with the row, as a link or with what is wrong beside its fields."""
    if request.method != "POST":
        return redirect("admin:productvideo_product_new")
    number = _row_number(request)
    form = OneOfSeveralForm(request.POST, request.FILES, auto_id=f"row-{number}-%s", by=user_of(request))
    product = form.create() if form.is_valid() else None
    context = {"row": form, "number": number, "product": product}
    return render(request, "stillreel/new_product/row.html", context)


def _row_number(request: HttpRequest) -> str:
    text = request.POST.get("row", "")
    return text if text.isascii() and text.isdigit() else "0"


def _usual_persona(by: User) -> dict[str, Any]:
    """Offer the persona of this person's last product, or the only one there is."""
    last = Product.objects.visible_to(by).filter(created_by=by).values_list("persona", flat=True).first()
    only = list(Persona.objects.visible_to(by).values_list("pk", flat=True)[:2])
    return {"persona": last or (only[0] if len(only) == 1 else None)}


def _go_to(product: Product, request: HttpRequest) -> HttpResponse:
    response = to_page(product)
    # htmx would follow a redirect by itself and put the whole page where the form was.
    return HttpResponse(headers={"HX-Redirect": response.url}) if is_htmx(request) else response
