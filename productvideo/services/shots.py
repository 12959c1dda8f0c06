"""Which plan of shots a product's scenes are written by: one that fits what it is, or the one that a person chose."""

from __future__ import annotations

from django.utils.translation import gettext as _

from productvideo import scenes
from productvideo.models import Product
from productvideo.querysets import now
from productvideo.services.refusals import InvalidInputError


def choose_plan(*, product: Product, plan: str) -> Product:
    """Choose the plan by which scenes are written from now on, by its code; "" leaves it to what the product is."""
    product.plan = known_plan(plan)
    Product.objects.filter(pk=product.pk).update(plan=product.plan, updated_at=now())
    return product


def known_plan(code: str) -> str:
    """Return the code of a plan as it is written, or ""; raise InvalidInputError naming those that there are."""
    codes = [plan.code for plan in scenes.plans()]
    if code and code not in codes:
        sentence = _("There is no plan “%(code)s”; there are %(plans)s, and none leaves it to the product.")
        raise InvalidInputError({"plan": sentence % {"code": code[:30], "plans": ", ".join(codes)}})
    return code
