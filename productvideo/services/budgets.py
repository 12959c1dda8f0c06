"""A persona's month: how much of its limit is used, what a purchase would add, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from personas.models import Persona
from productvideo import ledger
from productvideo.ages import next_month
from productvideo.prices import plain
from productvideo.services.refusals import BudgetError

NEAR = Decimal("0.8")  # of the limit; from here on every door warns


class Level(StrEnum):
    """How near a month is to its limit."""

    FREE = "free"
    NEAR = "near"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The month of a persona that has a limit; `needed` is what the purchase would add that is being looked at."""

    persona: str
    limit: Decimal
    used: Decimal  # charged by Kling, and reserved for what is on its way
    needed: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        return max(self.limit - self.used, Decimal(0))

    @property
    def is_too_much(self) -> bool:
        return self.needed > self.left

    @property
    def level(self) -> Level:
        """Say how near to its limit the month is, with what this purchase would add."""
        if self._total >= self.limit:
            return Level.FULL
        return Level.NEAR if self._total >= NEAR * self.limit else Level.FREE

    @property
    def share(self) -> str:
        return _("%(used)s of %(limit)s units (%(percent)s)") % self._words()

    @property
    def sentence(self) -> str:
        return _("Persona: %(used)s of %(limit)s units used this month (%(percent)s)") % self._words()

    @property
    def warning(self) -> str:
        """Say that little or nothing is left, or why the purchase is refused; "" while there is no need to."""
        if self.is_too_much:
            return self._refusal()
        if self.level is Level.FREE:
            return ""
        if self.needed:
            text = _("This brings %(persona)s to %(total)s of %(limit)s units for this month (%(total_percent)s).")
        elif self.left:
            text = _(
                "%(persona)s has %(left)s of %(limit)s units left this month; a new one begins on %(next)s (UTC)."
            )
        else:
            text = _("%(persona)s has used its %(limit)s units for this month; a new one begins on %(next)s (UTC).")
        return text % self._words()

    def _refusal(self) -> str:
        if self.left:
            text = _(
                "%(persona)s has %(left)s of %(limit)s units left this month; this costs %(needed)s. Approve fewer"
                " scenes, raise the persona's monthly limit, or wait until %(next)s (UTC)."
            )
        else:
            text = _(
                "%(persona)s has used its %(limit)s units for this month; this costs %(needed)s. Raise the persona's"
                " monthly limit, or wait until %(next)s (UTC)."
            )
        return text % self._words()

    @property
    def _total(self) -> Decimal:
        return self.used + self.needed

    def _words(self) -> dict[str, str]:
        amounts = {"used": self.used, "limit": self.limit, "left": self.left, "needed": self.needed}
        return {name: plain(units) for name, units in amounts.items()} | {
            "persona": self.persona,
            "total": plain(self._total),
            "percent": self._percent(self.used),
            "total_percent": self._percent(self._total),
            "next": date_format(next_month(), "MONTH_DAY_FORMAT"),
        }

    def _percent(self, units: Decimal) -> str:
        """Return the share of the limit, rounded down: 100 % is said of a month that is used up, and of no other."""
        share = units / self.limit if self.limit else Decimal(1)
        return _("%s %%") % int(share * 100)


def budget_of(persona: Persona, *, simulated: bool, needed: Decimal = Decimal(0)) -> Budget | None:
    """Return a persona's month; None without a limit."""
    return budgets_of([persona], simulated=simulated, needed=needed).get(persona.pk)


def budgets_of(personas: Iterable[Persona], *, simulated: bool, needed: Decimal = Decimal(0)) -> dict[int, Budget]:
    """Return the months of those personas that have a limit, by their ids."""
    limits = {persona.pk: (persona, persona.monthly_units) for persona in personas}
    limited = {pk: (persona, limit) for pk, (persona, limit) in limits.items() if limit is not None}
    used = ledger.units_by_persona(limited, simulated=simulated) if limited else {}
    return {
        pk: Budget(persona=persona.name, limit=limit, used=used.get(pk, Decimal(0)), needed=needed)
        for pk, (persona, limit) in limited.items()
    }


def require_budget(persona: Persona, units: Decimal, *, simulated: bool) -> Budget | None:
    """Return the persona's month, with that many units; raise BudgetError when they would go above its limit."""
    budget = budget_of(persona, simulated=simulated, needed=units)
    if budget and budget.is_too_much:
        raise BudgetError(budget.warning)
    return budget
