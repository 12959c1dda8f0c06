"""Photos that are dropped on the home page: all in one form, or one after the other by the page's script."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personas.models import Persona
from productvideo import services
from productvideo.admin.drop_form import DropForm
from productvideo.admin.site import staff_page
from productvideo.models import Product
from productvideo.photos import PhotoError


@staff_page(needs="productvideo.add_product")
@require_POST
def drop_photos(request: HttpRequest) -> HttpResponse:
    """Make a product of each photo; one alone leads to its page, several to the page that shows them together."""
    form, photos = _form(request), request.FILES.getlist("photo")
    if not form.is_valid() or not photos:
        messages.error(request, " ".join([*form.sentences, *([] if photos else [_("Choose a photo.")])]))
        return HttpResponseRedirect(reverse("home"))
    if len(photos) > services.MOST_AT_ONCE:
        text = _("At most %d photos are taken at once; drop the others again.")
        messages.warning(request, text % services.MOST_AT_ONCE)
    made, persona = [], form.chosen_persona()
    for number, photo in enumerate(photos[: services.MOST_AT_ONCE], start=1):
        try:
            made.append(_make(form, persona, photo, number=number, alone=len(photos) == 1))
        except (PhotoError, services.RefusalError) as refusal:
            messages.error(request, str(refusal))
    return HttpResponseRedirect(_where(made, form))


@staff_page(needs="productvideo.add_product")
@require_POST
def drop_one(request: HttpRequest) -> JsonResponse:
    """Make a product of one photo, and tell the script where it is, or why it could not be made."""
    form = _form(request)
    photo = request.FILES.get("photo")
    if not form.is_valid() or photo is None:
        return _refused(" ".join(form.sentences))
    number = request.POST.get("number", "")
    try:
        product = _make(
            form,
            form.chosen_persona(),
            photo,
            number=int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1,
            alone=request.POST.get("alone") == "yes",
        )
    except (PhotoError, services.RefusalError) as refusal:
        return _refused(str(refusal))
    return JsonResponse({"name": product.name, "address": _where([product], form)})


def _form(request: HttpRequest) -> DropForm:
    if not request.user.has_perm("productvideo.add_product"):
        raise PermissionDenied
    personas = list(Persona.objects.visible_to(request.user))
    return DropForm(request.POST, personas=personas, by=request.user)


def _make(form: DropForm, persona: Persona, photo: UploadedFile[bytes], *, number: int, alone: bool) -> Product:
    return services.drop_photo(
        persona=persona,
        photo_file=photo,
        photo_name=photo.name or "",
        description=form.cleaned_data["description"],
        dropped_with=form.cleaned_data["dropped_with"],
        number=number,
        alone=alone,
        by=form.by,  # type: ignore[arg-type]
    )


def _where(made: list[Product], form: DropForm) -> str:
    if not made:
        return reverse("home")
    if made[0].dropped_with is None:
        return reverse("admin:productvideo_product_page", args=[made[0].pk])
    return reverse("admin:productvideo_dropped_to_approve", args=[form.cleaned_data["dropped_with"]])


def _refused(sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence or _("Choose a photo.")}, status=400)
