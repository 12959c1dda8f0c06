"""What having scenes written took: a row for each time, also where nothing was stored, and what its tokens cost."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction

from productvideo import scenes
from productvideo.models import Product, Writing

MILLION = Decimal(1_000_000)


def remember_writing(product: Product, plan: scenes.ScenePlan) -> scenes.ScenePlan:
    """Keep what a plan took, before it is decided whether its scenes are stored: the tokens are paid for."""
    with suppress(IntegrityError), transaction.atomic():  # the product was deleted meanwhile
        Writing.objects.create(
            product=product,
            plan=plan.plan,
            language_model=plan.language_model,
            template_version=plan.template_version,
            calls=plan.usage.calls,
            input_tokens=plan.usage.input_tokens,
            output_tokens=plan.usage.output_tokens,
            cause=plan.cause,
        )
    return plan


def cost_of(writings: Iterable[Writing]) -> Decimal | None:
    """Return what the tokens cost in KLING_CURRENCY, or None where no token price is set."""
    if not settings.OPENAI_INPUT_PRICE and not settings.OPENAI_OUTPUT_PRICE:
        return None
    return sum((_cost(writing) for writing in writings), start=Decimal(0))


def _cost(writing: Writing) -> Decimal:
    cost: Decimal = writing.input_tokens * settings.OPENAI_INPUT_PRICE
    cost += writing.output_tokens * settings.OPENAI_OUTPUT_PRICE
    return cost / MILLION
