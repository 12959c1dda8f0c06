"""Packs, money and the other terms of an account, as an option or a JSON object tells them."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from kling.sandbox.account.cash import CASH_TYPES, CURRENCIES, UNIT_PRICES, Cash
from kling.sandbox.account.packs import Pack, PackType, type_by_name
from kling.sandbox.account.terms import WrongTermsError

PACK_FORM = "NAME=UNITS,PARALLEL,DAYS[,STARTS-IN-DAYS[,TYPE]]"
CASH_FORM = "CURRENCY=AMOUNT[,UNIT-PRICE[,TYPE]]"
# What is told of a pack or of money beside what it can be set to; who sends it back is not refused.
ONLY_TOLD = ("id", "status", "remaining")
_MOST = Decimal(10) ** 12
_PACK_PARTS = ("units", "parallel", "days", "starts_in", "type")
_CASH_PARTS = ("amount", "unit_price", "cash_type")


def read_pack(text: str) -> Pack:
    """Return the pack of a `--pack`; raise WrongTermsError for what is none."""
    name, told = _read_parts(text, _PACK_PARTS, PACK_FORM, least=3)
    return pack_of({"name": name, **told})


def read_cash(text: str) -> Cash:
    """Return the money of a `--cash`; raise WrongTermsError for what is none."""
    currency, told = _read_parts(text, _CASH_PARTS, CASH_FORM, least=1)
    return cash_of({"currency": currency, **told})


def read_lag(text: str) -> float:
    return float(_amount({"lag": text}, "lag"))


def pack_of(told: Mapping[str, Any]) -> Pack:
    _check_names(told, ("name", *_PACK_PARTS), "A pack")
    name = told.get("name")
    if not isinstance(name, str) or not name.strip():
        raise WrongTermsError("A pack needs a name.")
    return Pack(
        name=name,
        units=_amount(told, "units"),
        parallel=int(_amount(told, "parallel", least=1, whole=True)),
        days=float(_amount(told, "days", default=365)),
        starts_in=float(_amount(told, "starts_in", default=0)),
        type=PackType(_word(told, "type", tuple(PackType), default=type_by_name(name))),
    )


def cash_of(told: Mapping[str, Any]) -> Cash:
    _check_names(told, ("currency", *_CASH_PARTS), "Cash")
    currency = _word(told, "currency", CURRENCIES)
    if told.get("unit_price") is None and currency not in UNIT_PRICES:
        raise WrongTermsError(f"What a unit costs in {currency} is not on record; give its price.")
    return Cash(
        currency=currency,
        amount=_amount(told, "amount"),
        unit_price=_amount(told, "unit_price", default=UNIT_PRICES.get(currency, Decimal(0))),
        cash_type=_word(told, "cash_type", CASH_TYPES, default=CASH_TYPES[0]),
    )


def read_terms(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a JSON object changes, read: `packs`, `lag`, `per_model`, `cash` (null ends it)."""
    for name in told:
        if name not in _TERMS:
            raise WrongTermsError(f"There is no {name!r}; there are {', '.join(_TERMS)}.")
    return {name: _TERMS[name](told, name) for name in told}


def _packs(told: Mapping[str, Any], name: str) -> list[Pack]:
    listed = told[name]
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise WrongTermsError("packs must be a list of objects.")
    packs = [pack_of(_settable(each)) for each in listed]
    check_pack_names(packs)
    return packs


def check_pack_names(packs: list[Pack]) -> None:
    names = [pack.name for pack in packs]
    for name in names:
        if names.count(name) > 1:
            raise WrongTermsError(f"Two packs are called {name!r}; give each a name of its own.")


def _cash(told: Mapping[str, Any], name: str) -> Cash | None:
    value = told[name]
    if value is None:
        return None
    if not isinstance(value, dict):
        raise WrongTermsError("cash must be an object, or null.")
    return cash_of(_settable(value))


def _lag(told: Mapping[str, Any], name: str) -> float:
    return float(_amount(told, name))


def _flag(told: Mapping[str, Any], name: str) -> bool:
    value = told[name]
    if not isinstance(value, bool):
        raise WrongTermsError(f"{name} must be true or false.")
    return value


_TERMS: Mapping[str, Callable[[Mapping[str, Any], str], Any]] = {
    "packs": _packs,
    "lag": _lag,
    "per_model": _flag,
    "cash": _cash,
}


def _settable(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in ONLY_TOLD}


def _read_parts(text: str, parts: tuple[str, ...], form: str, *, least: int) -> tuple[str, dict[str, str]]:
    name, is_given, rest = text.partition("=")
    values = [value.strip() for value in rest.split(",")]
    if not is_given or not least <= len(values) <= len(parts):
        raise WrongTermsError(f"{text!r} is not of the form {form}.")
    return name.strip(), dict(zip(parts, values, strict=False))


def _check_names(told: Mapping[str, Any], names: tuple[str, ...], whose: str) -> None:
    for name in told:
        if name not in names:
            raise WrongTermsError(f"{whose} has no {name!r}; it has {', '.join(names)}.")


def _amount(
    told: Mapping[str, Any], name: str, *, default: Decimal | int | None = None, least: int = 0, whole: bool = False
) -> Decimal:
    value = told.get(name, default)
    try:
        amount = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not least <= amount <= _MOST or (whole and amount != int(amount)):
        kind = "a whole number" if whole else "a number"
        raise WrongTermsError(f"{name} must be {kind} of at least {least}, and not {str(value)[:50]!r}.")
    return amount


def _word(told: Mapping[str, Any], name: str, words: tuple[str, ...], *, default: str | None = None) -> str:
    word = told.get(name, default)
    if word not in words:
        listed = " or ".join(repr(str(each)) for each in words)
        raise WrongTermsError(f"{name} must be {listed}, and not {str(word)[:50]!r}.")
    return str(word)
