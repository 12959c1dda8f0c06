"""The words of one scene on its product's page: saved, never over a colleague's."""

from __future__ import annotations

from dataclasses import asdict, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from productvideo import services
from productvideo.admin.board import Text, Words, text_of, whole_page, words_of
from productvideo.admin.product_page import to_page
from productvideo.admin.site import is_htmx, staff_page
from productvideo.models import Scene


@staff_page
def save_words(request: HttpRequest, product_id: int, scene_id: int) -> HttpResponse:
    """Save a scene's words; of two people who change the same words, the second one sees both texts."""
    scene = get_object_or_404(Scene.objects.select_related("product"), pk=scene_id, product_id=product_id)
    if request.method != "POST":
        return to_page(scene.product)
    words, status = _save(scene, request.POST)
    if is_htmx(request):
        return render(request, "stillreel/product/words.html", {"product": scene.product, "words": words})
    if status == 200:
        messages.success(request, _("Saved."))
        return to_page(scene.product)
    return whole_page(request, scene.product, query=QueryDict(), edited=words, status=status)


def _save(scene: Scene, form: QueryDict) -> tuple[Words, int]:
    """Return the panel after trying to save, and the HTTP status that this deserves."""
    text = Text(**{field: form.get(field, "") for field in ("title", "description", "prompt")})
    version = _number(form, "version")
    panel = words_of(scene, takes=_number(form, "takes"), chosen="scene" in form)
    try:
        saved = services.save_scene(scene=scene, version=version, **asdict(text))
    except services.InvalidInputError as error:
        return replace(panel, scene=_as_seen(scene, version), text=text, errors=error.errors), 400
    except services.StoryboardChangedError:
        return replace(panel, text=text, conflict=True), 409
    return replace(panel, scene=saved, text=text_of(saved), saved=True), 200


def _as_seen(scene: Scene, version: int) -> Scene:
    # A refusal for its words alone must not make this person's page claim a version that it never showed.
    scene.version = version
    return scene


def _number(form: QueryDict, field: str) -> int:
    text = form.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
