"""What the account allows and what it costs: repeats, balance, parallel limit, packs, books (§5.1, §7.1, §10)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import requests
from sandbox_caller import COSTS, Caller, Clock, Start, refusal

from kling.sandbox.callbacks.outcomes import Outcome
from kling.sandbox.faults.catalog import COUNTED

DUPLICATE = "External_task_id job-1 already exists"
BUSY = (429, 1303, "parallel task over resource pack limit")


def test_a_repeated_external_id_makes_nothing_and_costs_nothing(kling: Caller, clock: Clock) -> None:
    kling.made(external_task_id="job-1")

    at_once = kling.create(external_task_id="job-1")
    clock.forward(13 * 60)
    later = kling.create(external_task_id="job-1", prompt="Something else.")

    assert refusal(at_once) == refusal(later) == (400, 1201, DUPLICATE)
    assert kling.books().items() >= {"asked": 3, "made": 1, "repeats_refused": 2, "charged": 1.5}.items()


def test_the_id_of_a_failed_task_stays_taken(kling: Caller, clock: Clock) -> None:
    kling.made(external_task_id="job-1", prompt="[fail]")
    clock.forward(10)

    assert refusal(kling.create(external_task_id="job-1")) == (400, 1201, DUPLICATE)


def test_of_many_identical_creates_at_once_one_makes_a_task(start: Start) -> None:
    kling = start(parallel=50)

    def ask(_: int) -> int:
        caller = Caller(kling.base_url, kling.clock)
        with caller.session:
            return int(caller.create(external_task_id="job-1").json()["code"])

    with ThreadPoolExecutor(12) as pool:
        codes = Counter(pool.map(ask, range(24)))

    assert codes == {0: 1, 1201: 23}
    assert kling.books()["made"] == 1


def test_the_parallel_limit_holds_under_threads_and_frees_when_tasks_end(start: Start, clock: Clock) -> None:
    kling = start(parallel=3)

    def ask(_: int) -> requests.Response:
        caller = Caller(kling.base_url, kling.clock)
        with caller.session:
            return caller.create()

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(24)))

    assert sum(answer.status_code == 200 for answer in answers) == 3
    assert {refusal(answer) for answer in answers if answer.status_code != 200} == {BUSY}
    clock.forward(41)
    assert kling.create().status_code == 200
    assert kling.books()["refused"] == {"1303": 21}


def test_a_repeat_is_told_before_the_limit(start: Start) -> None:
    kling = start(parallel=1)
    kling.made(external_task_id="job-1")

    assert refusal(kling.create(external_task_id="job-1"))[2] == DUPLICATE
    assert refusal(kling.create(external_task_id="job-2")) == BUSY


def test_the_balance_ends_before_the_parallel_limit_is_asked(start: Start, clock: Clock) -> None:
    kling = start(units=Decimal(3), parallel=2)
    kling.made()
    kling.made()

    empty = (429, 1102, "Account balance not enough")
    assert refusal(kling.create()) == empty
    clock.forward(41)
    assert refusal(kling.create()) == empty
    assert kling.call("GET", COSTS).json()["data"]["resource_pack_subscribe_infos"][0]["status"] == "runOut"


def test_units_are_charged_when_a_task_ends(start: Start, clock: Clock) -> None:
    kling = start(units=Decimal(1000))
    kling.made(mode="pro")
    kling.made(prompt="[policy]")

    before = kling.call("GET", COSTS).json()["data"]["resource_pack_subscribe_infos"][0]
    clock.forward(41)
    after = kling.call("GET", COSTS).json()["data"]["resource_pack_subscribe_infos"][0]

    assert (before["remaining_quantity"], after["remaining_quantity"]) == (1000.0, 997.5)
    assert kling.books()["charged"] == 2.5


def test_costs_answer_with_kling_s_fields_on_both_levels(kling: Caller, clock: Clock) -> None:
    told = kling.call("GET", COSTS).json()

    (pack,) = told["data"].pop("resource_pack_subscribe_infos")
    assert (told["code"], told["message"], told["data"]) == (0, "SUCCEED", {"code": 0, "msg": "success"})
    assert pack == {
        "resource_pack_name": "Practice-Video-10000Units-5Con-12Months",
        "resource_pack_id": pack["resource_pack_id"],
        "resource_pack_type": "decreasing_total",
        "total_quantity": 10000.0,
        "remaining_quantity": 10000.0,
        "purchase_time": int(clock.now * 1000),
        "effective_time": int(clock.now * 1000),
        "invalid_time": int(clock.now * 1000) + 365 * 86_400_000,
        "status": "online",
    }
    assert len(pack["resource_pack_id"]) == 32


@pytest.mark.parametrize("query", ["", "?start_time=1", "?start_time=x&end_time=2", "?start_time=²&end_time=2"])
def test_costs_want_both_times(kling: Caller, query: str) -> None:
    assert refusal(kling.call("GET", f"/account/costs{query}"))[:2] == (400, 1201)


def test_no_pack_of_that_name_leaves_the_list_out(kling: Caller) -> None:
    told = kling.call("GET", f"{COSTS}&resource_pack_name=Other").json()

    assert told["data"] == {"code": 0, "msg": "success"}


def test_a_pack_ends_after_its_months(kling: Caller, clock: Clock) -> None:
    clock.forward(366 * 86_400)

    assert refusal(kling.create())[1] == 1102
    assert kling.call("GET", COSTS).json()["data"]["resource_pack_subscribe_infos"][0]["status"] == "expired"


def test_the_books_count_what_was_refused_and_say_why(kling: Caller, clock: Clock) -> None:
    kling.made()
    kling.made(prompt="[fail]")
    kling.create(mode="standard")
    requests.post(f"{kling.base_url}/v1/videos/image2video", timeout=20)
    clock.forward(3)

    assert kling.books() == {
        "asked": 4,
        "made": 2,
        "paid_twice": 0,
        "repeats_refused": 0,
        "charged": 0.0,
        "remaining": 10000.0,
        "in_progress": 1,
        "most_at_once": 2,
        "complete": 0,
        "failed": 1,
        "refused": {"1001": 1, "1201": 1},
        "lost_answers": 0,
        "broken_downloads": 0,
        "reads": 0,
        "list_reads": 0,
        "look_ups": 0,
        "callbacks": dict.fromkeys(map(str, Outcome), 0),
        "faults": dict.fromkeys(COUNTED, 0),
        "rendered": 0,
        "parallel": 5,
    }


def test_the_books_count_reads_of_those_who_were_let_in(kling: Caller) -> None:
    kling.made(external_task_id="job-1")
    for path in ("/v1/videos/image2video", "/v1/videos/image2video/job-1", "/v1/videos/image2video/none", COSTS):
        kling.call("GET", path)
    requests.get(f"{kling.base_url}/v1/videos/image2video", timeout=20)

    assert kling.books().items() >= {"reads": 4, "list_reads": 1, "look_ups": 2}.items()


def test_the_books_remember_how_many_ran_at_once(start: Start, clock: Clock) -> None:
    kling = start(parallel=50)
    for seconds in (0, 0, 0, 41, 0):
        clock.forward(seconds)
        kling.made()

    assert kling.books().items() >= {"most_at_once": 3, "in_progress": 2}.items()


def test_units_add_up_without_drifting(start: Start, clock: Clock) -> None:
    kling = start(parallel=50, units=Decimal("7.2"))
    for _ in range(3):
        kling.made(model_name="kling-v3", mode="pro", duration="3")  # 2.4 units: three make 7.2 in decimals only

    assert refusal(kling.create())[1] == 1102
    clock.forward(41)
    assert kling.books().items() >= {"charged": 7.2, "remaining": 0.0}.items()


def test_the_books_are_a_page_too_and_nothing_on_it_is_taken_as_html(kling: Caller) -> None:
    kling.made(external_task_id="<script>")

    page = requests.get(kling.base_url, timeout=20)
    as_json = requests.get(kling.base_url, headers={"Accept": "application/json"}, timeout=20)

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text
    assert as_json.json()["made"] == 1
