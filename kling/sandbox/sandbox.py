"""The sandbox itself, apart from HTTP: makes tasks, tells about them, hands out their films."""

import hashlib
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from kling.sandbox.account import Account
from kling.sandbox.credentials import Credentials
from kling.sandbox.faults import ACCEPTED, NO_FAULTS, Faults
from kling.sandbox.films import Shot
from kling.sandbox.ids import made_ms, mint_id
from kling.sandbox.links import Links
from kling.sandbox.mishaps import Mishaps
from kling.sandbox.moves import read_move
from kling.sandbox.orders import Order
from kling.sandbox.pictures import draw_stand_in, measure
from kling.sandbox.shelf import Shelf
from kling.sandbox.sizes import film_size
from kling.sandbox.state import StateFolder
from kling.sandbox.steering import Steer, read_steering
from kling.sandbox.store import Store
from kling.sandbox.tasks import Task

BAD_PICTURE = "Image pixel is invalid"
BAD_MORALS = "Failure to pass the risk control system"
FAILS_AFTER = 1.65  # seconds; as long as Kling takes to see that it cannot use a photo (§3.7)
SLOW_FACTOR, SLOW_LEAST = 5, 60.0
BROKEN_DOWNLOADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    credentials: Credentials
    render_seconds: tuple[float, float] = (20.0, 40.0)
    state: Path | None = None  # None: nothing outlives this sandbox
    quick_clips: bool = False
    parallel: int = 5
    units: Decimal = Decimal(10_000)
    clock: Callable[[], float] = field(default=time.time)
    faults: Faults = NO_FAULTS  # to begin with
    seed: int = field(default_factory=lambda: secrets.randbits(32))  # of the lots that faults are drawn by


class Sandbox:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.state = StateFolder(options.state)
        self.store = Store(self.state.database, now_ms=self.now_ms)
        self.account = Account(store=self.store, units=options.units, parallel=options.parallel)
        self.links = Links(self.store.secret)
        self.shelf = Shelf(self.state)
        self.mishaps = Mishaps(options.faults, seed=options.seed, store=self.store, clock=options.clock)

    def close(self) -> None:
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

    def make_task(self, order: Order) -> Task:
        """Raise Refused when the account may not; two creates with one external id make one task, unless repeats are
        accepted."""
        task = self._draft(order)
        may_repeat = self.mishaps.faults.repeats == ACCEPTED
        with self.store.writing():
            if may_repeat and self.store.has_external_id(order.external_id):
                self.mishaps.deal("repeats")
            self.account.admit(
                external_id=order.external_id, units=order.units, now_ms=task.created_ms, may_repeat=may_repeat
            )
            self.store.add(task)
            self._count(task)
        return task

    def page(self, number: int, size: int) -> list[Task]:
        """Return one page of what is shown, counted from 1, newest first."""
        until_ms = self._shown_until_ms
        if until_ms is not None and self.store.was_made_after(until_ms):
            self.mishaps.deal("hidden_seconds")
        return self.store.page(number, size, until_ms=until_ms)

    def find(self, name: str) -> Task | None:
        """Return the oldest task with this id or, else, external id; None while it is not shown."""
        task, until_ms = self.store.find(name), self._shown_until_ms
        if task is None or until_ms is None or task.created_ms <= until_ms:
            return task
        self.mishaps.deal("hidden_seconds")
        return None

    def film(self, task: Task) -> Path:
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

    @property
    def _shown_until_ms(self) -> int | None:
        hidden = self.mishaps.faults.hidden_seconds
        return self.now_ms - int(hidden * 1000) if hidden else None

    def _count(self, task: Task) -> None:
        self.store.count("made")
        self.store.count("failing" if task.failure else "succeeding")
        self.store.count("units", task.units)
        self.store.count_most("most at once", self.store.count_running(task.created_ms))

    def _draft(self, order: Order) -> Task:
        photo, size = self._keep_photo(order.picture)
        end_photo, end_size = self._keep_photo(order.end_picture) if order.settings.end_frame else ("", size)
        steers = read_steering(order.prompt)
        failure = _foretell(steers, size and end_size)
        skew_ms = int(self.mishaps.faults.clock_skew * 1000)
        task_id = mint_id(self.now_ms + skew_ms)
        created_ms = made_ms(task_id) - skew_ms
        render = self._render_seconds(steers, failure)
        width, height = size or (0, 0)
        return Task(
            id=task_id,
            external_id=order.external_id or None,
            created_ms=created_ms,
            started_ms=created_ms + int(min(random.uniform(1, 9), render / 4) * 1000),  # noqa: S311
            ended_ms=created_ms + int(render * 1000),
            failure=failure,
            model_name=order.settings.model_name,
            mode=order.settings.mode,
            duration=order.settings.duration,
            sound=order.settings.sound,
            move=read_move(order.prompt),
            photo=photo,
            end_photo=end_photo,
            width=width,
            height=height,
            units=Decimal(0) if failure else order.units,
            watermark=order.watermark,
            broken_downloads=BROKEN_DOWNLOADS if Steer.BROKEN_DOWNLOAD in steers else 0,
            skew_ms=skew_ms,
            prompt_sha256=hashlib.sha256(order.prompt.encode(errors="surrogatepass")).hexdigest(),
        )

    def _keep_photo(self, picture: bytes | None) -> tuple[str, tuple[int, int] | None]:
        content = picture if picture is not None else draw_stand_in()
        name = hashlib.sha256(content).hexdigest()
        size = measure(content)
        if size is not None:
            self.state.keep_photo(name, content)
        return name, size

    def _render_seconds(self, steers: frozenset[Steer], failure: str) -> float:
        seconds = random.uniform(*self.options.render_seconds)  # noqa: S311 (no secret hangs on it)
        if failure:
            return min(seconds, FAILS_AFTER)
        return max(seconds * SLOW_FACTOR, SLOW_LEAST) if Steer.SLOW in steers else seconds


def _foretell(steers: frozenset[Steer], size: tuple[int, int] | None) -> str:
    if Steer.POLICY in steers:
        return BAD_MORALS
    # Of the failures that are on record (§3.7), the photo's is the only other one that an image2video task can have.
    return BAD_PICTURE if size is None or Steer.FAIL in steers else ""
