"""The calls of Kling's that the sandbox answers, told apart by method and path."""

from dataclasses import dataclass
from enum import StrEnum

from kling.sandbox.products import LEGACY_WORDS, NEW_WORDS, Product
from kling.types import Dialect


class Call(StrEnum):
    """A call, by the name under which the books count it."""

    CREATE = "creates"
    LIST = "list reads"
    LOOK_UP = "look-ups"
    COSTS = "cost reads"
    BILLING = "billing reads"


READS = (Call.LIST, Call.LOOK_UP, Call.COSTS, Call.BILLING)
# Paths of the new API; their first word alone says so. The last one is Kling's, and not served here.
_NEW_PATHS = (*NEW_WORDS, "tasks", "motion-control")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`name`: the task in a legacy path, the model in a new one, what a bill is of. Reads of the new API are of every
    product."""

    call: Call
    dialect: Dialect = Dialect.LEGACY
    product: Product = Product.IMAGE
    name: str = ""


def read_route(method: str, parts: list[str]) -> Route | None:
    """Return which call this is; None for everything else, wrong methods too."""
    match method, parts:
        case _, ["v1", "videos", word, *rest] if word in LEGACY_WORDS:
            return _legacy_route(method, LEGACY_WORDS[word], rest)
        case "POST", [word, model] if word in NEW_WORDS:
            return Route(call=Call.CREATE, dialect=Dialect.NEW, product=NEW_WORDS[word], name=model)
        case "GET", ["tasks"]:
            return Route(call=Call.LOOK_UP, dialect=Dialect.NEW)
        case "POST", ["tasks"]:
            return Route(call=Call.LIST, dialect=Dialect.NEW)
        case _, ["account", *rest]:
            return _account_route(method, rest)
        case _:
            return None


def _legacy_route(method: str, product: Product, rest: list[str]) -> Route | None:
    match method, rest:
        case "POST", []:
            return Route(call=Call.CREATE, product=product)
        case "GET", []:
            return Route(call=Call.LIST, product=product)
        case "GET", [name]:
            return Route(call=Call.LOOK_UP, product=product, name=name)
        case _:
            return None


def _account_route(method: str, rest: list[str]) -> Route | None:
    match method, rest:
        case "GET", ["costs"]:
            return Route(call=Call.COSTS)
        case "POST", ["billing", ("package" | "balance") as kind]:
            return Route(call=Call.BILLING, name=kind)
        case _:
            return None


def other_route(parts: list[str]) -> Route | None:
    """Return what Kling has at this path for some method, None for nothing."""
    return read_route("GET", parts) or read_route("POST", parts)


def dialect_of(parts: list[str]) -> Dialect:
    """Return whose credentials a path asks for, whether or not it is there."""
    return Dialect.NEW if parts and parts[0] in _NEW_PATHS else Dialect.LEGACY
