"""The sandbox itself, apart from HTTP: makes tasks, tells about them, hands out their films."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from kling.sandbox.account.account import Account
from kling.sandbox.account.cash import Cash, Price
from kling.sandbox.account.packs import Pack, practice_pack
from kling.sandbox.account.terms import Terms, pack_id
from kling.sandbox.callbacks.courier import Courier
from kling.sandbox.credentials import Credentials
from kling.sandbox.faults.catalog import ACCEPTED, NO_FAULTS, Faults
from kling.sandbox.faults.mishaps import Mishaps
from kling.sandbox.links import Links
from kling.sandbox.making import Maker
from kling.sandbox.memory.state import StateFolder
from kling.sandbox.memory.store import Store, Window
from kling.sandbox.order import Order
from kling.sandbox.products import Product
from kling.sandbox.studio.films import Shot
from kling.sandbox.studio.shelf import Shelf
from kling.sandbox.studio.sizes import film_size
from kling.sandbox.tasks import Task
from kling.types import TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a sandbox is set up; `render_seconds` are the least and the most, `pack_lag` is in seconds too."""

    credentials: Credentials
    render_seconds: tuple[float, float] = (20.0, 40.0)
    state: Path | None = None  # None: nothing outlives this sandbox
    quick_clips: bool = False
    parallel: int = 5
    units: Decimal = Decimal(10_000)
    packs: Sequence[Pack] | None = None  # None: one of `units` and `parallel`
    pack_lag: float = 0
    parallel_per_model: bool = False
    cash: Cash | None = None
    allow_ended: bool = False
    moderates_at_once: bool = False
    clock: Callable[[], float] = field(default=time.time)
    faults: Faults = NO_FAULTS  # to begin with
    seed: int = field(default_factory=lambda: secrets.randbits(32))  # of the lots that faults are drawn by
    webhook_secrets: Sequence[str] = ()  # callbacks are signed with each of them


class Sandbox:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.state = StateFolder(options.state)
        self.store = Store(self.state.database, now_ms=self.now_ms)
        self.account = Account(store=self.store, terms=_first_terms(options, born_ms=self.store.born_ms))
        self.links = Links(self.store.secret)
        self.shelf = Shelf(self.state)
        self.mishaps = Mishaps(options.faults, seed=options.seed, store=self.store, clock=options.clock)
        self.callbacks = Courier(
            store=self.store,
            links=self.links,
            mishaps=self.mishaps,
            secrets=options.webhook_secrets,
            clock=options.clock,
        )
        self._maker = Maker(state=self.state, render_seconds=options.render_seconds, clock=lambda: self.now_ms)

    def close(self) -> None:
        self.callbacks.close()
        self.store.close()
        self.state.close()

    @property
    def now(self) -> float:
        return self.options.clock()

    @property
    def now_ms(self) -> int:
        return int(self.now * 1000)

    @property
    def kling_now(self) -> float:
        """What Kling's clock shows, which may be wrong; how long anything takes goes by `now`."""
        return self.now + self.mishaps.faults.clock_skew

    def make_task(self, order: Order, *, api_key_name: str = "") -> Task:
        """Raise Refused when the account may not; two creates with one external id make one task, unless repeats are
        accepted."""
        external_id = order.notes.external_id
        task = self._maker.draft(order, skew_ms=int(self.mishaps.faults.clock_skew * 1000))
        may_repeat = self.mishaps.faults.repeats == ACCEPTED
        self.account.settle(task.created_ms)
        with self.store.writing():
            if may_repeat and self.store.has_external_id(external_id):
                self.mishaps.deal("repeats")
            price = self.account.admit(order, now_ms=task.created_ms, may_repeat=may_repeat)
            task = replace(_priced(task, price), api_key_name=api_key_name)
            self.store.add(task)
            self._count(task)
        self.callbacks.expect(task)
        return task

    def page(self, product: Product, number: int, size: int) -> list[Task]:
        """Return one page of what is shown of a product in the legacy API, counted from 1, newest first."""
        return self.store.page(number, size, until_ms=self._list_until_ms(), product=product)

    def newest(
        self, *, start_ms: int, end_ms: int, after: int | None, statuses: frozenset[TaskStatus], limit: int
    ) -> list[Task]:
        """Return what is shown of both APIs' tasks, newest first: made in this window by Kling's clock, and listed
        after the task with the id `after`."""
        until_ms = self._list_until_ms()
        window = Window(start_ms=start_ms, end_ms=end_ms, after=after, until_ms=until_ms)
        return self.store.newest(window, statuses, now_ms=self.now_ms, limit=limit)

    def find(self, name: str, product: Product) -> Task | None:
        """Return the oldest legacy task of a product with this id or, else, external id; None while it is not
        shown."""
        task = self.store.find(name, product=product)
        return next(iter(self.shown([task] if task else [])), None)

    def shown(self, tasks: Sequence[Task]) -> list[Task]:
        """Return those tasks that are not hidden."""
        until_ms = self._shown_until_ms
        shown = [task for task in tasks if until_ms is None or task.created_ms <= until_ms]
        if len(shown) < len(tasks):
            self.mishaps.deal("hidden_seconds")
        return shown

    def film(self, task: Task) -> Path:
        """Return the file of a finished task's film, made now if nobody has wanted it before."""
        width, height = film_size(width=task.width, height=task.height, mode=task.mode, quick=self.options.quick_clips)
        shot = Shot(
            width=width,
            height=height,
            seconds=task.duration,
            move=task.move,
            sound=task.sound,
            end_photo=task.end_photo,
        )
        return self.shelf.film(task.photo, shot)

    def _list_until_ms(self) -> int | None:
        """Return until when tasks are listed, and note it when that leaves one out."""
        until_ms = self._shown_until_ms
        if until_ms is not None and self.store.was_made_after(until_ms):
            self.mishaps.deal("hidden_seconds")
        return until_ms

    @property
    def _shown_until_ms(self) -> int | None:
        """The moment up to which tasks are shown; None when none is hidden."""
        hidden = self.mishaps.faults.hidden_seconds
        return self.now_ms - int(hidden * 1000) if hidden else None

    def _count(self, task: Task) -> None:
        self.store.count("made")
        self.store.count("failing" if task.failure else "succeeding")
        self.store.count("units", task.units)
        self.store.count_most("most at once", self.store.count_running(task.created_ms))


def _first_terms(options: Options, *, born_ms: int) -> Terms:
    """Return what the account has at every start: what the options say, bought when the sandbox was born."""
    terms = Terms(
        lag=options.pack_lag,
        per_model=options.parallel_per_model,
        cash=options.cash,
        cash_parallel=options.parallel,
    )
    if options.packs is not None:
        return terms.with_packs(options.packs, now_ms=born_ms)
    # Whatever its size, it is one and the same pack, at every start.
    pack = practice_pack(options.units, options.parallel).bought(born_ms, pack_id=pack_id(f"practice {born_ms}"))
    return replace(terms, packs=(pack,))


def _priced(task: Task, price: Price) -> Task:
    """Return the task with what it will cost: nothing when it will fail."""
    if not price.currency:
        return task
    money = price.money * (not task.failure)
    return replace(task, units=Decimal(0), money=money, currency=price.currency, cash_type=price.cash_type)
