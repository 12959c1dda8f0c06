"""Where faults strike: before, at and after Kling's answer, and on films that are fetched."""

import random
from collections.abc import Callable
from dataclasses import replace

from kling.sandbox.answers import Answer, FileAnswer, Refused, text_answer
from kling.sandbox.faults.catalog import Faults
from kling.sandbox.memory.store import Store
from kling.sandbox.routes import Call

_HTML = "<!doctype html><title>Please wait</title><p>The file is being prepared. Please come back later.</p>\n"


class Mishaps:
    """Draws lots for every fault that is set, and counts each one that is dealt."""

    def __init__(self, faults: Faults, *, seed: int, store: Store, clock: Callable[[], float]) -> None:
        self.faults = faults
        self.seed = seed
        self._random = random.Random(seed)  # noqa: S311 (no secret hangs on it)
        self._of_callbacks = random.Random(f"{seed} for callbacks")  # noqa: S311 (so they take no other's lots)
        self._store = store
        self._clock = clock
        self._burst_ends = 0.0

    def change(self, faults: Faults) -> None:
        """Take other faults from now on; a burst that is going on ends."""
        self.faults, self._burst_ends = faults, 0.0

    def deal(self, name: str) -> None:
        """Note a fault that was dealt."""
        self._store.count(f"fault {name}")

    def cuts_before(self, call: Call) -> bool:
        """Say whether the connection is cut before anything about this call is looked at."""
        return call is Call.CREATE and self._strikes("cut_before")

    def refuse(self, call: Call) -> None:
        """Raise Refused where a call that was let in is not answered as it should be; nothing has been made yet."""
        if self._is_in_burst() or self._begins_burst():
            self.deal("bursts_1302")
            raise Refused(429, 1302, "Request rate is too high")
        if self._strikes("maintenance"):
            raise Refused(503, 5001, "Service temporarily unavailable, under maintenance")
        if call is not Call.CREATE and self._strikes("late_5002"):
            raise _late()

    def spoil(self, call: Call, answer: Answer) -> Answer:
        """Return what arrives of a good answer, when all has happened that should."""
        if call is not Call.CREATE:
            return answer
        if self._strikes("lost_answers"):
            return replace(answer, is_lost=True)
        return _late().answer() if self._strikes("late_5002") else answer

    def slow(self, answer: Answer) -> Answer:
        if not self._strikes("slow_answers"):
            return answer
        return replace(answer, delay=self._random.uniform(0, self.faults.slow_seconds))

    def spoil_film(self, film: FileAnswer) -> Answer | FileAnswer:
        """Return what arrives of a film; at most one fault a download."""
        if self._strikes("lost_films"):
            return text_answer(404, "There is no such film.\n")
        if self._strikes("html_instead"):
            return text_answer(200, _HTML, kind="text/html")
        if self._strikes("cut_films"):
            return replace(film, size=film.size // 2, part=None)
        if self._strikes("truncated_downloads"):
            return replace(film, stops_early=True)
        return film

    def strikes_callback(self, name: str) -> bool:
        """Say whether a fault of callbacks strikes now."""
        return self._strikes(name, self._of_callbacks)

    def _strikes(self, name: str, lots: random.Random | None = None) -> bool:
        rate = getattr(self.faults, name)
        if not rate or (lots or self._random).random() >= rate:
            return False
        self.deal(name)
        return True

    def _is_in_burst(self) -> bool:
        return self._clock() < self._burst_ends

    def _begins_burst(self) -> bool:
        rate = self.faults.bursts_1302
        if not rate or self._random.random() >= rate:
            return False
        self._burst_ends = self._clock() + self.faults.burst_seconds
        return True


def _late() -> Refused:
    return Refused(504, 5002, "Internal timeout, please try again later")
