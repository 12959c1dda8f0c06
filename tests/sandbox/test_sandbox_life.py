"""A task's life as it is told: look-ups, lists, steering words (§3.2, §3.3)."""

from typing import Any

import pytest
from sandbox_caller import IMAGE2VIDEO, Caller, Clock, Start, refusal


def test_a_task_is_submitted_then_processing_then_succeeds(start: Start, clock: Clock) -> None:
    kling = start(render_seconds=(40, 40))
    task_id = kling.made(external_task_id="job-1")
    created = int(clock.now * 1000)

    submitted = kling.task(task_id)
    clock.forward(9.5)
    processing = kling.task(task_id)
    clock.forward(30.6)
    done = kling.task(task_id)

    common = {
        "task_id": task_id,
        "task_info": {"external_task_id": "job-1"},
        "task_status_msg": "",
        "created_at": created,
    }
    assert submitted == {**common, "task_status": "submitted", "task_result": {}, "updated_at": created}
    assert processing.items() >= {**common, "task_status": "processing", "task_result": {}}.items()
    assert created < processing["updated_at"] <= created + 9_000
    video = done["task_result"]["videos"][0]
    assert done.items() >= {**common, "task_status": "succeed", "final_unit_deduction": "1.5"}.items()
    assert done["updated_at"] == created + 40_000
    assert set(video) == {"id", "url", "duration"}
    assert video["duration"] == "5.041"
    assert 12 <= (int(video["id"]) >> 22) - (int(task_id) >> 22) <= 44


def test_a_task_is_found_by_either_id(kling: Caller) -> None:
    task_id = kling.made(external_task_id="a job/with ünusual letters")

    assert kling.task("a%20job%2Fwith%20%C3%BCnusual%20letters")["task_id"] == task_id
    assert kling.task(task_id)["task_id"] == task_id


@pytest.mark.parametrize("name", ["nothing", "953414674878002179", "9" * 40])
def test_an_unknown_id_is_1201_with_the_id(kling: Caller, name: str) -> None:
    answer = kling.call("GET", f"{IMAGE2VIDEO}/{name}")

    assert refusal(answer) == (400, 1201, f"Task not found by id/external id: {name}")


def test_lists_show_the_newest_first_in_pages(start: Start) -> None:
    kling = start(parallel=100)
    made = [kling.made() for _ in range(35)]

    def page(query: str = "") -> list[str]:
        return [task["task_id"] for task in kling.call("GET", f"{IMAGE2VIDEO}{query}").json()["data"]]

    assert page() == made[:4:-1]
    assert page("?pageNum=2") == made[4::-1]
    assert page("?pageNum=3&pageSize=10") == made[14:4:-1]
    assert page("?pageNum=1000&pageSize=500") == []


@pytest.mark.parametrize(
    "query", ["pageNum=0", "pageNum=1001", "pageSize=0", "pageSize=501", "pageSize=x", "pageNum=-1"]
)
def test_pages_out_of_range_are_refused(kling: Caller, query: str) -> None:
    name, _, value = query.partition("=")

    assert refusal(kling.call("GET", f"{IMAGE2VIDEO}?{query}")) == (400, 1201, f"{name} value '{value}' is invalid")


def test_a_watermark_is_told_only_when_it_was_spoken_of(kling: Caller, clock: Clock) -> None:
    marked, plain = kling.made(watermark_info={"enabled": True}), kling.made()
    clock.forward(41)

    assert kling.task(marked)["watermark_info"] == {"enabled": True}
    assert "watermark_url" in kling.task(marked)["task_result"]["videos"][0]
    assert "watermark_info" not in kling.task(plain)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("[fail]", "Image pixel is invalid"),
        ("[FAIL]", "Image pixel is invalid"),
        ("[policy]", "Failure to pass the risk control system"),
    ],
)
def test_a_word_makes_a_task_fail_in_kling_s_words(kling: Caller, clock: Clock, word: str, message: str) -> None:
    task_id = kling.made(prompt=f"The camera pans left. {word}")
    clock.forward(2)

    answer = kling.call("GET", f"{IMAGE2VIDEO}/{task_id}").json()
    assert (answer["code"], answer["message"]) == (0, "SUCCEED")
    assert (answer["data"]["task_status"], answer["data"]["task_status_msg"]) == ("failed", message)
    assert kling.books()["charged"] == 0


@pytest.mark.parametrize(("render", "ends"), [((0.1, 0.1), 60), ((20, 20), 100)])
def test_slow_takes_five_times_as_long_and_a_minute_at_least(
    start: Start, clock: Clock, render: Any, ends: int
) -> None:
    kling = start(render_seconds=render)
    task_id = kling.made(prompt="[slow] Push in.")

    clock.forward(ends - 1)
    assert kling.task(task_id)["task_status"] == "processing"
    clock.forward(1.1)
    assert kling.task(task_id)["task_status"] == "succeed"
