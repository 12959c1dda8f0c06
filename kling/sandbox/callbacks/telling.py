"""One attempt to tell a change of a task, with the faults that strike it, and what is written down of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from kling.sandbox.callbacks import bodies, near, signing
from kling.sandbox.callbacks.bodies import Told
from kling.sandbox.callbacks.changes import Change
from kling.sandbox.callbacks.journal import Entry, Journal, Kind
from kling.sandbox.callbacks.near import Target
from kling.sandbox.callbacks.outcomes import Outcome, Result
from kling.sandbox.callbacks.sending import post
from kling.sandbox.faults.mishaps import Mishaps
from kling.sandbox.links import Links
from kling.sandbox.tasks import Task

log = logging.getLogger("kling.sandbox.callbacks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told of a task, and under which id."""

    task: Task
    change: Change
    told: Told
    id: str

    @property
    def body(self) -> bytes:
        return bodies.as_bytes(self.told)


class Teller:
    def __init__(
        self, *, journal: Journal, links: Links, mishaps: Mishaps, signer: signing.Signer, clock: Callable[[], float]
    ) -> None:
        self._journal, self._links, self._mishaps = journal, links, mishaps
        self._signer, self._clock = signer, clock

    def tell(self, task: Task, change: Change, *, attempt: int, address: str) -> bool:
        """Say whether this attempt, counted from 0, is the last one; `address` is where the film lies."""
        told = bodies.tell(task, change, links=self._links, address=address)
        message = Message(task=task, change=change, told=told, id=self._journal.delivery_id(task.id, change))
        try:
            target = near.find_target(task.callback_url)
        except near.UnusableError as error:
            self._note(message, Kind.TRUE, Result(error.outcome), settles=True)
            return True
        return self._tell(message, target, can_repeat=attempt < self._mishaps.faults.callback_retries)

    def _tell(self, message: Message, target: Target, *, can_repeat: bool) -> bool:
        if self._mishaps.faults.callback_delay:
            self._mishaps.deal("callback_delay")
        if self._strikes("forged_callbacks"):
            self._forge(message, target)
        if self._strikes("lost_callbacks"):
            result = Result(Outcome.LOST)
        else:
            result = self._send(message, target, is_stale=self._signer.signs and self._strikes("stale_callbacks"))
        is_last = result.outcome is Outcome.DELIVERED or not can_repeat
        self._note(message, Kind.TRUE, result, target, settles=is_last)
        if result.outcome is not Outcome.LOST and self._strikes("doubled_callbacks"):
            self._note(message, Kind.DOUBLED, self._send(message, target), target)
        return is_last

    def _send(self, message: Message, target: Target, *, is_stale: bool = False) -> Result:
        at = self._kling_now() - (signing.STALE_SECONDS if is_stale else 0)
        return post(target, message.body, self._signer.headers(message.id, message.body, at=at))

    def _forge(self, message: Message, target: Target) -> None:
        """Lie twice: as one who does not have the secret, and as one who does."""
        lie = Message(
            task=message.task,
            change=message.change,
            told=bodies.lie(message.told),
            id=signing.random_delivery_id(),
        )
        unknown = signing.forge_headers(lie.body, at=self._kling_now())
        self._note(lie, Kind.FORGED, post(target, lie.body, unknown), target)
        self._note(lie, Kind.FORGED, self._send(lie, target), target)

    def _note(
        self, message: Message, kind: Kind, result: Result, target: Target | None = None, *, settles: bool = False
    ) -> None:
        status, task = bodies.status_word(message.told), message.task
        self._journal.write(
            Entry(
                task_id=task.id,
                change=message.change,
                kind=kind,
                status=status,
                at_ms=int(self._clock() * 1000),
                origin=target.origin if target else "",
                result=result,
                settles=settles,
            )
        )
        log.info("Callback about task %s, %s (%s): %s.", task.id, status, kind, result.status or result.outcome)

    def _strikes(self, name: str) -> bool:
        return self._mishaps.strikes_callback(name)

    def _kling_now(self) -> float:
        return self._clock() + self._mishaps.faults.clock_skew
