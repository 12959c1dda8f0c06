"""The threads that tell tasks' changes to their callback addresses when they come about.

Every change is told at least once: it counts as told when the answer, or its absence, is written down. A sandbox that
is killed in between tells it again after its next start, with the same `webhook-id`.
"""

import logging
import threading
from collections.abc import Callable, Sequence

from kling.sandbox.callbacks.agenda import Agenda
from kling.sandbox.callbacks.changes import Change, Plan, changes_of
from kling.sandbox.callbacks.journal import Journal
from kling.sandbox.callbacks.signing import Signer
from kling.sandbox.callbacks.telling import Teller
from kling.sandbox.faults.mishaps import Mishaps
from kling.sandbox.links import Links
from kling.sandbox.memory.store import Store
from kling.sandbox.tasks import Task

THREADS = 4
RETRY_SECONDS = 5  # before the second attempt; each further one waits twice as long
log = logging.getLogger(__name__)


class Courier:
    def __init__(
        self, *, store: Store, links: Links, mishaps: Mishaps, secrets: Sequence[str], clock: Callable[[], float]
    ) -> None:
        self.journal = Journal(store)
        self._store, self._mishaps, self._clock = store, mishaps, clock
        self._teller = Teller(journal=self.journal, links=links, mishaps=mishaps, signer=Signer(secrets), clock=clock)
        self._agenda = Agenda(self._due_until_ms)
        self._address = ""
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()
        self._is_closed = False

    def start(self, address: str) -> None:
        """Go on with what was not told before; `address` is where this sandbox serves its films."""
        self._address = address
        for task, plan in self.journal.unsettled():
            self._put(task, plan)

    def expect(self, task: Task) -> None:
        """Tell what will happen to a task that was just made, if it has an address for that."""
        if self._address and task.callback_url:
            self._put(task, Plan(task.id, changes_of(task)))

    def close(self) -> None:
        """End without waiting: what is under way counts as not told."""
        self._is_closed = True
        self._agenda.close()

    def _put(self, task: Task, plan: Plan, *, not_before_ms: int = 0) -> None:
        if plan.left:
            self._agenda.add(max(plan.change.moment_ms(task), not_before_ms), plan)
            self._have_threads()

    def _have_threads(self) -> None:
        """Whoever has no callbacks has no threads for them."""
        with self._starting:
            if not self._threads and not self._is_closed:
                self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(THREADS)]
                for thread in self._threads:
                    thread.start()

    def _work(self) -> None:
        while (plan := self._agenda.take()) is not None:
            try:
                self._attend(plan)
            except Exception:
                if self._is_closed:
                    return  # and the file of the tasks with it
                log.exception("A callback about task %s failed in the sandbox itself.", plan.task_id)

    def _attend(self, plan: Plan) -> None:
        """Do what is due for one task, and put on the agenda what follows: a task's changes wait for each other."""
        (task,) = self._store.find_all(ids=[str(plan.task_id)])
        if not plan.is_order_settled:
            plan = plan.settled(is_turned=len(plan.left) > 1 and self._strikes("unordered_callbacks"))
            self._put(task, plan)
        elif self._is_left_out(plan) or self._is_done(task, plan):
            self._put(task, plan.after_this())
        else:
            self._try_again(task, plan)

    def _is_done(self, task: Task, plan: Plan) -> bool:
        return self._teller.tell(task, plan.change, attempt=plan.attempt, address=self._address)

    def _is_left_out(self, plan: Plan) -> bool:
        return plan.change is Change.SUBMITTED and not plan.attempt and not self._strikes("submitted_callbacks")

    def _try_again(self, task: Task, plan: Plan) -> None:
        self._mishaps.deal("callback_retries")
        wait_ms = RETRY_SECONDS * 1000 * 2**plan.attempt
        self._put(task, plan.next_attempt(), not_before_ms=self._now_ms() + wait_ms)

    def _strikes(self, name: str) -> bool:
        return self._mishaps.strikes_callback(name)

    def _due_until_ms(self) -> int:
        return self._now_ms() - int(self._mishaps.faults.callback_delay * 1000)

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)
