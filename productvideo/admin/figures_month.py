"""The month that figures are of: by UTC, as budgets are."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.formats import date_format

from productvideo import ledger
from productvideo.ages import today

MOST_MONTHS = 36


@dataclass(frozen=True, slots=True, order=True)
class ShownMonth:
    """A calendar month."""

    year: int
    number: int

    @property
    def start(self) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return self.next.start

    @property
    def next(self) -> ShownMonth:
        return ShownMonth(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def before(self) -> ShownMonth:
        return ShownMonth.of(self.start - timedelta(days=1))

    @property
    def first_day(self) -> date:
        return self.start.date()

    @property
    def last_day(self) -> date:
        return (self.end - timedelta(days=1)).date()

    @property
    def days(self) -> int:
        return monthrange(self.year, self.number)[1]

    @property
    def is_running(self) -> bool:
        return self == this_month()

    @property
    def days_so_far(self) -> int:
        return today().day if self.is_running else self.days

    @property
    def code(self) -> str:
        return f"{self.year}-{self.number:02}"

    def __str__(self) -> str:
        return date_format(self.first_day, "YEAR_MONTH_FORMAT")

    @classmethod
    def of(cls, moment: datetime) -> ShownMonth:
        there = moment.astimezone(UTC)
        return cls(there.year, there.month)


def this_month() -> ShownMonth:
    return ShownMonth(today().year, today().month)


def read_month(text: str) -> ShownMonth:
    """Read "2026-11"; what is no month, or lies ahead, is the running one."""
    running = this_month()
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
    month = ShownMonth(int(found[1]), int(found[2])) if found else running
    return min(month, running)


def shown_months() -> list[ShownMonth]:
    """Return the months that can be picked: from the first order on, the newest first."""
    first = ledger.first_month()
    months = [this_month()]
    while first and months[-1] > ShownMonth.of(first) and len(months) < MOST_MONTHS:
        months.append(months[-1].before)
    return months
