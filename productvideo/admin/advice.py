"""Advice under the prompts of a storyboard: shown as warnings, put right by one press, and never in anybody's way."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from productvideo import services
from productvideo.admin.access import scene_of
from productvideo.admin.panels import Words, text_of, words_of
from productvideo.admin.site import is_htmx, staff_page
from productvideo.admin.spending import chosen_model
from productvideo.admin.words import number_in, person, show_panel
from productvideo.models import Product


@staff_page(needs="productvideo.change_scene")
@require_POST
def mend_scene(request: HttpRequest, product_id: int, scene_id: int) -> HttpResponse:
    """Put right what one rule finds in a scene; the words that it had can be put back."""
    scene = scene_of(request, product_id, scene_id)
    before, model = text_of(scene), chosen_model(request.POST)
    shown = words_of(scene, takes=number_in(request.POST, "takes"), chosen="scene" in request.POST, findings=())
    trouble = ""
    try:
        services.mend(
            scene=scene,
            version=number_in(request.POST, "version"),
            rule=request.POST.get("rule", ""),
            by=person(request),
            model_name=model,
        )
    except services.RefusalError as refusal:
        trouble = str(refusal)
        scene.refresh_from_db()
    if not (trouble or is_htmx(request)):
        messages.success(request, _("Mended."))
    text, findings = text_of(scene), services.findings_on(scene, model_name=model)
    words = replace(shown, text=text, findings=findings)
    if not trouble:
        words = replace(words, news=_("Mended."), before=before if text != before else None)
    return show_panel(request, words, trouble=trouble)


def advised(product: Product, *, model_name: str) -> list[Words]:
    """Return the panels of a whole storyboard, for what is found in each of its scenes."""
    scenes = list(product.scenes.select_related("product__persona"))
    findings = services.findings_among(scenes, model_name=model_name)
    return [words_of(scene, chosen=False, findings=findings[scene.pk]) for scene in scenes]
