"""The page where a product begins: persona, photo, name, description; then its three scenes are written."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from personas.models import Persona
from productvideo import services
from productvideo.admin.product_page import to_page
from productvideo.admin.site import is_htmx, staff_page
from productvideo.models import Product
from productvideo.photos import PhotoError


class NewProductForm(forms.Form):
    """What a person says about a product; the services judge it, and their sentences stand beside the fields."""

    persona = forms.ModelChoiceField(
        Persona.objects.all(),
        required=False,
        label=_("Persona"),
        empty_label=_("A new one, named below"),
        help_text=_("The brand voice that the videos are for."),
        widget=UnfoldAdminSelectWidget,
    )
    new_persona = forms.CharField(
        required=False,
        max_length=100,
        label=_("Name of a new persona"),
        help_text=_("Only if it is not in the list yet. Its voice and style can be filled in later."),
        widget=UnfoldAdminTextInputWidget,
    )
    photo = forms.FileField(
        required=False,
        label=_("Photo of the product"),
        help_text=_("JPEG, PNG or WebP, up to 40 MB. The videos take the photo's shape."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "hx-preserve": "true"}),
    )
    name = forms.CharField(required=False, label=_("Name of the product"), widget=UnfoldAdminTextInputWidget)
    description = forms.CharField(
        required=False,
        label=_("Description"),
        help_text=_("What it is, what it is made of, what is special about it."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
    )

    def clean(self) -> None:
        if not self.cleaned_data.get("persona") and not self.cleaned_data.get("new_persona", "").strip():
            self.add_error("persona", _("Choose a persona, or name a new one."))
        if not self.cleaned_data.get("photo") and "photo" not in self.errors:
            self.add_error("photo", _("Choose a photo of the product."))

    def create(self, *, by: User | AnonymousUser) -> Product | None:
        """Create the product, or write what is wrong beside the fields and return None."""
        self._judge_words()
        if self.errors:
            return None
        persona, is_new = self._persona()
        photo = self.cleaned_data["photo"]
        try:
            return services.create_product(
                persona=persona,
                name=self.cleaned_data["name"],
                description=self.cleaned_data["description"],
                photo_file=photo,
                photo_name=photo.name,
                by=by if isinstance(by, User) else None,
            )
        except PhotoError as error:
            self.add_error("photo", str(error))
        if is_new:
            persona.delete()  # nothing is stored for a product that did not come to be
        return None

    def _judge_words(self) -> None:
        try:
            services.clean_words(self.cleaned_data.get("name", ""), self.cleaned_data.get("description", ""))
        except services.InvalidInputError as error:
            for field, sentence in error.errors.items():
                self.add_error(field, sentence)

    def _persona(self) -> tuple[Persona, bool]:
        chosen: Persona | None = self.cleaned_data["persona"]
        name = self.cleaned_data["new_persona"].strip()
        chosen = chosen or Persona.objects.filter(name__iexact=name).first()
        return (chosen, False) if chosen else Persona.objects.get_or_create(name=name)


@staff_page
def new_product(request: HttpRequest) -> HttpResponse:
    """Show the form; on sending it, create the product, write its scenes (up to 30 s) and go to its page."""
    form = NewProductForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        product = form.create(by=request.user)
        if product:
            services.plan_scenes(product=product)
            return _go_to(product, request)
    if is_htmx(request):
        return render(request, "stillreel/new_product/form.html", {"form": form})
    context = {**admin.site.each_context(request), "title": _("New product"), "opts": Product._meta, "form": form}
    return render(request, "stillreel/new_product/page.html", context, status=400 if form.errors else 200)


def _go_to(product: Product, request: HttpRequest) -> HttpResponse:
    response = to_page(product)
    # htmx would follow a redirect by itself and put the whole page where the form was.
    return HttpResponse(headers={"HX-Redirect": response.url}) if is_htmx(request) else response
