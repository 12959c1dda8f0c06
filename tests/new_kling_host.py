"""A Kling of the tests' own that speaks the new API beside the old one, behind `responses`."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from factories import REAL_HOST
from kling_host import Answer, KlingHost, refusal, yes

API_KEY = "api-key-kling-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
STATUS = {"succeed": "succeeded"}


class NewKlingHost(KlingHost):
    """Keeps the tasks of both APIs in one place, as Kling does, and tells each in the words of the one that asks."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        super().__init__(mock)
        self.new_tasks: set[str] = set()
        mock.add_callback(responses.POST, re.compile(f"{REAL_HOST}/(image-to-|omni-)video/"), self._create_new)
        mock.add_callback(responses.GET, re.compile(f"{REAL_HOST}/tasks"), self._by_ids)
        mock.add_callback(responses.POST, f"{REAL_HOST}/tasks", self._page)

    def make_new_task(self, external_task_id: str, **columns: Any) -> dict[str, Any]:
        task = self.make_task(external_task_id, **columns)
        self.new_tasks.add(task["task_id"])
        return task

    def _create_new(self, request: requests.PreparedRequest) -> Answer:
        order = json.loads(request.body or b"{}")
        self.creates.append(order | {"path": urlsplit(str(request.url)).path})
        if self.next_creates:
            answer = self.next_creates.popleft()
            return answer() if callable(answer) else answer
        own = order["options"]["external_task_id"]
        if self._by_external(own):
            return refusal(400, 1201, f"External_task_id {own} already exists")
        return yes(_in_new_words(self.make_new_task(own)))

    def accept_but_lose_the_answer(self) -> Answer:
        self.make_new_task(self.creates[-1]["options"]["external_task_id"])
        return requests.ConnectionError("cut")

    def _list(self, request: requests.PreparedRequest) -> Answer:
        """The old list does not have what was made by the new API."""
        everything, self.tasks = self.tasks, {k: v for k, v in self.tasks.items() if k not in self.new_tasks}
        answer = super()._list(request)
        self.tasks = everything
        return answer

    def _by_ids(self, request: requests.PreparedRequest) -> Answer:
        self.reads.append("ids")
        if self.next_reads:
            return self.next_reads.popleft()
        query = parse_qs(urlsplit(str(request.url)).query)
        ids = [name for names in query.values() for name in names[0].split(",")]
        if len(ids) > 20:
            return refusal(400, 1201, "the number of ids cannot exceed 20 in total")
        found = [self.tasks.get(name) or self._by_external(name) for name in ids]
        return yes([_in_new_words(task) for task in found if task and self.found])

    def _page(self, request: requests.PreparedRequest) -> Answer:
        self.reads.append("page")
        if self.next_reads:
            return self.next_reads.popleft()
        asked = json.loads(request.body or b"{}")
        start = int(asked.get("cursor") or 0)
        newest = [task for task in reversed(self.tasks.values()) if task["created_at"] >= asked["start_time"]]
        rows = [_in_new_words(task) for task in newest[start : start + asked["limit"]]]
        has_more = start + asked["limit"] < len(newest)
        cursor = str(start + asked["limit"]) if has_more else ""
        return yes({"result": rows, "count": len(rows), "has_more": has_more, "next_cursor": cursor})


def _in_new_words(task: dict[str, Any]) -> dict[str, Any]:
    word = task["task_status"]
    told = {
        "id": task["task_id"],
        "status": STATUS.get(word, word),
        "message": task["task_status_msg"],
        "create_time": task["created_at"],
        "update_time": task["updated_at"],
        "outputs": [{"type": "video"} | video for video in task["task_result"].get("videos", [])],
    }
    if units := task.get("final_unit_deduction"):
        told["billing"] = [{"charge_type": "unit", "amount": units, "package_type": "video"}]
    return told | ({"external_id": own} if (own := task["task_info"].get("external_task_id")) else {})


@pytest.fixture
def new_kling_host(settings: Any) -> Iterator[NewKlingHost]:
    settings.PRACTICE_MODE = False
    settings.KLING_API_KEY = API_KEY
    settings.KLING_API_SECRET = ""
    settings.KLING_API_BASE_URL = REAL_HOST
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield NewKlingHost(mock)
