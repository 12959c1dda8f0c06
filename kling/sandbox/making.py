"""How a task comes about: what will happen to it is settled from its order, by lot where it is luck with Kling."""

import hashlib
import random
from collections.abc import Callable

from kling.sandbox.faults.steering import Steer, read_steering
from kling.sandbox.ids import made_ms, mint_id
from kling.sandbox.memory.state import StateFolder
from kling.sandbox.order import Order
from kling.sandbox.studio.cards import FROM_TEXT, NOT_FETCHED, draw_card
from kling.sandbox.studio.moves import read_move
from kling.sandbox.studio.pictures import Picture, measure
from kling.sandbox.tasks import Task

BAD_PICTURE = "Image pixel is invalid"
BAD_MORALS = "Failure to pass the risk control system"
FAILS_AFTER = 1.65  # seconds; as long as Kling takes to see that it cannot use a photo (§3.7)
SLOW_FACTOR, SLOW_LEAST = 5, 60.0
BROKEN_DOWNLOADS = 2
_USUAL_SHAPE = (16, 9)


class Maker:
    def __init__(self, *, state: StateFolder, render_seconds: tuple[float, float], clock: Callable[[], int]) -> None:
        """`clock` tells milliseconds; `render_seconds` are the least and the most."""
        self._state, self._render, self._clock = state, render_seconds, clock

    def draft(self, order: Order, *, skew_ms: int) -> Task:
        """Return the task that this order makes now, by a clock of Kling's that is ahead so far."""
        steers = read_steering(order.prompt)
        failure = _foretell(steers, order)
        task_id = mint_id(self._clock() + skew_ms)
        created_ms = made_ms(task_id) - skew_ms
        seconds = self._seconds(steers, failure)
        width, height = _sides(order)
        return Task(
            id=task_id,
            external_id=order.notes.external_id or None,
            created_ms=created_ms,
            started_ms=created_ms + int(min(random.uniform(1, 9), seconds / 4) * 1000),  # noqa: S311
            ended_ms=created_ms + int(seconds * 1000),
            failure=failure,
            model_name=order.model.name,
            mode=order.mode,
            duration=order.duration,
            sound=order.sound,
            move=read_move(order.prompt),
            photo=self._keep(_ground(order)),
            end_photo="" if order.last is None else self._keep(_content(order.last)),
            width=width,
            height=height,
            units=order.units * (not failure),
            watermark=order.notes.watermark,
            broken_downloads=BROKEN_DOWNLOADS if Steer.BROKEN_DOWNLOAD in steers else 0,
            skew_ms=skew_ms,
            prompt_sha256=hashlib.sha256(order.prompt.encode()).hexdigest(),
            dialect=order.model.dialect,
            product=order.product,
            callback_url=order.notes.callback_url,
            audio=order.audio,
            video_input=order.video_input,
            chosen_voice=order.chosen_voice,
        )

    def _keep(self, content: bytes) -> str:
        """Return the name under which a picture lies among the photos."""
        name = hashlib.sha256(content).hexdigest()
        self._state.keep_photo(name, content)
        return name

    def _seconds(self, steers: frozenset[Steer], failure: str) -> float:
        seconds = random.uniform(*self._render)  # noqa: S311 (no secret hangs on it)
        if failure:
            return min(seconds, FAILS_AFTER)
        return max(seconds * SLOW_FACTOR, SLOW_LEAST) if Steer.SLOW in steers else seconds


def _foretell(steers: frozenset[Steer], order: Order) -> str:
    """Return the text that the task will fail with; empty when it will succeed."""
    if Steer.POLICY in steers:
        return BAD_MORALS
    bad = any(picture.content is not None and measure(picture) is None for picture in order.pictures)
    # Of the failures that are on record (§3.7), a picture's is the only other one that such a task can have.
    return BAD_PICTURE if bad or Steer.FAIL in steers else ""


def _sides(order: Order) -> tuple[int, int]:
    """Return what gives the film its shape: the sides of its frames where it has one."""
    frame = order.first or order.last
    shown = measure(frame) if frame is not None else None
    return shown or order.shape or _USUAL_SHAPE


def _ground(order: Order) -> bytes:
    """Return the picture over which the camera will move: the first frame, else one to look like, else a card."""
    shown = order.first or order.last or next(iter(order.references), None)
    if shown is not None:
        return _content(shown)
    return draw_card(FROM_TEXT, order.shape or _USUAL_SHAPE)


def _content(picture: Picture) -> bytes:
    return picture.content if picture.content is not None else draw_card(NOT_FETCHED)
