"""An order from one photo to three videos: checked to the end before anything is made, then placed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

import kling
from kling.connection import ConfigurationError, current_host
from personas.models import Persona
from productvideo import accounts, defaults, services
from productvideo.models import Product
from productvideo.photos import CleanPhoto, PhotoError, clean_photo
from productvideo.prices import Quote, plain, quote

SCENES = 3
PERSONA_LIMIT = 100


class BadOrderError(Exception):
    """What was asked for cannot be done; nothing was made and nothing was sent. One line for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(" ".join(sentence.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for, as it was said."""

    image: Path
    name: str
    description: str
    persona: str
    plan: str
    model_name: str
    mode: str
    duration: int | None
    max_units: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What can be made, and what it costs."""

    photo: CleanPhoto
    name: str
    description: str
    persona: str
    plan: str  # the code of a plan of shots, or "" for the one that fits the product
    settings: kling.Settings
    price: Quote
    budget_warning: str  # "" while the persona's month has plenty left
    simulated: bool


def check_order(wish: Wish) -> Order:
    """Look at everything that can be refused, and make nothing; raise BadOrderError."""
    require_tables()
    try:
        host = current_host()
        name, description = services.clean_words(wish.name, wish.description)
        plan = services.known_plan(wish.plan)
        settings = defaults.clip_settings(model_name=wish.model_name, mode=wish.mode, duration=wish.duration)
        price = quote(settings, clips=SCENES)
        persona = _persona_name(wish.persona)
        warning = _require_affordable(persona, price, most=wish.max_units, simulated=host.simulated)
        photo = _read_photo(wish.image)
    except (ConfigurationError, services.RefusalError, kling.SettingsError, PhotoError) as error:
        raise BadOrderError(str(error)) from None
    return Order(
        photo=photo,
        name=name,
        description=description,
        persona=persona,
        plan=plan,
        settings=settings,
        price=price,
        budget_warning=warning,
        simulated=host.simulated,
    )


def require_tables() -> None:
    """Raise BadOrderError for a database that is not there or not up to date, and do not make one by looking."""
    try:
        executor = None if _is_missing_file() else MigrationExecutor(connection)
        missing = executor is None or executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise BadOrderError(f"The database cannot be used ({error}). Look at DATABASE_URL.") from None
    if missing:
        raise BadOrderError("The database lacks tables; run `manage.py migrate` (or `make run`) first.")


def _is_missing_file() -> bool:
    """Say whether the database is an SQLite file that does not exist: connecting would make an empty one."""
    if connection.vendor != "sqlite":
        return False
    name = str(connection.settings_dict["NAME"])
    return not (name.startswith("file:") or ":memory:" in name or Path(name).exists())


def _persona_name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > PERSONA_LIMIT or not name.isprintable():
        raise BadOrderError(f"The persona's name must have 1 to {PERSONA_LIMIT} printable characters.")
    return name


def _require_affordable(persona: str, price: Quote, *, most: Decimal | None, simulated: bool) -> str:
    """Return a warning about the persona's month, "" without one; raise what refuses the price."""
    if most is not None and price.units > most:
        raise BadOrderError(f"{SCENES} videos cost {price}; that is more than the {plain(most)} units allowed.")
    known = Persona.objects.filter(name=persona).first()
    budget = services.require_budget(known, price.units, simulated=simulated) if known else None
    return budget.warning if budget else ""


def _read_photo(path: Path) -> CleanPhoto:
    try:
        with path.open("rb") as file:
            return clean_photo(file, name=path.name)
    except OSError as error:
        raise BadOrderError(f"The image {path} cannot be read: {error.strerror or error}.") from None
    except ValueError as error:
        raise BadOrderError(str(error)) from None


def require_accepted() -> None:
    """Ask Kling, for free, whether it accepts our keys; raise its clear refusal before anything is made."""
    accounts.require_accepted(accounts.current_account())


def make_product(order: Order) -> Product:
    """Store the product, its photo, and its persona where that is missing."""
    return services.create_product(
        persona=defaults.persona_named(order.persona),
        name=order.name,
        description=order.description,
        photo_file=order.photo,
        plan=order.plan,
    )


def approve(order: Order, product: Product) -> None:
    """Buy one video of each scene at the price that was shown."""
    services.approve(
        product=product,
        scenes=[services.SeenScene.of(scene) for scene in product.scenes.all()],
        settings=order.settings,
        units=order.price.units,
    )
