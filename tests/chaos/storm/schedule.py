"""What will go wrong and when: the same seed, the same schedule."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# How often, in seconds on average, each trouble comes; each comes once at least.
EVERY = {
    "flush the broker": 8.0,
    "kill the broker": 20.0,
    "kill a beat": 15.0,
    "kill the sandbox": 18.0,
    "kill the web server": 22.0,
}
EVERY_ON_POSTGRES = {"crash the database": 14.0}
WORKER_TROUBLE = {
    "kill a worker's child": 48,
    "kill a worker": 26,
    "kill a worker's leader": 10,
    "stop a worker": 8,
    "freeze a worker": 8,
}
NAP = 50.0  # seconds; longer than the longest lease of a sending, 45 s
FAULTS_LAST = (2.5, 6.0)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Deed:
    """One trouble: after how many seconds, to which of several, for how long, only in the middle of a talk or not."""

    at: float
    kind: str
    which: int = 0
    seconds: float = 0.0
    waits_for_talk: bool = False
    faults: dict[str, Any] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        more = [f"{self.seconds:.1f} s"] if self.seconds else []
        more += ["in the middle of a talk"] if self.waits_for_talk else []
        more += [", ".join(f"{name}={value}" for name, value in self.faults.items())] if self.faults else []
        return f"{self.at:6.1f} s  {self.kind}{': ' if more else ''}{'; '.join(more)}"


def plan(seed: int, *, seconds: float, with_postgres: bool) -> list[Deed]:
    """Return every deed of a storm, earliest first."""
    chance = random.Random(seed)
    kinds = EVERY | (EVERY_ON_POSTGRES if with_postgres else {})
    deeds = [*_troubles(chance, kinds, seconds), *_worker_troubles(chance, seconds), *_weather(chance, seconds)]
    return sorted(deeds)


def _troubles(chance: random.Random, kinds: dict[str, float], seconds: float) -> Iterator[Deed]:
    for kind, every in kinds.items():
        for _ in range(max(1, round(seconds / every))):
            at = chance.uniform(0.06, 0.97) * seconds
            gap = chance.choice([0.0, chance.uniform(0.5, 3.0)])
            yield Deed(at=at, kind=kind, which=chance.randrange(1000), seconds=gap)


def _worker_troubles(chance: random.Random, seconds: float) -> Iterator[Deed]:
    """Every two to five seconds; the first one is a nap that outlasts the lease of what it interrupts."""
    at = chance.uniform(2, 5)
    yield Deed(at=at, kind="freeze a worker", which=chance.randrange(1000), seconds=NAP, waits_for_talk=True)
    while (at := at + chance.uniform(2, 5)) < seconds:
        [kind] = chance.choices(list(WORKER_TROUBLE), list(WORKER_TROUBLE.values()))
        yield Deed(
            at=at,
            kind=kind,
            which=chance.randrange(1000),
            seconds=_nap(chance, left=seconds - at) if kind == "freeze a worker" else 0.0,
            waits_for_talk=chance.random() < 0.6,
        )


def _nap(chance: random.Random, *, left: float) -> float:
    """Mostly short; a long storm has time for naps that outlast every lease."""
    longest = min(max(left, 5.0), 140.0)
    return chance.choice([chance.uniform(1, 12), chance.uniform(5, longest)])


def _weather(chance: random.Random, seconds: float) -> Iterator[Deed]:
    """What Kling does wrong, changed every few seconds; now and then nothing."""
    at = chance.uniform(0.5, 2)
    while at < seconds:
        calm = chance.random() < 0.3
        yield Deed(at=at, kind="change Kling's faults", faults={} if calm else _faults(chance))
        at += chance.uniform(*FAULTS_LAST)


def _faults(chance: random.Random) -> dict[str, Any]:
    faults: dict[str, Any] = {"repeats": "accepted" if chance.random() < 0.75 else "refused"}
    for kind in chance.sample(list(_KINDS), chance.randint(1, 4)):
        faults |= _KINDS[kind](chance)
    return faults


def _rate(name: str) -> Any:
    return lambda chance: {name: round(chance.uniform(0.15, 0.5), 2)}


_KINDS: dict[str, Any] = {
    "lost_answers": _rate("lost_answers"),
    "cut_before": _rate("cut_before"),
    "maintenance": _rate("maintenance"),
    "late_5002": _rate("late_5002"),
    "bursts_1302": lambda chance: {"bursts_1302": 0.3, "burst_seconds": round(chance.uniform(0.5, 2), 1)},
    "hidden_seconds": lambda chance: {"hidden_seconds": round(chance.uniform(2, 12), 1)},
    "slow_answers": lambda chance: {
        "slow_answers": round(chance.uniform(0.2, 0.5), 2),
        "slow_seconds": round(chance.uniform(0.5, 6), 1),
    },
    "clock_skew": lambda chance: {"clock_skew": chance.choice([-1, 1]) * chance.choice([30, 300, 1500])},
    "truncated_downloads": _rate("truncated_downloads"),
    "cut_films": _rate("cut_films"),
    "html_instead": _rate("html_instead"),
    "lost_films": _rate("lost_films"),
}
