"""What a person may see: every page finds its rows here, so that what is not theirs is not there.

What a person may do is asked by `staff_page(needs=…)` and by the admin's own forms; both raise PermissionDenied, and
`refused` answers all of them.
"""

from __future__ import annotations

import uuid

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from personas.models import Persona
from productvideo.admin.site import is_htmx
from productvideo.models import Product, ProductVideo, Scene
from productvideo.querysets import ProductVideoQuerySet


def user_of(request: HttpRequest) -> User:
    """Return who asks, behind a door that lets in only who is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def persona_of(request: HttpRequest, persona_id: int) -> Persona:
    return get_object_or_404(Persona.objects.visible_to(request.user), pk=persona_id)


def product_of(request: HttpRequest, product_id: int) -> Product:
    products = Product.objects.visible_to(request.user).select_related("persona")
    return get_object_or_404(products, pk=product_id)


def scene_of(request: HttpRequest, product_id: int, scene_id: int) -> Scene:
    """Find a scene of a storyboard, also one that was dropped."""
    product = product_of(request, product_id)
    scenes = Scene.with_dropped.select_related("product__persona", "photo", "edited_by")
    return get_object_or_404(scenes, pk=scene_id, product=product)


def video_of(request: HttpRequest, video_id: uuid.UUID, *, among: ProductVideoQuerySet | None = None) -> ProductVideo:
    """Find a video; `among` says with what else it is read."""
    videos = ProductVideo.objects.select_related("product__persona", "account") if among is None else among
    return get_object_or_404(videos.visible_to(request.user), pk=video_id)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer PermissionDenied; handler403. A page whose button was pressed comes anew, without what is not allowed."""
    sentence = str(exception) if isinstance(exception, PermissionDenied) and exception.args else ""
    sentence = sentence or _("Your role does not allow this. A manager can change that.")
    if is_htmx(request):
        messages.error(request, sentence)
        return HttpResponse(sentence, status=403, content_type="text/plain", headers={"HX-Refresh": "true"})
    context = {**admin.site.each_context(request), "title": _("Not allowed"), "sentence": sentence}
    return render(request, "stillreel/not_allowed.html", context, status=403)
