"""The library's form of filters: what can be chosen, what is chosen, and how to take one choice back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Case, Value, When
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

import kling
from personas.models import Persona
from productvideo.admin.library.wish import KINDS, ORDERS, Wish
from productvideo.models import Product, ProductVideo
from productvideo.states import Status

MOST_PRODUCTS = 200  # in the list to choose from: the newest; any other is found by its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line of a select."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A filter with a list to choose from; its first line asks for everything."""

    name: str
    label: str
    everything: str
    options: Sequence[Option]

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.chosen), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is on, in words, and the query string without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """All of the form."""

    wish: Wish
    selects: Sequence[Select]
    orders: Sequence[Option]
    chips: Sequence[Chip]
    has_more_products: bool

    @property
    def chosen(self) -> int:
        """How many filters are on beside the words that are looked for."""
        return len(self.chips) - bool(self.wish.text)


def filters_of(wish: Wish, query: QueryDict, user: User | AnonymousUser) -> Filters:
    """Return the form as it stands; asks the database three times."""
    products, more = _products(wish, user)
    personas = Persona.objects.visible_to(user).order_by("name").values_list("pk", "name")
    selects = [
        _select("persona", _("Persona"), _("All personas"), personas, wish.persona),
        _select("product", _("Product"), _("All products"), products, wish.product),
        _select("status", _("Status"), _("Any status"), Status.choices, wish.status),
        _select("model", _("Model"), _("Any model"), _models(user), kling.names_of(wish.model)[0]),
        _select("kind", _("Practice or real"), _("Both"), KINDS.items(), wish.kind),
    ]
    return Filters(
        wish=wish,
        selects=selects,
        orders=_options(((name, title) for name, (title, _order) in ORDERS.items()), wish.order),
        chips=_chips(wish, query, selects),
        has_more_products=more,
    )


def query_without(query: QueryDict, *names: str) -> str:
    """Return the query string without some of it, and without the number of a page, which is no longer the same."""
    rest = query.copy()
    for name in (*names, "page"):
        rest.pop(name, None)
    for name in [name for name, value in rest.items() if not value]:
        del rest[name]
    return rest.urlencode()


def _chips(wish: Wish, query: QueryDict, selects: Iterable[Select]) -> list[Chip]:
    chosen = {select.name: f"{select.label}: {select.chosen.title}" for select in selects if select.chosen}
    if wish.since:
        chosen["from"] = _("From %(day)s") % {"day": date_format(wish.since, "j M Y")}
    if wish.until:
        chosen["to"] = _("Until %(day)s") % {"day": date_format(wish.until, "j M Y")}
    if wish.text:
        chosen["q"] = f"“{wish.text}”"
    if wish.product and "product" not in chosen:
        chosen["product"] = _("A product that is not there")
    if wish.persona and "persona" not in chosen:
        chosen["persona"] = _("A persona that is not there")
    return [Chip(label=label, without=query_without(query, name)) for name, label in chosen.items()]


def _products(wish: Wish, user: User | AnonymousUser) -> tuple[list[tuple[int, str]], bool]:
    """Return the newest products, the chosen one among them, by name; and whether there are more."""
    products = Product.objects.visible_to(user)
    if wish.persona:
        products = products.filter(persona=wish.persona)
    chosen_first = Case(When(pk=wish.product or 0, then=Value(0)), default=Value(1))
    in_order = products.order_by(chosen_first, "-created_at", "-pk")
    newest = list(in_order.values_list("pk", "name")[: MOST_PRODUCTS + 1])
    return sorted(newest[:MOST_PRODUCTS], key=lambda product: product[1].casefold()), len(newest) > MOST_PRODUCTS


def _models(user: User | AnonymousUser) -> list[tuple[str, str]]:
    """Return the models that videos were made with, each once, whichever of its names they have; some have ended."""
    used = set(ProductVideo.objects.kept().visible_to(user).order_by().values_list("model_name", flat=True).distinct())
    return sorted((name, kling.title_of(name)) for name in {kling.names_of(name)[0] for name in used})


def _select(name: str, label: str, everything: str, pairs: Iterable[tuple[object, object]], chosen: object) -> Select:
    return Select(name=name, label=label, everything=everything, options=_options(pairs, chosen))


def _options(pairs: Iterable[tuple[object, object]], chosen: object) -> list[Option]:
    return [Option(value=str(value), title=str(title), chosen=value == chosen) for value, title in pairs]
