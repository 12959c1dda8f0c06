"""Faults on demand: each one is dealt and counted, makes nothing where nothing may be made, and ends when told."""

import re
from email.utils import parsedate_to_datetime
from io import BytesIO

import av
import pytest
import requests
from sandbox_caller import ACCESS, IMAGE2VIDEO, SECRET, Caller, Clock, Start, refusal

import kling as client_library
from kling.sandbox.faults.catalog import Faults
from kling.sandbox.ids import made_ms
from kling.sandbox.links import RETENTION_SECONDS

COSTS = "/account/costs?start_time=1&end_time=2"
READS = [IMAGE2VIDEO, f"{IMAGE2VIDEO}/job-1", COSTS]


def dealt(kling: Caller) -> dict[str, int]:
    return {name: times for name, times in kling.books()["faults"].items() if times}


def test_a_lost_answer_leaves_a_task_that_is_found_by_its_external_id(kling: Caller) -> None:
    kling.set_faults(lost_answers=1)

    with pytest.raises(requests.exceptions.ConnectionError):
        kling.create(external_task_id="job-1")

    assert kling.task("job-1")["task_status"] == "submitted"
    assert dealt(kling) == {"lost_answers": 1}


def test_a_connection_cut_before_leaves_no_trace(kling: Caller) -> None:
    kling.set_faults(cut_before=1)

    with pytest.raises(requests.exceptions.ConnectionError):
        kling.create(external_task_id="job-1")

    assert kling.call("GET", IMAGE2VIDEO).json()["data"] == []
    assert kling.books().items() >= {"asked": 0, "made": 0}.items()
    assert dealt(kling) == {"cut_before": 1}


def test_under_maintenance_nothing_is_made_and_nothing_is_told(kling: Caller) -> None:
    kling.set_faults(maintenance=1)

    answers = [kling.create(), *(kling.call("GET", path) for path in READS)]

    assert {refusal(answer)[:2] for answer in answers} == {(503, 5001)}
    assert kling.books().items() >= {"asked": 1, "made": 0, "reads": 3, "refused": {"5001": 1}}.items()
    assert dealt(kling) == {"maintenance": 4}


def test_a_late_5002_leaves_a_task_behind_and_befalls_reads_too(kling: Caller) -> None:
    kling.set_faults(late_5002=1)

    made = kling.create(external_task_id="job-1")
    reads = [kling.call("GET", path) for path in READS]

    assert {refusal(answer)[:2] for answer in (made, *reads)} == {(504, 5002)}
    assert [task["external_id"] for task in kling.all_tasks()] == ["job-1"]
    assert dealt(kling) == {"late_5002": 4}


@pytest.mark.parametrize("fault", ["lost_answers", "late_5002"])
def test_a_create_that_is_refused_is_told_so_all_the_same(kling: Caller, fault: str) -> None:
    kling.set_faults(**{fault: 1})

    assert refusal(kling.create(mode="standard"))[:2] == (400, 1201)
    assert dealt(kling) == {}


def test_a_burst_refuses_everything_until_it_is_over(start: Start, clock: Clock) -> None:
    kling = start(faults=Faults(bursts_1302=0.3, burst_seconds=10), seed=3)

    def asked_until(status: int) -> None:
        assert any(kling.call("GET", IMAGE2VIDEO).status_code == status for _ in range(50))

    asked_until(429)
    inside = [kling.create() for _ in range(10)] + [kling.call("GET", path) for path in READS * 3]
    clock.forward(10)
    asked_until(200)

    assert {refusal(answer)[:2] for answer in inside} == {(429, 1302)}
    assert kling.books().items() >= {"made": 0, "refused": {"1302": 10}}.items()
    assert dealt(kling)["bursts_1302"] >= 20


def test_a_burst_ends_with_the_faults(kling: Caller) -> None:
    kling.set_faults(bursts_1302=1, burst_seconds=60)
    kling.create()

    kling.session.delete(f"{kling.base_url}/sandbox/faults", timeout=20)

    assert kling.create().status_code == 200


@pytest.mark.parametrize("fault", ["maintenance", "late_5002", "bursts_1302"])
def test_strangers_are_refused_as_ever(kling: Caller, fault: str) -> None:
    kling.set_faults(**{fault: 1})

    assert requests.post(f"{kling.base_url}{IMAGE2VIDEO}", timeout=20).json()["code"] == 1001
    assert dealt(kling) == {}


def test_accepted_repeats_make_a_second_task_and_a_look_up_answers_the_oldest(kling: Caller, clock: Clock) -> None:
    kling.set_faults(repeats="accepted")
    first = kling.made(external_task_id="job-1")
    second = kling.made(external_task_id="job-1")
    kling.made(external_task_id="job-2")
    clock.forward(41)

    assert kling.task("job-1")["task_id"] == first != second
    assert kling.task(second)["task_info"] == {"external_task_id": "job-1"}
    assert kling.books().items() >= {"made": 3, "paid_twice": 1, "charged": 4.5, "repeats_refused": 0}.items()
    assert dealt(kling) == {"repeats": 1}


def test_a_repeat_that_the_account_refuses_is_none(start: Start) -> None:
    kling = start(parallel=1, faults=Faults(repeats="accepted"))
    kling.made(external_task_id="job-1")

    assert refusal(kling.create(external_task_id="job-1"))[1] == 1303
    assert kling.books()["paid_twice"] == 0
    assert dealt(kling) == {}


def test_a_hidden_task_is_not_shown_but_its_id_is_taken(kling: Caller, clock: Clock) -> None:
    old = kling.made()
    clock.forward(10)
    kling.set_faults(hidden_seconds=10)
    hidden = kling.made(external_task_id="job-1")

    def shown() -> list[str]:
        return [task["task_id"] for task in kling.call("GET", IMAGE2VIDEO).json()["data"]]

    assert shown() == [old]
    for name in (hidden, "job-1"):
        missing = kling.call("GET", f"{IMAGE2VIDEO}/{name}")
        assert refusal(missing) == (400, 1201, f"Task not found by id/external id: {name}")
    assert refusal(kling.create(external_task_id="job-1"))[2] == "External_task_id job-1 already exists"
    assert [task["task_id"] for task in kling.all_tasks()] == [old, hidden]
    assert dealt(kling) == {"hidden_seconds": 3}

    clock.forward(11)
    assert shown() == [hidden, old]
    assert kling.task("job-1")["task_id"] == kling.task(hidden)["task_id"] == hidden
    assert dealt(kling) == {"hidden_seconds": 3}


def test_a_slow_answer_comes_after_the_task_is_made_and_holds_nobody_up(start: Start) -> None:
    kling = start(faults=Faults(slow_answers=1, slow_seconds=15), seed=1)
    kling.patience = 0.5

    with pytest.raises(requests.exceptions.ReadTimeout):
        kling.create(external_task_id="job-1")
    kling.set_faults(slow_seconds=0.01)

    assert [task["external_id"] for task in kling.all_tasks()] == ["job-1"]
    assert kling.task("job-1")["task_status"] == "submitted"
    assert dealt(kling) == {"slow_answers": 2}


@pytest.mark.parametrize(("skew", "code"), [(3600, 1004), (-3600, 1003)])
def test_a_clock_that_is_wrong_refuses_tokens_and_says_what_it_shows(kling: Caller, skew: int, code: int) -> None:
    kling.set_faults(clock_skew=skew)

    answer = kling.call("GET", IMAGE2VIDEO)

    assert refusal(answer)[:2] == (401, code)
    assert parsedate_to_datetime(answer.headers["Date"]).timestamp() == kling.clock() + skew


@pytest.mark.parametrize("skew", [3600, -3600])
def test_our_client_learns_a_clock_that_is_wrong(kling: Caller, clock: Clock, skew: int) -> None:
    kling.set_faults(clock_skew=skew)
    auth = client_library.KeyPairAuth(ACCESS, SECRET, clock=clock)

    with client_library.Client(auth=auth, base_url=kling.base_url) as client:
        assert client.list_tasks().tasks == ()


@pytest.mark.parametrize("skew", [500, -3])
def test_a_wrong_clock_dates_tasks_and_links_but_renders_no_faster(kling: Caller, clock: Clock, skew: int) -> None:
    kling.set_faults(clock_skew=skew)
    task_id = kling.made()
    clock.forward(19)
    rendering = kling.task(task_id)
    clock.forward(22)
    done = kling.task(task_id)

    assert rendering["task_status"] == "processing"
    assert done["task_status"] == "succeed"
    assert done["created_at"] == made_ms(int(task_id)) == (clock.now - 41 + skew) * 1000
    expires = re.search(r"Expires=([0-9]+)", kling.url(task_id))
    assert expires is not None
    assert int(expires[1]) == done["updated_at"] // 1000 + RETENTION_SECONDS
    assert kling.all_tasks()[0]["created_ms"] == (clock.now - 41) * 1000


def test_links_expire_by_kling_s_clock(kling: Caller, clock: Clock) -> None:
    task_id = kling.made()
    clock.forward(41)
    url = kling.url(task_id)

    kling.set_faults(clock_skew=RETENTION_SECONDS)

    assert kling.fetch(url).status_code == 403


@pytest.fixture
def url(kling: Caller, clock: Clock) -> str:
    task_id = kling.made()
    clock.forward(41)
    return kling.url(task_id)


def test_a_truncated_download_ends_in_the_middle_of_the_announced_bytes(kling: Caller, url: str) -> None:
    kling.set_faults(truncated_downloads=1)

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        kling.fetch(url)

    assert dealt(kling) == {"truncated_downloads": 1}
    assert kling.books()["broken_downloads"] == 0


def test_a_cut_film_has_all_announced_bytes_and_too_few_packets(kling: Caller, url: str) -> None:
    whole = kling.fetch(url).content
    kling.set_faults(cut_films=1)

    film = kling.fetch(url)

    assert int(film.headers["Content-Length"]) == len(film.content) == len(whole) // 2
    assert whole.startswith(film.content)
    with av.open(BytesIO(film.content)) as opened:
        declared = opened.streams.video[0].frames
        packets = [packet for packet in opened.demux(video=0) if packet.size and not packet.is_corrupt]
    assert declared == 121
    assert 0 < len(packets) < declared
    assert dealt(kling) == {"cut_films": 1}


def test_a_page_can_come_instead_of_the_film(kling: Caller, url: str) -> None:
    kling.set_faults(html_instead=1)

    page = kling.fetch(url)

    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.text.startswith("<!doctype html>")
    assert dealt(kling) == {"html_instead": 1}


def test_a_lost_film_is_404_and_there_again_when_the_fault_ends(kling: Caller, url: str) -> None:
    kling.set_faults(lost_films=1)

    assert kling.fetch(url).status_code == 404
    kling.set_faults(lost_films=0)
    assert kling.fetch(url).status_code == 200
    assert dealt(kling) == {"lost_films": 1}


def test_a_link_that_is_not_good_is_refused_as_ever(kling: Caller, url: str) -> None:
    kling.set_faults(html_instead=1)

    assert kling.fetch(url.replace("Signature=", "Signature=x")).status_code == 403
    assert dealt(kling) == {}
