"""Money on the account: what pays for tasks that no pack of units can (kling-api §3N.2, §7.2)."""

from dataclasses import dataclass
from decimal import Decimal

CURRENCIES = ("USD", "CNY")
CASH_TYPES = ("balance", "test_balance")
# The list price of a unit (§4.3); what it is in CNY is not on record and has to be told.
UNIT_PRICES = {"USD": Decimal("0.14")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cash:
    """`unit_price` is what a unit's worth of film costs; nothing is ever taken off it."""

    currency: str
    amount: Decimal
    unit_price: Decimal
    cash_type: str = CASH_TYPES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a task will cost when it succeeds: units, or money."""

    units: Decimal = Decimal(0)
    money: Decimal = Decimal(0)
    currency: str = ""  # "" where it costs units
    cash_type: str = ""


def in_cash(units: Decimal, cash: Cash) -> Price:
    money = (units * cash.unit_price).normalize() + Decimal(0)  # and not 1E+1
    return Price(money=money, currency=cash.currency, cash_type=cash.cash_type)
