"""A persona's month as pages show it: a bar and a sentence beside the price, a badge where personas are listed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext_lazy

from personas.models import Persona
from productvideo.admin import badges
from productvideo.services import Budget, Level, budget_of, budgets_of

WIDTH = 100  # of a bar
_LABELS = {
    Level.FREE: gettext_lazy("within limit"),
    Level.NEAR: gettext_lazy("near limit"),
    Level.FULL: gettext_lazy("used up"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How long the parts of a bar are: what is used, and what this purchase would add as far as there is room."""

    used: int
    added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A persona's month, with what the purchase would add that is being looked at."""

    budget: Budget

    @property
    def bar(self) -> Bar:
        used = _part(self.budget.used, self.budget.limit)
        return Bar(used=used, added=_part(self.budget.used + self.budget.needed, self.budget.limit) - used)

    @property
    def is_refused(self) -> bool:
        return self.budget.is_too_much

    @property
    def is_over(self) -> bool:
        """Say whether nothing more can be bought; a purchase that uses the very last of it can."""
        return self.is_refused or not self.budget.left

    @property
    def is_near(self) -> bool:
        return self.budget.level is not Level.FREE

    @property
    def share(self) -> str:
        return self.budget.share

    @property
    def label(self) -> str:
        return str(_LABELS[self.budget.level])

    @property
    def badge(self) -> str:
        return badges.MONTHS[self.budget.level]


def month_of(persona: Persona, *, needed: Decimal = Decimal(0)) -> Month | None:
    """Return a persona's month, in practice or for real as this installation is; None without a limit."""
    budget = budget_of(persona, simulated=settings.PRACTICE_MODE, needed=needed)
    return Month(budget=budget) if budget else None


def months_of(personas: Iterable[Persona]) -> dict[int, Month]:
    """Return the months of those that have a limit, by their ids."""
    budgets = budgets_of(personas, simulated=settings.PRACTICE_MODE)
    return {pk: Month(budget=budget) for pk, budget in budgets.items()}


def _part(units: Decimal, limit: Decimal) -> int:
    return min(int(WIDTH * units / limit), WIDTH) if limit else WIDTH
