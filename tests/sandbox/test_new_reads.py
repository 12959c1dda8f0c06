"""Reading tasks by the new API: by ids, by a window of time and cursors, of both APIs alike (§3N.2, §3N.3)."""

from typing import Any

import pytest
from sandbox_caller import NEW_I2V, NEW_T2V, TEXT2VIDEO, Caller, Clock, Start, refusal

DAY_MS = 86_400_000


def read(kling: Caller, query: str) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = kling.new_call("GET", f"/tasks?{query}").json()["data"]
    return tasks


def listed(kling: Caller, **body: Any) -> dict[str, Any]:
    answer = kling.new_call("POST", "/tasks", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def ids(listing: dict[str, Any]) -> list[str]:
    return [task["id"] for task in listing["result"]]


def test_a_task_is_submitted_then_processing_then_succeeded(start: Start, clock: Clock) -> None:
    kling = start(render_seconds=(40, 40))
    task_id = kling.new_made(NEW_I2V, options={"external_task_id": "job-1"})
    created = int(clock.now * 1000)

    submitted = kling.new_task(task_id)
    clock.forward(9.5)
    processing = kling.new_task(task_id)
    clock.forward(30.6)
    done = kling.new_task(task_id)

    common = {"id": task_id, "message": "", "create_time": created, "external_id": "job-1"}
    assert submitted == {**common, "status": "submitted", "update_time": created, "outputs": [], "billing": []}
    assert processing == {**submitted, "status": "processing", "update_time": processing["update_time"]}
    (video,) = done["outputs"]
    assert done == {
        **common,
        "status": "succeeded",
        "update_time": created + 40_000,
        "outputs": [video],
        "billing": [{"charge_type": "unit", "amount": "1.5", "package_type": "video"}],
    }
    assert video == {"type": "video", "id": video["id"], "url": video["url"], "duration": "5.041"}
    assert kling.fetch(video["url"]).status_code == 200


def test_a_failed_task_says_why_and_costs_nothing(kling: Caller, clock: Clock) -> None:
    task_id = kling.new_made(NEW_T2V, prompt="[policy]")
    clock.forward(2)

    task = kling.new_task(task_id)
    assert (task["status"], task["message"]) == ("failed", "Failure to pass the risk control system")
    assert (task["outputs"], task["billing"]) == ([], [{"amount": "0"}])
    assert "external_id" not in task


def test_a_watermark_is_there_only_when_it_was_wanted(kling: Caller, clock: Clock) -> None:
    tasks = [kling.new_made(NEW_I2V, options={"watermark_info": {"enabled": wanted}}) for wanted in (True, False)]
    clock.forward(41)

    assert ["watermark_url" in kling.new_task(task)["outputs"][0] for task in tasks] == [True, False]


def test_a_legacy_task_is_read_in_the_new_shape_and_never_the_other_way_round(kling: Caller, clock: Clock) -> None:
    legacy, new = kling.made(external_task_id="old"), kling.new_made(NEW_I2V, options={"external_task_id": "new"})
    clock.forward(41)

    tasks = read(kling, "external_task_ids=new,old")

    assert [(task["id"], task["status"]) for task in tasks] == [(new, "succeeded"), (legacy, "succeeded")]
    for name in (new, "new"):
        answer = kling.call("GET", f"/v1/videos/image2video/{name}")
        assert refusal(answer) == (400, 1201, f"Task not found by id/external id: {name}")
    assert [task["task_id"] for task in kling.call("GET", "/v1/videos/image2video").json()["data"]] == [legacy]


def test_tasks_come_in_the_order_of_the_request_each_once_and_unknown_ones_not_at_all(kling: Caller) -> None:
    one, two = kling.new_made(), kling.made(external_task_id="b")

    assert [task["id"] for task in read(kling, f"task_ids={two},0,{one},nothing,{two}")] == [two, one]
    assert [task["id"] for task in read(kling, f"task_ids={one}%2C{two}")] == [one, two]
    assert read(kling, "task_ids=0") == read(kling, "external_task_ids=none") == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "task_ids or external_task_ids is required"),
        ("task_ids=", "task_ids or external_task_ids is required"),
        ("task_ids=1&external_task_ids=2", "only one of task_ids and external_task_ids is supported"),
        (f"task_ids={','.join(map(str, range(21)))}", "task_ids or external_task_ids cannot exceed 20 in total"),
        (f"task_ids={','.join(['1'] * 21)}", "task_ids or external_task_ids cannot exceed 20 in total"),
        (
            f"external_task_ids={','.join(map(str, range(21)))}",
            "task_ids or external_task_ids cannot exceed 20 in total",
        ),
    ],
)
def test_ids_are_of_one_kind_and_at_most_twenty(kling: Caller, query: str, message: str) -> None:
    assert refusal(kling.new_call("GET", f"/tasks?{query}")) == (400, 1201, message)
    assert read(kling, f"task_ids={','.join(map(str, range(20)))}") == []


def test_an_account_without_tasks_has_no_result(kling: Caller) -> None:
    assert listed(kling) == {"count": 0, "has_more": False}
    assert kling.new_call("POST", "/tasks/").json()["data"] == {"count": 0, "has_more": False}


def test_a_cursor_leads_through_all_tasks_newest_first(start: Start) -> None:
    kling = start(parallel=100)
    made = [kling.made() if number % 2 else kling.new_made(NEW_T2V) for number in range(7)]

    first = listed(kling, limit=3)
    between = kling.new_made()
    second = listed(kling, limit=3, cursor=first["next_cursor"], start_time=1, end_time=2)
    third = listed(kling, limit=3, cursor=second["next_cursor"])

    assert [ids(page) for page in (first, second, third)] == [made[:3:-1], made[3:0:-1], [made[0]]]
    assert [(page["count"], page["has_more"]) for page in (first, second, third)] == [(3, True), (3, True), (1, False)]
    assert third["next_cursor"] == ""
    assert ids(listed(kling, cursor="", limit="2")) == [between, made[-1]]


def test_pages_hold_100_tasks_unless_told_otherwise(start: Start) -> None:
    kling = start(parallel=1000)
    for _ in range(101):
        kling.new_made(NEW_T2V)

    assert listed(kling)["count"] == 100
    assert listed(kling, limit=500).items() >= {"count": 101, "has_more": False}.items()


def test_the_window_is_of_thirty_days_unless_told_otherwise(kling: Caller, clock: Clock) -> None:
    now = int(clock.now * 1000)
    old = kling.new_made()
    clock.forward(31 * 86_400)
    new = kling.made()

    assert ids(listed(kling)) == [new]
    assert ids(listed(kling, start_time=now, end_time=now + DAY_MS)) == [old]
    assert ids(listed(kling, start_time=str(now), end_time=str(now + 40 * DAY_MS))) == [new, old]
    assert listed(kling, start_time=now + 1, end_time=now + 2)["count"] == 0


def test_a_cursor_stays_in_the_window_it_came_from(kling: Caller, clock: Clock) -> None:
    kling.new_made()
    clock.forward(31 * 86_400)
    inside = [kling.new_made(), kling.new_made()]

    first = listed(kling, limit=1)
    second = listed(kling, limit=1, cursor=first["next_cursor"])

    assert ids(first) + ids(second) == inside[::-1]
    assert second["has_more"] is False


def test_filters_choose_by_status_and_by_kind(start: Start, clock: Clock) -> None:
    kling = start(render_seconds=(40, 40))
    done, failed = kling.made(), kling.new_made(NEW_T2V, prompt="[fail]")
    clock.forward(60)
    processing = kling.new_made()
    clock.forward(30)
    submitted = kling.new_made()

    def chosen(*filters: tuple[str, list[str]]) -> list[str]:
        told = listed(kling, filters=[{"key": key, "values": values} for key, values in filters])
        return [task["id"] for task in told.get("result", [])]

    assert chosen(("status", ["succeeded"])) == [done]
    assert chosen(("status", ["failed", "processing"])) == [processing, failed]
    assert chosen(("status", ["submitted"]), ("product_type", ["video"])) == [submitted]
    assert chosen(("product_type", ["image", "try_on"])) == []
    assert len(chosen(("status", []), ("product_type", ["image", "video"]))) == 4


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"limit": 0}, "limit value '0' is invalid"),
        ({"limit": 501}, "limit value '501' is invalid"),
        ({"limit": "many"}, "limit value 'many' is invalid"),
        ({"start_time": "yesterday"}, "start_time value 'yesterday' is invalid"),
        ({"end_time": -1}, "end_time value '-1' is invalid"),
        ({"end_time": True}, "end_time value 'true' is invalid"),
        ({"cursor": "nonsense"}, "cursor value 'nonsense' is invalid"),
        ({"cursor": "ünsinn"}, "cursor value 'ünsinn' is invalid"),
        ({"filters": "status"}, "filters value 'status' is invalid"),
        ({"filters": ["status"]}, "filters value 'status' is invalid"),
        ({"filters": [{"key": "model", "values": ["x"]}]}, "filters.key value 'model' is invalid"),
        ({"filters": [{"key": "status", "values": ["succeed"]}]}, "filters.values value 'succeed' is invalid"),
        (
            {"filters": [{"key": "product_type", "values": [["video"]]}]},
            "filters.values value '[\"video\"]' is invalid",
        ),
    ],
)
def test_what_a_list_cannot_ask_is_refused(kling: Caller, body: dict[str, Any], message: str) -> None:
    assert refusal(kling.new_call("POST", "/tasks", json=body)) == (400, 1201, message)


def test_a_hidden_task_is_in_no_answer_of_the_new_api(kling: Caller, clock: Clock) -> None:
    kling.set_faults(hidden_seconds=10)
    task_id = kling.new_made()

    assert read(kling, f"task_ids={task_id}") == []
    assert listed(kling)["count"] == 0
    assert kling.books()["faults"]["hidden_seconds"] == 2
    clock.forward(11)
    assert ids(listed(kling)) == [task["id"] for task in read(kling, f"task_ids={task_id}")] == [task_id]


def test_of_a_repeated_external_id_the_oldest_task_is_answered_and_each_by_its_own_id(kling: Caller) -> None:
    kling.set_faults(repeats="accepted")
    first = kling.call("POST", TEXT2VIDEO, json={"model_name": "kling-v3", "prompt": "x", "external_task_id": "a"})
    second = kling.new_made(options={"external_task_id": "a"})
    oldest = first.json()["data"]["task_id"]

    assert [task["id"] for task in read(kling, "external_task_ids=a")] == [oldest]
    assert [task["id"] for task in read(kling, f"task_ids={second},{oldest}")] == [second, oldest]


def test_the_books_count_reads_of_both_apis_alike(kling: Caller) -> None:
    kling.new_call("GET", "/tasks?task_ids=0")
    kling.new_call("POST", "/tasks", json={})

    assert kling.books().items() >= {"reads": 2, "list_reads": 1, "look_ups": 1}.items()


@pytest.mark.parametrize("fault", ["maintenance", "late_5002", "bursts_1302"])
def test_faults_strike_the_new_api_too(kling: Caller, fault: str) -> None:
    kling.set_faults(**{fault: 1})

    answers = [kling.new_call("POST", NEW_T2V, json={"prompt": "x"}), kling.new_call("GET", "/tasks?task_ids=0")]

    assert {refusal(answer)[1] for answer in answers} <= {5001, 5002, 1302}
    assert kling.books()["faults"][fault] == 2
