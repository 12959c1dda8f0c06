"""The plans of shots as a product's page offers them: by what the product is, or chosen by hand."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from productvideo import scenes
from productvideo.admin.spending import Option
from productvideo.models import Product


def plans_of(product: Product) -> list[Option]:
    """Return the lines of the select; the first leaves the choice to what the product is, and says which that is."""
    fitting = scenes.plan_for("", product.name, product.description)
    by_product = Option(value="", title=_("By the product (%s)") % capfirst(fitting.label), chosen=not product.plan)
    return [
        by_product,
        *(
            Option(value=plan.code, title=capfirst(plan.label), chosen=plan.code == product.plan)
            for plan in scenes.plans()
        ),
    ]
