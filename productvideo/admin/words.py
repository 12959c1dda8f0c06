"""The words of one scene on its product's page: saved on leaving a field, never over a colleague's."""

from __future__ import annotations

from dataclasses import asdict, replace

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from productvideo import services
from productvideo.admin.access import scene_of
from productvideo.admin.board import whole_page
from productvideo.admin.panels import Difference, Text, Words, text_of, words_of
from productvideo.admin.product_page import to_page
from productvideo.admin.site import is_htmx, staff_page
from productvideo.admin.spending import chosen_model
from productvideo.admin.usage import usage_of
from productvideo.models import Scene

PANEL = "stillreel/product/words.html"
SAVED = "stillreel/product/saved.html"
LABELS = {"title": _("Title"), "description": _("Description"), "prompt": _("Prompt")}


@staff_page(needs="productvideo.change_scene")
def save_words(request: HttpRequest, product_id: int, scene_id: int) -> HttpResponse:
    """Save what was changed of a scene's words; of two people who change the same ones, the second sees both texts.

    A field that is not sent was not changed. Looking here shows the scene as it is now.
    """
    scene = scene_of(request, product_id, scene_id)
    if request.method != "POST":
        return show_panel(
            request, words_of(scene, chosen="scene" in request.GET, model_name=chosen_model(request.GET))
        )
    words, status = _save(scene, request.POST, by=person(request))
    if is_htmx(request):
        whole = status == 409 or not {"over", "whole"}.isdisjoint(request.POST)
        return (
            show_panel(request, words) if whole else render(request, "stillreel/product/saved.html", {"words": words})
        )
    if status == 200:
        messages.success(request, " ".join((_("Saved."), *words.taken_out)))
        return to_page(scene.product)
    return whole_page(request, scene.product, query=QueryDict(), edited=words, status=status)


@staff_page(needs="productvideo.change_scene")
@require_POST
def write_again(request: HttpRequest, product_id: int, scene_id: int) -> HttpResponse:
    """Have one scene written again; its old words can be put back."""
    return _rewritten(request, scene_of(request, product_id, scene_id), services.write_scene_again)


@staff_page(needs="productvideo.change_scene")
@require_POST
def rewrite_prompt(request: HttpRequest, product_id: int, scene_id: int) -> HttpResponse:
    """Have a scene's prompt written from its title and description; the old one can be put back."""
    return _rewritten(request, scene_of(request, product_id, scene_id), services.rewrite_prompt)


def person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def number_in(form: QueryDict, name: str) -> int:
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def show_panel(request: HttpRequest, words: Words, *, trouble: str = "", usage: str = "") -> HttpResponse:
    """Answer with a scene's panel, in the place of the one that asked; without a script, with the page.

    `usage` is what writing has taken so far, where that has just changed.
    """
    if not is_htmx(request):
        if trouble:
            messages.error(request, trouble)
        return to_page(words.scene.product)
    context = {"product": words.scene.product, "words": words, "trouble": trouble, "usage_now": usage}
    response = render(request, PANEL, context)
    response["HX-Retarget"] = f"#words-{words.scene.pk}"
    response["HX-Reswap"] = "outerHTML"
    return response


# Saving.


def _save(scene: Scene, form: QueryDict, *, by: User | None) -> tuple[Words, int]:
    """Return the panel after trying to save, and the HTTP status that this deserves."""
    version = number_in(form, "over") or number_in(form, "version")
    shown = words_of(scene, takes=number_in(form, "takes"), chosen="scene" in form, findings=())
    before = text_of(scene)
    text = Text(**{name: form.get(name, old) for name, old in asdict(before).items()})
    try:
        services.save_scene(scene=scene, version=version, by=by, **asdict(text))
    except services.InvalidInputError as error:
        return replace(shown, base=version, text=text, errors=error.errors), 400
    except services.StoryboardChangedError:
        theirs = text_of(scene)
        mine = Text(**{name: form.get(name, old) for name, old in asdict(theirs).items()})
        return replace(shown, base=version, text=mine, conflict=True, theirs=_differences(mine, theirs)), 409
    saved = replace(
        shown,
        text=text_of(scene),
        saved=_changed(before, text),
        findings=services.findings_on(scene, model_name=chosen_model(form)),
        taken_out=services.taken_out(text.prompt) if "prompt" in form else (),
    )
    return replace(saved, offers_rewrite=_has_new_idea(saved.saved)), 200


def _differences(mine: Text, theirs: Text) -> tuple[Difference, ...]:
    return tuple(
        Difference(field=name, label=str(LABELS[name]), text=getattr(theirs, name)) for name in _changed(mine, theirs)
    )


def _changed(one: Text, other: Text) -> tuple[str, ...]:
    return tuple(name for name in LABELS if getattr(one, name).strip() != getattr(other, name).strip())


def _has_new_idea(saved: tuple[str, ...]) -> bool:
    return bool(saved) and "prompt" not in saved


# Writing.


def _rewritten(request: HttpRequest, scene: Scene, write: services.Rewriting) -> HttpResponse:
    before, version = text_of(scene), number_in(request.POST, "version")
    shown = words_of(scene, takes=number_in(request.POST, "takes"), chosen="scene" in request.POST, findings=())
    trouble = ""
    try:
        write(scene=scene, version=version, by=person(request))
    except services.RefusalError as refusal:
        trouble = str(refusal)
        scene.refresh_from_db()
    findings = services.findings_on(scene, model_name=chosen_model(request.POST))
    words = replace(shown, text=text_of(scene), findings=findings)
    if trouble:
        return show_panel(request, words, trouble=trouble)
    if not is_htmx(request):
        messages.success(request, _("“%(title)s” was written again.") % {"title": scene.title})
    words = replace(words, news=_("Written anew."), before=before)
    return show_panel(request, words, usage=usage_of(scene.product))
