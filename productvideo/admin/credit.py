"""What is left to spend at Kling, beside the price: its pack, with the age of that figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from kling.connection import ConfigurationError, current_host
from productvideo import accounts
from productvideo.ages import age_of, ago
from productvideo.models import KlingAccount, ProductVideo
from productvideo.prices import units_label

OLD = timedelta(minutes=5)  # a figure of this age is asked for anew, while the page is being read


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What the account in use has left, as far as Kling has said, and what it will need."""

    practice: bool
    needed: Decimal
    ordered: Decimal = Decimal(0)  # for videos that Kling has not finished, which its figure may not know of
    units: Decimal | None = None
    as_of: datetime | None = None
    asked_at: datetime | None = None
    trouble: str = ""  # why Kling did not say

    @property
    def is_due(self) -> bool:
        """Say whether a page that shows this should have it asked for anew."""
        if self.asked_at and age_of(self.asked_at) < accounts.ASKED_EVERY:
            return False
        return self.as_of is None or age_of(self.as_of) > OLD

    @property
    def sentence(self) -> str:
        whose = _("Practice pack") if self.practice else _("Kling")
        if self.units is None or self.as_of is None:
            asking, unknown = _("asking how many units are left …"), _("it is not known how many units are left")
            return f"{whose}: {asking if self.is_due else unknown}"
        words = {"whose": whose, "units": units_label(self.units), "ago": ago(self.as_of)}
        if self.practice:
            return _("%(whose)s: %(units)s left · as of %(ago)s") % words
        return _("%(whose)s: %(units)s left · as of %(ago)s; Kling's figure can be up to 12 h late") % words

    @property
    def warning(self) -> str:
        """Say that it may not be enough; "" while it is. Kling's figure is late, so this stops nobody."""
        if self.units is None or self.needed + self.ordered <= self.units:
            return ""
        words = {
            "needed": units_label(self.needed),
            "ordered": units_label(self.ordered),
            "left": units_label(self.units),
        }
        if not self.needed:
            text = _("The videos on their way need %(ordered)s, with %(left)s left.")
        elif self.ordered:
            text = _("This needs %(needed)s besides the %(ordered)s of videos on their way, with %(left)s left.")
        else:
            text = _("This needs %(needed)s, with %(left)s left.")
        return f"{text % words} {_('What the pack cannot pay for waits, and goes on by itself once it is topped up.')}"


def credit_of(*, needed: Decimal, trouble: str = "") -> Credit | None:
    """Return what is known of the account in use, without asking anybody; None while the keys cannot be used."""
    try:
        host = current_host()
    except ConfigurationError:
        return None
    account = KlingAccount.objects.filter(host=host.name).first()
    if account is None:
        return Credit(practice=host.simulated, needed=needed, trouble=trouble)
    units, as_of = accounts.known_units(account) or (None, None)
    return Credit(
        practice=account.simulated,
        needed=needed,
        ordered=_ordered(account),
        units=units,
        as_of=as_of,
        asked_at=account.units_asked_at,
        trouble=trouble,
    )


def _ordered(account: KlingAccount) -> Decimal:
    making = ProductVideo.objects.of_account(account).awaited()
    return making.aggregate(units=Sum("units_estimated"))["units"] or Decimal(0)
