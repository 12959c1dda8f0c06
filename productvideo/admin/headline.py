"""The line on top of every page: what this month costs, how Kling is, how much is being made."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personas.models import Persona
from productvideo import ledger
from productvideo.admin.health import Health
from productvideo.models import ProductVideo
from productvideo.prices import money_label, plain


def headline(user: User | AnonymousUser, health: Health) -> str:
    """Return the line for the personas that a person may see; three questions, whatever there is."""
    limits = dict(Persona.objects.visible_to(user).order_by().values_list("pk", "monthly_units"))
    used = ledger.units_by_persona(limits, simulated=settings.PRACTICE_MODE) if limits else {}
    being_made = ProductVideo.objects.visible_to(user).unfinished().kept().count()
    words = [_month(sum(used.values(), Decimal(0)), limits), health.word]
    if being_made:
        words.append(ngettext("%d being made", "%d being made", being_made) % being_made)
    return " · ".join(words)


def amount(units: Decimal) -> str:
    """Return units as money, or as units where no price of a unit is set."""
    if not settings.KLING_UNIT_PRICE:
        return _("%s units") % plain(units)
    return money_label(units * settings.KLING_UNIT_PRICE, settings.KLING_CURRENCY)


def _month(used: Decimal, limits: dict[int, Decimal | None]) -> str:
    known = [limit for limit in limits.values() if limit is not None]
    words = {"used": amount(used), "limit": amount(sum(known, Decimal(0)))}
    if not known or len(known) < len(limits):
        return _("This month %(used)s") % words  # there is no limit to speak of
    return _("This month %(used)s of %(limit)s") % words
