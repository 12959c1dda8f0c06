"""The receipt of a video: every request of the ledger, what came of it, and what was paid in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import assert_never

from django.conf import settings as site
from django.utils.translation import gettext as _

from productvideo.admin import badges
from productvideo.models import ProductVideo, Submission
from productvideo.prices import money_label, units_label
from productvideo.states import Stage

Kind = Submission.Kind
Outcome = Submission.Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One request to Kling; `under_way` is the one whose answer may still come."""

    entry: Submission
    under_way: bool = False

    @property
    def at(self) -> datetime:
        return self.entry.sent_at

    @property
    def what(self) -> str:
        return _("Looked up") if self.entry.kind == Kind.LOOK_UP else _("Ordered")

    @property
    def outcome(self) -> str:
        """What came of it, in two or three words."""
        if self.entry.kind == Kind.LOOK_UP:
            return _looked_up(Outcome(self.entry.outcome))
        return _("waiting for the answer") if self.under_way else _ordered(Outcome(self.entry.outcome))

    @property
    def badge(self) -> str:
        return "info" if self.under_way else badges.OUTCOMES[self.entry.outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The lines, oldest first, and the sum."""

    lines: Sequence[Line]
    total: str


def receipt_of(video: ProductVideo) -> Receipt:
    """Read a video's receipt from the ledger."""
    entries = list(Submission.objects.filter(video_id=video.pk).order_by("sent_at", "pk"))
    orders = [entry for entry in entries if entry.kind == Kind.ORDER]
    open_order = orders[-1] if orders and _is_open(orders[-1], video) else None
    lines = [Line(entry=entry, under_way=entry is open_order) for entry in entries]
    return Receipt(lines=lines, total=_total(video, orders))


def _is_open(entry: Submission, video: ProductVideo) -> bool:
    return entry.outcome == Outcome.UNCLEAR and entry.answered_at is None and video.stage == Stage.SUBMITTING


def _ordered(outcome: Outcome) -> str:
    match outcome:
        case Outcome.ACCEPTED:
            return _("accepted")
        case Outcome.REFUSED:
            return _("refused")
        case Outcome.UNCLEAR | Outcome.ABSENT:
            return _("no answer")
        case Outcome.ADOPTED:
            return _("no answer; found at Kling and adopted, not sent again")
        case unknown:
            assert_never(unknown)


def _looked_up(outcome: Outcome) -> str:
    match outcome:
        case Outcome.ADOPTED | Outcome.ACCEPTED:
            return _("found")
        case Outcome.ABSENT | Outcome.REFUSED:
            return _("not there")
        case Outcome.UNCLEAR:
            return _("no answer")
        case unknown:
            assert_never(unknown)


def _total(video: ProductVideo, orders: Sequence[Submission]) -> str:
    charges = [entry.units_charged for entry in orders if entry.units_charged]
    if video.account.simulated:
        return _("Practice: nothing was charged. The real thing costs %(price)s.") % {"price": _price(video.units)}
    if len(charges) > 1:
        return _("Charged %(count)d times: %(price)s; check Kling's bill.") % {
            "count": len(charges),
            "price": _price(sum(charges, Decimal(0))),
        }
    if charges or video.units_charged:
        return _("Paid once: %(price)s.") % {"price": _price(charges[0] if charges else video.units)}
    if video.stage == Stage.COMPLETE and video.units_charged is None:
        return _("Paid once, by the price list: %(price)s.") % {"price": _price(video.units_estimated)}
    return _unpaid(video)


def _unpaid(video: ProductVideo) -> str:
    if not video.is_finished:
        return _("Not settled yet: %(price)s once it is made, nothing if it fails.") % {
            "price": _price(video.units_estimated)
        }
    if video.task_id and video.units_charged is None and video.error_code in ("lost_at_kling", "never_ended"):
        return _("Kling has not said what it charged: %(price)s at the most, once.") % {
            "price": _price(video.units_estimated)
        }
    return _("Nothing was charged.")


def _price(units: Decimal) -> str:
    money = money_label(units * site.KLING_UNIT_PRICE, site.KLING_CURRENCY)
    return f"{units_label(units)}, {money}"
