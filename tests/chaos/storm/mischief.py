"""Does what the schedule says, and counts it."""

import time
from collections import Counter
from collections.abc import Callable

import redis

from storm.crew import Crew, Process, children_of, in_talk
from storm.ground import Ground
from storm.schedule import Deed

PATIENCE = 2.0  # seconds that a deed waits for a worker that talks to Kling
AT_WORK = 5.0  # seconds after which a worker has begun to work
DEPLOY_PATIENCE = 45.0  # seconds; a worker gives its ticks 30


class Mischief:
    def __init__(self, ground: Ground, crew: Crew, deeds: list[Deed]) -> None:
        self.ground = ground
        self.crew = crew
        self.deeds = deeds
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.done: Counter[str] = Counter()
        self.in_talk = 0
        self.owes_faults = False  # to a sandbox that was started anew
        self.began = 0.0
        crew.all["sandbox"].after_start = self._owe_faults

    def begin(self) -> None:
        self.began = time.monotonic()

    def go_on(self) -> None:
        """Do everything that is due by now."""
        passed = time.monotonic() - self.began
        while self.deeds and self.deeds[0].at <= passed and self._do(self.deeds[0], late=passed - self.deeds[0].at):
            self.deeds.pop(0)
        self.mend()

    def mend(self) -> None:
        """Undo what has lasted long enough, and let everything run that should."""
        self.crew.mend()
        if self.owes_faults:
            self._give_faults()
        for at, undo in [entry for entry in self.later if entry[0] <= time.monotonic()]:
            self.later.remove((at, undo))
            undo()

    def end_faults(self) -> None:
        self.ground.kling.faults = {}
        self._give_faults()

    def _owe_faults(self) -> None:
        self.owes_faults = True

    def _give_faults(self) -> bool:
        """Let the sandbox have the faults of this moment; False when it is down, and gets them once it is back."""
        try:
            self.ground.kling.repeat_faults()
        except OSError:
            self.owes_faults = True
        else:
            self.owes_faults = False
        return not self.owes_faults

    def _do(self, deed: Deed, *, late: float) -> bool:
        """False: not yet, a better moment may come."""
        talkers = self._talkers() if deed.waits_for_talk else {}
        if deed.waits_for_talk and not talkers and late < PATIENCE:
            return False
        struck = self._strike(deed, talkers)
        if struck:
            self.done[deed.kind] += 1
            self.in_talk += bool(talkers)
        self.crew.note(f"{deed}{'' if struck else ' (not possible)'} {' '.join(talkers)}")
        return True

    def _talkers(self) -> dict[str, int]:
        """Return workers that talk to Kling at this moment, each with the child that does."""
        found = {}
        for worker in self._workers():
            talking = in_talk(children_of(worker.pid), port=self.ground.kling.port)
            if talking:
                found[worker.name] = min(talking)
        return found

    def _workers(self) -> list[Process]:
        """Return the workers that can be struck; who is only just starting has done nothing that could be broken."""
        long_enough = time.monotonic() - AT_WORK
        return [
            worker
            for worker in self.crew.called("worker")
            if worker.is_running and not worker.is_frozen and not worker.stop_by and worker.started_at < long_enough
        ]

    def _strike(self, deed: Deed, talkers: dict[str, int]) -> bool:
        match deed.kind:
            case "change Kling's faults":
                self.ground.kling.faults = deed.faults
                return self._give_faults()
            case "flush the broker":
                return self._flush()
            case "kill the broker":
                return self._kill("broker", deed)
            case "kill a beat":
                return self._kill("beat", deed)
            case "kill the sandbox":
                return self._kill("sandbox", deed)
            case "kill the web server":
                return self._kill("web", deed)
            case "crash the database":
                return self._trouble_database(deed)
            case _:
                return self._trouble_worker(deed, talkers)

    def _flush(self) -> bool:
        try:
            self.ground.forget_broker()
        except redis.RedisError:
            return False  # it is down, or not yet back
        return True

    def _kill(self, role: str, deed: Deed) -> bool:
        alive = [process for process in self.crew.called(role) if process.is_running]
        if not alive:
            return False
        alive[deed.which % len(alive)].kill(gap=deed.seconds)
        return True

    def _trouble_database(self, deed: Deed) -> bool:
        cluster = self.ground.cluster
        assert cluster
        if not cluster.is_running:
            return False
        cluster.stop()
        if deed.seconds:
            self.later.append((time.monotonic() + deed.seconds, cluster.start))
        else:
            cluster.start()
        return True

    def _trouble_worker(self, deed: Deed, talkers: dict[str, int]) -> bool:
        workers = [worker for worker in self._workers() if worker.name in talkers] or self._workers()
        if not workers:
            return False
        worker = workers[deed.which % len(workers)]
        match deed.kind:
            case "kill a worker":
                worker.kill()
            case "kill a worker's child":
                return worker.kill_child(talkers.get(worker.name), number=deed.which)
            case "kill a worker's leader":
                worker.kill_leader()
            case "stop a worker":
                return self._stop(worker)
            case "freeze a worker":
                return self._freeze(worker, seconds=deed.seconds)
            case kind:
                raise ValueError(kind)
        return True

    def _stop(self, worker: Process) -> bool:
        """Like a deploy, one worker after the other."""
        if any(other.stop_by for other in self.crew.called("worker")):
            return False
        worker.ask_to_stop(patience=DEPLOY_PATIENCE)
        return True

    def _freeze(self, worker: Process, *, seconds: float) -> bool:
        if any(other.is_frozen for other in self.crew.called("worker")):
            return False
        worker.freeze()
        self.crew.note(f"{worker.name} sleeps for {seconds:.0f} s")
        self.later.append((time.monotonic() + seconds, worker.thaw))
        return True
