"""Which scenes a product has: add one of one's own or a written one, drop one, bring it back."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from productvideo import services
from productvideo.admin.access import product_of, scene_of
from productvideo.admin.board import Row
from productvideo.admin.panels import NewScene, Text, words_of
from productvideo.admin.product_page import to_page
from productvideo.admin.site import is_htmx, staff_page
from productvideo.admin.usage import usage_of
from productvideo.admin.words import number_in, person, show_panel
from productvideo.models import Product, Scene


@staff_page(needs="productvideo.change_scene")
@require_POST
def add_scene(request: HttpRequest, product_id: int) -> HttpResponse:
    """Add the scene that a person describes, or have one more written."""
    product = product_of(request, product_id)
    try:
        scene = _new_scene(request, product)
    except services.InvalidInputError as error:
        return _refused(request, product, NewScene(text=_typed(request.POST), errors=error.errors, is_open=True))
    except services.RefusalError as refusal:
        return _refused(request, product, NewScene(text=_typed(request.POST), trouble=str(refusal), is_open=True))
    taken_out = () if "written" in request.POST else services.taken_out(request.POST.get("prompt", ""))
    if not is_htmx(request):
        for change in taken_out:
            messages.warning(request, change)
        return to_page(product)
    row = Row(words=replace(words_of(scene, chosen=True), taken_out=taken_out), cards=[])
    context = {
        "product": product,
        "row": row,
        "new_scene": NewScene(),
        "has_room": _has_room(product),
        "usage": usage_of(product),
    }
    return render(request, "stillreel/product/added.html", context)


@staff_page(needs="productvideo.change_scene")
@require_POST
def drop_scene(request: HttpRequest, product_id: int, scene_id: int) -> HttpResponse:
    """Take a scene off the storyboard; in its place stands a button that brings it back."""
    scene = scene_of(request, product_id, scene_id)
    try:
        services.drop_scene(scene=scene, version=number_in(request.POST, "version"), by=person(request))
    except services.RefusalError as refusal:
        scene.refresh_from_db()
        words = words_of(scene, takes=number_in(request.POST, "takes"), chosen="scene" in request.POST)
        return show_panel(request, words, trouble=str(refusal))
    return _dropped(request, scene)


@staff_page(needs="productvideo.change_scene")
@require_POST
def bring_back_scene(request: HttpRequest, product_id: int, scene_id: int) -> HttpResponse:
    """Put a dropped scene where it was."""
    scene = scene_of(request, product_id, scene_id)
    try:
        services.bring_back_scene(scene=scene, by=person(request))
    except services.RefusalError as refusal:
        return _dropped(request, scene, trouble=str(refusal))
    return show_panel(request, words_of(scene, chosen=scene.takes == 0))


def _new_scene(request: HttpRequest, product: Product) -> Scene:
    if "written" in request.POST:
        return services.write_one_more(product=product)
    words = _typed(request.POST)
    return services.add_scene(
        product=product,
        title=words.title,
        description=words.description,
        prompt=words.prompt,
        by=person(request),
    )


def _typed(form: QueryDict) -> Text:
    return Text(**{name: form.get(name, "") for name in ("title", "description", "prompt")})


def _refused(request: HttpRequest, product: Product, new_scene: NewScene) -> HttpResponse:
    if not is_htmx(request):
        messages.error(request, new_scene.trouble or " ".join(new_scene.errors.values()))
        return to_page(product)
    context = {"product": product, "new_scene": new_scene, "has_room": _has_room(product)}
    response = render(request, "stillreel/product/new_scene.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#new-scene", "outerHTML"
    return response


def _has_room(product: Product) -> bool:
    return product.scenes.count() < services.MOST_SCENES


def _dropped(request: HttpRequest, scene: Scene, *, trouble: str = "") -> HttpResponse:
    if not is_htmx(request):
        if trouble:
            messages.error(request, trouble)
        return to_page(scene.product)
    return render(request, "stillreel/product/dropped.html", {"scene": scene, "trouble": trouble})
