"""Many tasks at once are heard about with the fewest requests."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from kling_answers import CREATE, client, entry, envelope, refusal
from test_kling_new_api import TASKS, new_client, new_entry

import kling

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


class ManyTasks:
    """A new API that has this many tasks, newest first, of which others' come in between."""

    def __init__(self, count: int) -> None:
        self.tasks = [new_entry(id=str(number), external_id=f"job-{number}") for number in range(count, 0, -1)]
        self.asked: list[str] = []
        responses.add_callback(responses.GET, TASKS, self._by_ids)
        responses.add_callback(responses.POST, TASKS, self._page)

    def _by_ids(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        self.asked.append("ids")
        query = parse_qs(urlsplit(str(request.url)).query)
        ids = set(query.get("task_ids", [""])[0].split(",")) | set(query.get("external_task_ids", [""])[0].split(","))
        assert len(ids - {""}) <= 20
        found = [task for task in self.tasks if task["id"] in ids or task["external_id"] in ids]
        return 200, {}, json.dumps(envelope(found))

    def _page(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        self.asked.append("page")
        start = int(json.loads(request.body or b"{}").get("cursor") or 0)
        found: dict[str, Any] = {"result": self.tasks[start : start + 500], "count": 500}
        more = start + 500 < len(self.tasks)
        return (
            200,
            {},
            json.dumps(envelope(found | {"has_more": more, "next_cursor": str(start + 500) if more else ""})),
        )


def ids(*numbers: int) -> list[str]:
    return [str(number) for number in numbers]


@pytest.mark.parametrize(
    ("there", "wanted", "asked"),
    [
        (10_000, ids(*range(1, 21)), ["ids"]),  # as many as one call takes, wherever they are
        (10_000, ids(*range(9980, 10_001)), ["page"]),  # 21, all among the newest
        (10_000, ids(*range(9600, 10_001)), ["page"]),
        (10_000, ids(*range(9801, 10_001), *range(1, 6)), ["page", "ids"]),  # the last few are far down
        (10, ids(*range(1, 41)), ["page"]),  # the list's end says that the others are not there
        (10_000, ids(*range(9001, 10_001)), ["page", "page"]),
        (10_000, ids(*range(1, 22)), ["page", "ids", "ids"]),  # all far down: one page in vain, and no more
        (10_000, ids(*range(8001, 9001)), ["page"] * 4),  # worth two pages of others' tasks
    ],
)
@responses.activate
def test_ids_or_pages_whichever_are_fewer(there: int, wanted: list[str], asked: list[str]) -> None:
    kling_side = ManyTasks(there)

    pages = list(new_client().read_tasks(task_ids=wanted, since=SINCE))

    seen = {task.task_id for page in pages for task in page.tasks}
    assert seen >= {name for name in wanted if int(name) <= there}
    assert kling_side.asked == asked


@responses.activate
def test_both_kinds_of_ids_are_looked_for_on_one_page() -> None:
    kling_side = ManyTasks(300)

    pages = list(new_client().read_tasks(task_ids=ids(1, 2), external_ids=["job-3", "job-999"], since=SINCE))

    assert kling_side.asked == ["page"]
    assert len(pages) == 1


@responses.activate
def test_nothing_wanted_is_nothing_asked() -> None:
    kling_side = ManyTasks(3)

    assert list(new_client().read_tasks(since=SINCE)) == []
    assert list(client().read_tasks(since=SINCE, listing=kling.Listing.IMAGE2VIDEO)) == []
    assert kling_side.asked == []


@responses.activate
def test_a_list_that_goes_round_in_circles_is_left_for_the_ids() -> None:
    wanted = ids(*range(100, 200))
    for cursor in ("here", "there", "here", "there"):
        found = {"result": [new_entry()], "count": 1, "next_cursor": cursor, "has_more": True}
        responses.post(TASKS, json=envelope(found))
    responses.get(TASKS, json=envelope([new_entry(id=name) for name in wanted]))

    pages = list(new_client().read_tasks(task_ids=wanted, since=SINCE))

    assert {task.task_id for page in pages for task in page.tasks} >= set(wanted)
    assert [call.request.method for call in responses.calls] == ["POST"] * 4 + ["GET"] * 5


@responses.activate
def test_the_old_list_is_read_until_all_were_seen_or_older_ones_follow() -> None:
    def made(number: int, *, days_ago: int) -> dict[str, Any]:
        moment = SINCE - timedelta(days=days_ago)
        return entry(task_id=str(number), created_at=int(moment.timestamp() * 1000))

    responses.get(CREATE, json=envelope([made(number, days_ago=0) for number in range(500)]))
    responses.get(CREATE, json=envelope([made(number, days_ago=2) for number in range(500, 1000)]))

    wanted = {"task_ids": ids(499, 5000, 5001), "listing": kling.Listing.IMAGE2VIDEO}
    pages = list(client().read_tasks(since=SINCE, **wanted))  # type: ignore[arg-type]

    assert [page.size for page in pages] == [500, 500]
    assert len(responses.calls) == 2


@responses.activate
def test_a_task_or_two_far_down_an_old_list_are_asked_for_by_name() -> None:
    absent = refusal(1201, "Task not found by id/external id: job-2")
    of_others = [entry(task_id=str(number), created_at=1793577600000) for number in range(500)]
    responses.get(CREATE, json=envelope(of_others))
    responses.get(f"{CREATE}/job-1", json=envelope(entry()))
    responses.get(f"{CREATE}/job-2", json=absent, status=400)
    responses.get(f"{CREATE}/7000", json=envelope(entry(task_id="7000", task_status="dancing")))

    def read(*names: str) -> list[kling.TaskPage]:
        found = client().read_tasks(external_ids=names, since=SINCE, listing=kling.Listing.IMAGE2VIDEO)
        return list(found)

    assert [page.tasks[0].external_task_id for page in read("job-1")] == ["job-1"]
    assert read("job-2") == []
    assert [page.strange[0].task_id for page in read("7000")] == ["7000"]
    assert [call.request.path_url.rpartition("/")[2] for call in responses.calls] == ["job-1", "job-2", "7000"]

    assert [page.size for page in read("job-2", "7000")] == [500, 1]
    assert len(responses.calls) == 6
