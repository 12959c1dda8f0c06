"""Plots, as the numbers that an inline SVG needs: drawn on the server, with a table below that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

HEIGHT = 100
STEP = 10  # of one day
BAR = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day: where its bar stands, and what it says when pointed at."""

    x: int
    y: str
    height: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What was spent by the end of each day, as the points of a line and of the area below; None without a limit."""

    line: str
    area: str
    limit: str | None
    width: int


def bars(units: Sequence[Decimal], titles: Sequence[str]) -> list[Bar]:
    """Return a bar for each day; the highest fills the plot."""
    most = max(units, default=Decimal(0)) or Decimal(1)
    heights = [HEIGHT * value / most for value in units]
    return [
        Bar(x=STEP * at + 1, y=_short(HEIGHT - height), height=_short(height), title=title)
        for at, (height, title) in enumerate(zip(heights, titles, strict=True))
    ]


def curve(units: Sequence[Decimal], *, limit: Decimal | None, days: int) -> Curve:
    """Return the running sum of these days in a month of `days`; the limit, or the sum, fills the plot."""
    sums = list(accumulate(units, initial=Decimal(0)))
    most = max(sums[-1], limit or Decimal(0)) or Decimal(1)
    points = [f"{STEP * at},{_short(HEIGHT - HEIGHT * value / most)}" for at, value in enumerate(sums)]
    end = STEP * (len(sums) - 1)
    return Curve(
        line=" ".join(points),
        area=" ".join([f"0,{HEIGHT}", *points, f"{end},{HEIGHT}"]),
        limit=None if limit is None else _short(HEIGHT - HEIGHT * limit / most),
        width=STEP * days,
    )


def _short(number: Decimal) -> str:
    return f"{number:.1f}"
