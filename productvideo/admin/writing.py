"""Having scenes written from a product's page, and by which plan: apart, so that the page is there at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from productvideo import services
from productvideo.admin.access import product_of
from productvideo.admin.board import board_context, notice_of
from productvideo.admin.panels import words_of
from productvideo.admin.product_page import chosen_ids, to_page
from productvideo.admin.shots import plans_of
from productvideo.admin.site import is_htmx, staff_page
from productvideo.admin.spending import chosen_model
from productvideo.admin.usage import usage_of
from productvideo.admin.words import person
from productvideo.models import Product


@staff_page(needs="productvideo.change_scene")
@require_POST
def write_scenes(request: HttpRequest, product_id: int) -> HttpResponse:
    """Write the scenes of a product that has none; somebody who comes meanwhile sees that they are being written."""
    product = product_of(request, product_id)
    try:
        services.write_first_scenes(product=product)
    except services.BeingWrittenError as refusal:
        if not is_htmx(request):
            messages.info(request, str(refusal))
    return _board(request, product) if is_htmx(request) else to_page(product)


@staff_page(needs="productvideo.view_product")
@require_safe
def look_for_scenes(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show the board once its scenes are written, or once nobody writes them any more; until then say nothing."""
    product = product_of(request, product_id)
    if services.is_being_written(product) and not product.scenes.exists():
        return HttpResponse(status=204)
    return _board(request, product)


@staff_page(needs="productvideo.change_scene")
@require_POST
def write_all_again(request: HttpRequest, product_id: int) -> HttpResponse:
    """Have all scenes without takes written again; those with takes stay, and so does every film on the page."""
    product = product_of(request, product_id)
    trouble, written = "", []
    try:
        written = services.write_all_again(product=product, by=person(request))
    except services.RefusalError as refusal:
        trouble = str(refusal)
    said = trouble or _said(len(written))
    if not is_htmx(request):
        (messages.error if trouble else messages.success)(request, said)
        return to_page(product)
    chosen = chosen_ids(request.POST)
    board = list(product.scenes.select_related("product__persona", "edited_by"))
    findings = services.findings_among(board, model_name=chosen_model(request.POST))
    new = {scene.pk for scene in written}
    panels = [
        words_of(scene, chosen=str(scene.pk) in chosen, findings=findings[scene.pk])
        for scene in board
        if scene.pk in new
    ]
    context = {
        "product": product,
        "panels": panels,
        "said": said,
        "notice": notice_of(scene.source for scene in board),
        "usage": usage_of(product),
    }
    return render(request, "stillreel/product/written_again.html", context)


@staff_page(needs="productvideo.change_product")
@require_POST
def choose_plan(request: HttpRequest, product_id: int) -> HttpResponse:
    """Choose the plan by which this product's scenes are written from now on."""
    product = product_of(request, product_id)
    trouble, said = "", ""
    try:
        services.choose_plan(product=product, plan=request.POST.get("plan", ""))
        said = _("Saved. “Write all again” follows it.")
    except services.RefusalError as refusal:
        trouble = str(refusal)
    if not is_htmx(request):
        (messages.error if trouble else messages.success)(request, trouble or said)
        return to_page(product)
    context = {"product": product, "plans": plans_of(product), "trouble": trouble, "said": said}
    return render(request, "stillreel/product/plan.html", context)


def _board(request: HttpRequest, product: Product) -> HttpResponse:
    product.refresh_from_db()
    return render(request, "stillreel/product/board.html", board_context(product, query=QueryDict()))


def _said(count: int) -> str:
    if not count:
        return _("Nothing was replaced: every scene was changed while new ones were written.")
    return ngettext("%d scene was written again.", "%d scenes were written again.", count) % count
