"""What a month cost and brought, by persona, practice and real apart; from the ledger, which forgets nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from personas.models import Persona
from productvideo import ledger
from productvideo.admin import links
from productvideo.admin.figures_month import ShownMonth
from productvideo.admin.headline import amount
from productvideo.admin.month import Month
from productvideo.admin.plots import STEP, Bar, Curve, bars, curve
from productvideo.ledger import Day
from productvideo.prices import plain
from productvideo.services import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Units, what they are in money, what came of them, and the lists that these numbers count."""

    units: Decimal
    made: int
    failed: int
    reserved: Decimal = Decimal(0)
    ledger: str = ""
    library: str = ""
    failures: str = ""

    @property
    def units_label(self) -> str:
        return plain(self.units)

    @property
    def money(self) -> str:
        return amount(self.units)

    @property
    def reserved_money(self) -> str:
        return amount(self.reserved) if self.reserved else ""

    @property
    def rate(self) -> str:
        """The share of what Kling has finished that came out; rounded down, so that 100 % means all."""
        ended = self.made + self.failed
        return _("%d %%") % (100 * self.made // ended) if ended else "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One persona's month."""

    name: str
    counted: Counted
    curve: Curve
    month: Month | None = None  # against its limit

    @property
    def limit(self) -> str:
        return amount(self.month.budget.limit) if self.month else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One line of the table below the plot."""

    day: date
    amounts: list[str]
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfSpending:
    """All of practice, or all that is real."""

    simulated: bool
    total: Counted
    lines: list[Line]
    bars: list[Bar]
    most: str  # what the highest bar stands for
    width: int
    rows: list[DayRow]
    ticks: list[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Of which month and kind figures are, who asks, and whose videos they are about."""

    month: ShownMonth
    simulated: bool
    user: User | AnonymousUser
    personas: dict[int, Persona]

    def counted(self, days: list[Day], reserved: Decimal, *, persona: int | None = None) -> Counted:
        month, may_read = self.month, self.user.has_perm("productvideo.view_submission")

        def videos(status: str = "") -> str:
            return links.library(
                persona=persona,
                simulated=self.simulated,
                since=month.first_day,
                until=month.last_day,
                status=status,
            )

        lines = links.ledger(persona=persona, simulated=self.simulated, start=month.start, end=month.end)
        return Counted(
            units=sum((day.units for day in days), Decimal(0)),
            made=sum(day.made for day in days),
            failed=sum(day.failed for day in days),
            reserved=reserved,
            ledger=lines if may_read else videos(),
            library=videos("complete"),
            failures=videos("failed"),
        )


def spent_in(month: ShownMonth, user: User | AnonymousUser, personas: Sequence[Persona]) -> list[KindOfSpending]:
    """Return what there was in a month, first of the kind that this installation makes now; two questions."""
    by_id = {persona.pk: persona for persona in personas}
    days = ledger.days_of(month.start, month.end, personas=None if user.is_superuser else list(by_id))
    reserved = ledger.reserved_units(list(by_id)) if month.is_running else {}
    kinds = []
    for simulated in sorted((False, True), key=lambda kind: kind != settings.PRACTICE_MODE):
        mine = [day for day in days if day.simulated == simulated]
        waiting = {pk: units for (kind, pk), units in reserved.items() if kind == simulated}
        if mine or waiting or simulated == settings.PRACTICE_MODE:
            asked = _Asked(month=month, simulated=simulated, user=user, personas=by_id)
            kinds.append(_kind(asked, mine, waiting))
    return kinds


def _kind(asked: _Asked, days: list[Day], reserved: dict[int, Decimal]) -> KindOfSpending:
    names = {day.persona_key: day.persona for day in days} | {pk: one.name for pk, one in asked.personas.items()}
    in_use = {day.persona_key for day in days} | set(reserved)
    in_use |= {pk for pk, persona in asked.personas.items() if persona.monthly_units is not None}
    keys = sorted(in_use, key=lambda pk: names[pk].casefold())
    each = _by_day(asked.month, days)
    dates = [asked.month.first_day + timedelta(days=at) for at in range(asked.month.days)]
    told = [f"{date_format(day, 'MONTH_DAY_FORMAT')}: {amount(units)}" for day, units in zip(dates, each, strict=True)]
    return KindOfSpending(
        simulated=asked.simulated,
        total=asked.counted(days, sum(reserved.values(), Decimal(0))),
        lines=[
            _line(asked, pk, names[pk], [day for day in days if day.persona_key == pk], reserved.get(pk, Decimal(0)))
            for pk in keys
        ],
        bars=bars(each, told),
        most=amount(max(each)),
        width=STEP * asked.month.days,
        rows=_rows(dates, keys, days),
        ticks=[day for day in dates if day.day % 7 == 1],
    )


def _line(asked: _Asked, pk: int, name: str, days: list[Day], reserved: Decimal) -> Line:
    limit = asked.personas[pk].monthly_units if pk in asked.personas else None
    counted, month = asked.counted(days, reserved, persona=pk), asked.month
    budget = None if limit is None else Budget(persona=name, limit=limit, used=counted.units + reserved)
    return Line(
        name=name,
        counted=counted,
        curve=curve(_by_day(month, days)[: month.days_so_far], limit=limit, days=month.days),
        month=Month(budget=budget) if budget else None,
    )


def _by_day(month: ShownMonth, days: list[Day]) -> list[Decimal]:
    units = [Decimal(0)] * month.days
    for day in days:
        units[day.day.day - 1] += day.units
    return units


def _rows(dates: list[date], keys: list[int], days: list[Day]) -> list[DayRow]:
    """Return the days on which something was spent."""
    units: dict[tuple[date, int], Decimal] = {}
    for day in days:
        units[day.day, day.persona_key] = units.get((day.day, day.persona_key), Decimal(0)) + day.units
    rows = []
    for moment in dates:
        amounts = [units.get((moment, pk), Decimal(0)) for pk in keys]
        if total := sum(amounts, Decimal(0)):
            rows.append(DayRow(day=moment, amounts=[amount(one) for one in amounts], total=amount(total)))
    return rows
