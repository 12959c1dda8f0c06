"""A Kling of the tests' own behind `responses`: what it has, and what it shall answer next."""

import json
import re
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import responses
from factories import REAL_HOST

Answer = tuple[int, dict[str, str], str] | Exception
CREATE = f"{REAL_HOST}/v1/videos/image2video"
OMNI = f"{REAL_HOST}/v1/videos/omni-video"


def refusal(http_status: int, code: int, message: str = "no") -> Answer:
    """Return one of Kling's refusals."""
    return http_status, {}, json.dumps({"code": code, "message": message, "request_id": str(uuid.uuid4())})


def yes(found: object) -> Answer:
    """Return one of Kling's good answers."""
    envelope = {"code": 0, "message": "SUCCEED", "request_id": str(uuid.uuid4()), "data": found}
    return 200, {}, json.dumps(envelope)


class KlingHost:
    """Keeps tasks in memory. `next_creates` and `next_reads` hold answers to give instead of the true ones."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.creates: list[dict[str, Any]] = []
        self.reads: list[str] = []
        self.next_creates: deque[Callable[[], Answer] | Answer] = deque()
        self.next_reads: deque[Answer] = deque()
        self.listed = True
        self.pages_answered = 1000
        self.found = True
        self.after_each_read: Callable[[], object] = lambda: None
        self.after_each_look: Callable[[], object] = lambda: None
        mock.add_callback(responses.POST, CREATE, self._create)
        mock.add_callback(responses.GET, re.compile(re.escape(CREATE) + r"(\?|$)"), self._list)
        mock.add_callback(responses.GET, re.compile(re.escape(CREATE) + "/"), self._get)
        mock.add_callback(responses.GET, re.compile(re.escape(OMNI) + r"(\?|$)"), lambda _: yes([]))
        mock.add_callback(responses.GET, re.compile(re.escape(OMNI) + "/"), self._absent)
        mock.add_callback(responses.GET, re.compile(f"{REAL_HOST}/account/costs"), self._costs)

    def make_task(self, external_task_id: str, **columns: Any) -> dict[str, Any]:
        moment = int(time.time() * 1000)
        task = {
            "task_id": str(900000000000000000 + len(self.tasks)),
            "task_status": "submitted",
            "task_status_msg": "",
            "task_info": {"external_task_id": external_task_id},
            "task_result": {},
            "created_at": moment,
            "updated_at": moment,
        } | columns
        self.tasks[task["task_id"]] = task
        return task

    def succeed(self, task: dict[str, Any], url: str = "https://files.test/film.mp4", units: str = "1.5") -> None:
        videos = [{"id": "1", "url": url, "duration": "5.041"}]
        task |= {"task_status": "succeed", "task_result": {"videos": videos}, "final_unit_deduction": units}

    def fail(self, task: dict[str, Any], message: str) -> None:
        task |= {"task_status": "failed", "task_status_msg": message, "final_unit_deduction": "0"}

    def accept_but_lose_the_answer(self) -> Answer:
        """Make the task that was asked for last, and break the connection."""
        self.make_task(self.creates[-1]["external_task_id"])
        return requests.ConnectionError("cut")

    def _create(self, request: requests.PreparedRequest) -> Answer:
        order = json.loads(request.body or b"{}")
        self.creates.append(order)
        if self.next_creates:
            answer = self.next_creates.popleft()
            return answer() if callable(answer) else answer
        if self._by_external(order["external_task_id"]):
            return refusal(400, 1201, f"External_task_id {order['external_task_id']} already exists")
        return yes(self.make_task(order["external_task_id"]))

    def _list(self, request: requests.PreparedRequest) -> Answer:
        self.reads.append("list")
        if self.next_reads:
            return self.next_reads.popleft()
        page, size = (int(request.params[name]) for name in ("pageNum", "pageSize"))  # type: ignore[attr-defined]
        if page > self.pages_answered:
            return refusal(500, 5000)
        newest = list(reversed(self.tasks.values())) if self.listed else []
        self.after_each_read()
        return yes(newest[(page - 1) * size : page * size])

    def _get(self, request: requests.PreparedRequest) -> Answer:
        wanted = str(request.url).rsplit("/", 1)[1]
        self.reads.append(wanted)
        self.after_each_look()
        if self.next_reads:
            return self.next_reads.popleft()
        task = self.tasks.get(wanted) or self._by_external(wanted)
        if task and self.found:
            return yes(task)
        return refusal(400, 1201, f"Task not found by id/external id: {wanted}")

    def _absent(self, request: requests.PreparedRequest) -> Answer:
        """Nothing was ever made with the omni models."""
        return refusal(400, 1201, f"Task not found by id/external id: {str(request.url).rsplit('/', 1)[1]}")

    def _costs(self, _: requests.PreparedRequest) -> Answer:
        self.reads.append("costs")
        return self.next_reads.popleft() if self.next_reads else yes({"code": 0, "msg": "success"})

    def _by_external(self, wanted: str) -> dict[str, Any] | None:
        return next(
            (task for task in self.tasks.values() if task["task_info"].get("external_task_id") == wanted), None
        )


@pytest.fixture
def kling_host(settings: Any) -> Iterator[KlingHost]:
    settings.PRACTICE_MODE = False
    settings.KLING_API_KEY = "a" * 32
    settings.KLING_API_SECRET = uuid.uuid4().hex  # a client of this test's own
    settings.KLING_API_BASE_URL = REAL_HOST
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        host = KlingHost(mock)
        host.mock = mock  # type: ignore[attr-defined]
        yield host
