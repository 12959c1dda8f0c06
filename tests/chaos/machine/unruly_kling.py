"""A Kling that takes orders and answers otherwise, hides what it has just taken, and may accept an id twice."""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

import requests
import responses
from films import mp4
from kling_host import Answer, KlingHost, refusal, yes
from machine.clock import Clock

FILES = "https://files.test/"
FILM = mp4(2)
POLICY = 1301


class Order(Enum):
    """What becomes of an order and of its answer."""

    TAKEN_BUT_CUT = auto()
    TAKEN_BUT_5002 = auto()
    TAKEN_BUT_HTML = auto()
    TAKEN_BUT_HALF = auto()  # HTTP 200 with half of the JSON
    NEVER_ARRIVED = auto()
    DOWN_5001 = auto()
    TOO_FAST_1302 = auto()
    FULL_1303 = auto()
    NO_UNITS_1102 = auto()
    NO_KEYS_1002 = auto()
    REFUSED_1301 = auto()


class Read(Enum):
    """What becomes of a read of the list or of one task."""

    CUT = auto()
    DOWN_5001 = auto()
    TOO_FAST_1302 = auto()
    HTML = auto()
    NO_KEYS_1002 = auto()


class Film(Enum):
    """What the file server gives instead of a film."""

    CUT_OFF = auto()
    HTML = auto()
    DOWN = auto()


HTML = "<html>Bad gateway</html>"
NOT_TAKEN: dict[Order, Answer] = {
    Order.NEVER_ARRIVED: requests.ReadTimeout("lost on the way"),
    Order.DOWN_5001: refusal(503, 5001),
    Order.TOO_FAST_1302: refusal(429, 1302),
    Order.FULL_1303: refusal(429, 1303),
    Order.NO_UNITS_1102: refusal(429, 1102),
    Order.NO_KEYS_1002: refusal(401, 1002),
    Order.REFUSED_1301: refusal(400, POLICY),
}
NOT_READ: dict[Read, Answer] = {
    Read.CUT: requests.ConnectionError("cut"),
    Read.DOWN_5001: refusal(503, 5001),
    Read.TOO_FAST_1302: refusal(429, 1302),
    Read.HTML: (200, {}, HTML),
    Read.NO_KEYS_1002: refusal(401, 1002),
}
NO_FILM: dict[Film, Answer] = {
    Film.CUT_OFF: (200, {}, FILM[: len(FILM) // 2]),  # type: ignore[arg-type]
    Film.HTML: (200, {}, HTML),
    Film.DOWN: (503, {}, HTML),
}


class UnrulyKling(KlingHost):
    """`on_its_way` is called, once, while the next order is under way and not yet taken, `on_taken` when it is."""

    def __init__(self, mock: responses.RequestsMock, clock: Clock) -> None:
        super().__init__(mock)
        self.mock, self.clock = mock, clock
        mock.add_callback(responses.GET, re.compile(re.escape(FILES)), self._film)
        self.start_afresh(repeats=False, hidden=0)

    def start_afresh(self, *, repeats: bool, hidden: float) -> None:
        """Forget everything. With `repeats` an id is taken twice; a task cannot be read for `hidden` seconds."""
        self.repeats, self.hidden = repeats, hidden
        for kept in (self.tasks, self.creates, self.reads):
            kept.clear()  # type: ignore[attr-defined]
        self.mock.calls.reset()
        self.refused: set[str] = set()
        self.calm_down()

    def calm_down(self) -> None:
        """Be from now on as Kling should be."""
        self.orders: deque[Order] = deque()
        self.troubled_reads: deque[Read] = deque()
        self.films: deque[Film] = deque()
        self.on_its_way: Callable[[], None] | None = None
        self.on_taken: Callable[[], None] | None = None

    def make_task(self, external_task_id: str, **columns: Any) -> dict[str, Any]:
        moment = self.clock.milliseconds()
        return super().make_task(external_task_id, **{"created_at": moment, "updated_at": moment} | columns)

    @property
    def unended(self) -> list[dict[str, Any]]:
        return [task for task in self.tasks.values() if task["task_status"] in ("submitted", "processing")]

    @property
    def times_taken(self) -> Counter[str]:
        return Counter(owner(task) for task in self.tasks.values())

    def move_on(self, task: dict[str, Any], status: str) -> None:
        task["updated_at"] = self.clock.milliseconds()
        if status == "succeed":
            self.succeed(task, f"{FILES}{task['task_id']}.mp4?signature=secret")
        elif status == "failed":
            self.fail(task, "Failure to pass the risk control system" if int(task["task_id"]) % 2 else "no luck")
        else:
            task["task_status"] = status

    def _create(self, request: requests.PreparedRequest) -> Answer:
        external_task_id = json.loads(request.body or b"{}")["external_task_id"]
        self.creates.append({"external_task_id": external_task_id})
        if on_its_way := self.on_its_way:
            self.on_its_way = None
            on_its_way()
        trouble = self.orders.popleft() if self.orders else None
        if trouble is Order.REFUSED_1301:
            self.refused.add(external_task_id)
        if trouble in NOT_TAKEN:
            return NOT_TAKEN[trouble]
        answer = self._take(external_task_id)
        if on_taken := self.on_taken:
            self.on_taken = None
            on_taken()
        match trouble:
            case Order.TAKEN_BUT_CUT:
                return requests.ConnectionError("cut")
            case Order.TAKEN_BUT_5002:
                return refusal(504, 5002)
            case Order.TAKEN_BUT_HTML:
                return 502, {}, HTML
            case Order.TAKEN_BUT_HALF:
                return 200, {}, '{"code": 0, "data": {"task_id": "9000'
        return answer

    def _take(self, external_task_id: str) -> Answer:
        if not self.repeats and self.times_taken[external_task_id]:
            return refusal(400, 1201, f"External_task_id {external_task_id} already exists")
        return yes(self.make_task(external_task_id))

    def _list(self, request: requests.PreparedRequest) -> Answer:
        return self._trouble() or yes([task for task in reversed(self.tasks.values()) if self._is_shown(task)])

    def _get(self, request: requests.PreparedRequest) -> Answer:
        wanted = str(request.url).rsplit("/", 1)[1]
        if trouble := self._trouble():
            return trouble
        for task in self.tasks.values():
            if self._is_shown(task) and wanted in (task["task_id"], owner(task)):
                return yes(task)
        return refusal(400, 1201, f"Task not found by id/external id: {wanted}")

    def _trouble(self) -> Answer | None:
        return NOT_READ[self.troubled_reads.popleft()] if self.troubled_reads else None

    def _is_shown(self, task: dict[str, Any]) -> bool:
        return bool(self.clock.milliseconds() - task["created_at"] >= self.hidden * 1000)

    def _film(self, _: requests.PreparedRequest) -> Answer:
        return NO_FILM[self.films.popleft()] if self.films else (200, {}, FILM)  # type: ignore[return-value]


def owner(task: dict[str, Any]) -> str:
    """Return our id of one of Kling's tasks."""
    return str(task["task_info"]["external_task_id"])
