"""What clips cost before they are made: units from Kling's price list, money from the price of a unit."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings as site
from django.utils.translation import gettext as _

import kling

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A list price: exact units, and money at `KLING_UNIT_PRICE` a unit."""

    clips: int
    units: Decimal
    money: Decimal
    currency: str

    def __str__(self) -> str:
        return _("%(units)s · %(money)s list price") % {"units": self.units_label, "money": self.money_label}

    @property
    def units_label(self) -> str:
        return units_label(self.units)

    @property
    def money_label(self) -> str:
        return money_label(self.money, self.currency)


def quote(settings: kling.Settings, *, clips: int) -> Quote:
    """Price that many clips; raises kling.SettingsError, a sentence, for what no live model can do."""
    units = kling.estimate_units(settings) * clips
    return Quote(clips=clips, units=units, money=units * site.KLING_UNIT_PRICE, currency=site.KLING_CURRENCY)


def plain(number: Decimal) -> str:
    """Write a decimal without an exponent or idle zeros: 4.5, 3, 10."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def units_label(units: Decimal) -> str:
    """Write an amount of units: 4.5 units, 1 unit."""
    return (_("%s unit") if units == 1 else _("%s units")) % plain(units)


def money_label(money: Decimal, currency: str) -> str:
    """Write an amount with its currency: $0.63, 0.63 CHF."""
    sign = SIGNS.get(currency)
    return f"{sign}{money:.2f}" if sign else f"{money:.2f} {currency}"
