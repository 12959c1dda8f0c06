"""What having a product's scenes written has taken: a quiet line on its page, and the list of each time."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings as site
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from productvideo import services
from productvideo.admin.own import OnlyOwn
from productvideo.admin.readonly import ReadOnlyAdmin
from productvideo.models import Product, Writing
from productvideo.prices import SIGNS, plain

LEAST = Decimal("0.001")  # of money; less than this is called less than this


@admin.register(Writing)
class WritingAdmin(OnlyOwn, ReadOnlyAdmin):
    members = "product__persona__members"
    list_display = (
        "at",
        "product",
        "plan",
        "language_model",
        "calls",
        "input_tokens",
        "output_tokens",
        "cost",
        "cause",
    )
    list_filter = ("cause", "plan", "language_model", "at")
    list_select_related = ("product",)
    search_fields = ("product__name", "language_model", "cause")
    date_hierarchy = "at"

    @admin.display(description=gettext_lazy("cost"))
    def cost(self, writing: Writing) -> str:
        return _money(services.cost_of([writing])) or "–"


def usage_of(product: Product) -> str:
    """Say how often a product's scenes were written and what that took; "" for one whose never were."""
    writings = list(product.writings.all())
    if not writings:
        return ""
    times = ngettext("Scenes written %d time", "Scenes written %d times", len(writings)) % len(writings)
    tokens = sum(writing.input_tokens + writing.output_tokens for writing in writings)
    used = ngettext("%(n)s token", "%(n)s tokens", tokens) % {"n": f"{tokens:,}"} if tokens else _("no tokens")
    return " · ".join(filter(None, (times, used, _money(services.cost_of(writings)) if tokens else "")))


def _money(cost: Decimal | None) -> str:
    """Write a cost that is mostly less than a cent; "" where no price is set."""
    if cost is None:
        return ""
    digits = LEAST if cost < 1 else Decimal("0.01")
    text = plain(cost.quantize(digits))
    sign = SIGNS.get(site.KLING_CURRENCY)
    amount = f"{sign}{text}" if sign else f"{text} {site.KLING_CURRENCY}"
    return _("under %s") % amount.replace(text, str(LEAST)) if 0 < cost < LEAST else amount
