"""What is odd but legal is read; what is neither is an error of the library's own tree, and never another one."""

import gzip
import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import responses
from kling_answers import BASE, COSTS, CREATE, client, entry, envelope, finished, order, refusal
from loopback import answering, http_answer, loopback
from test_kling_new_api import TASKS, TURBO, new_client, new_entry, new_finished, new_order

import kling

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
CREATED = envelope(entry(task_status="submitted"))


@pytest.mark.parametrize("code", ["--5", "-", "9" * 5000, "1_2", "٣", "0x10", 0.5, True, [], {}, None])
@pytest.mark.parametrize("status", [200, 400])
@responses.activate
def test_a_code_that_is_no_number_makes_a_create_unclear(code: Any, status: int) -> None:
    responses.post(CREATE, json=CREATED | {"code": code}, status=status)

    with pytest.raises(kling.UnclearError):
        client().create_image2video(order())


@pytest.mark.parametrize("code", ["0", " 0 ", 0])
@responses.activate
def test_a_code_may_be_a_text(code: Any) -> None:
    responses.post(CREATE, json=CREATED | {"code": code})

    assert client().create_image2video(order()).task_id == "822953089408827433"


@pytest.mark.parametrize(
    "date",
    [
        "",
        "soon",
        "Fri, 15 Jan 99999999999999999999 07:00:00 GMT",
        "Fri, 15 Jan 2027 99999999999999999999:00:00 GMT",
        "Fri, 15 Jan 2027 07:00:00 +99999999999999999999",
        "Fri, 15 Jan 0000 07:00:00 GMT",
    ],
)
@responses.activate
def test_a_date_that_makes_no_sense_is_no_date(date: str) -> None:
    responses.post(CREATE, json=refusal(1003), status=401, headers={"Date": date})
    responses.post(CREATE, json=CREATED, headers={"Date": date})

    assert client().create_image2video(order()).task_id == "822953089408827433"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(http_answer(CREATED), id="plain"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(json.dumps(CREATED).encode()),
            id="gzip",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + b"".join(b"1;x=y\r\n%c\r\n" % letter for letter in json.dumps(CREATED).encode())
            + b"0\r\nX-Trailer: 1\r\n\r\n",
            id="chunked",
        ),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + http_answer(CREATED), id="after 100"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n\xef\xbb\xbf" + json.dumps(CREATED).encode(), id="byte order mark"),
    ],
)
def test_a_body_may_come_in_any_packing(answer: bytes) -> None:
    with loopback(answering(answer)) as server:
        task = client(server.base_url).create_image2video(order())

    assert task.task_id == "822953089408827433"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8bno", id="broken gzip"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}", id="broken chunks"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n{}{}{}", id="two lengths"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n{}", id="no status"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", id="no content"),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: http://[broken\r\n\r\n", id="broken redirect"),
        pytest.param(http_answer(CREATED)[:-9], id="cut"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + b'{"code":0,"data":' + b"[" * 100_000, id="deep"),
    ],
)
def test_a_body_that_cannot_be_unpacked_makes_a_create_unclear(answer: bytes) -> None:
    with loopback(answering(answer)) as server:
        with pytest.raises(kling.UnclearError):
            client(server.base_url).create_image2video(order())
        assert len(server.requests) == 1


def test_the_body_of_a_redirect_is_not_read_without_end() -> None:
    def pour(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 999999999\r\n\r\n")
        for _ in range(40):
            line.sendall(b"x" * 2**20)
        line.recv(1)  # and then waits

    with loopback(pour) as server, pytest.raises(kling.UnclearError, match="too long"):
        client(server.base_url, create_deadline=20.0).create_image2video(order())


@pytest.mark.parametrize(
    ("url", "found", "buy"),
    [
        (CREATE, {"task_id": "7", "task_info": {"external_task_id": "job-2"}}, order),
        (TURBO, {"id": "7", "external_id": "job-2"}, new_order),
    ],
)
@responses.activate
def test_a_yes_to_somebody_else_s_order_is_unclear(
    url: str, found: dict[str, Any], buy: Callable[[], kling.ImageToVideo]
) -> None:
    responses.post(url, json=envelope(found))

    with pytest.raises(kling.UnclearError, match="another task"):
        new_client().create_image2video(buy())


@pytest.mark.parametrize("name", ["a" * 65, "a b", "a,b", "a/b", "ä", "a\n"])
@responses.activate
def test_an_order_whose_id_might_not_be_found_again_is_not_sent(name: str) -> None:
    with pytest.raises(kling.NotSentError, match="letters, digits, hyphens and underscores"):
        client().create_image2video(order(external_task_id=name))

    assert not responses.calls


@responses.activate
def test_a_negative_prompt_is_never_dropped_without_a_word() -> None:
    with (
        pytest.warns(kling.UnknownModelWarning),
        pytest.raises(kling.SettingsError, match="say it in the prompt instead"),
    ):
        new_client().create_image2video(new_order("kling-9.0", negative_prompt="rain"))

    assert not responses.calls


def turned(found: dict[str, Any]) -> dict[str, Any]:
    """The same in reverse order, with numbers for texts, nulls for what is empty, and fields nobody has heard of."""
    numbers = {"task_id", "id", "final_unit_deduction", "duration", "amount"}
    changed: dict[str, Any] = {"unheard_of": {"deep": [1, None]}}
    for name, value in reversed(found.items()):
        if name in numbers and isinstance(value, str):
            changed[name] = json.loads(value)
        elif isinstance(value, dict):
            changed[name] = turned(value)
        elif isinstance(value, list):
            changed[name] = [turned(part) for part in value]
        else:
            changed[name] = value or None
    return changed


@pytest.mark.parametrize("found", [entry(), finished(), entry(task_status="failed", task_status_msg="Bad pixels")])
@responses.activate
def test_an_entry_of_the_old_api_may_be_written_in_many_ways(found: dict[str, Any]) -> None:
    responses.get(CREATE, json=envelope([found, turned(found)]))

    plain, odd = client().list_tasks().tasks

    assert odd == plain


@pytest.mark.parametrize(
    "found",
    [
        new_entry(),
        new_finished(),
        new_entry(status="failed", message="Bad pixels", billing=[{"amount": "0"}]),
    ],
)
@responses.activate
def test_an_entry_of_the_new_api_may_be_written_in_many_ways(found: dict[str, Any]) -> None:
    found["external_id"] = "job-1"
    responses.get(TASKS, json=envelope([found, turned(found)]))

    plain, odd = new_client().get_tasks(task_ids=["1"]).tasks

    assert odd == plain


@responses.activate
def test_entries_of_both_apis_and_the_same_one_twice_may_stand_on_one_page() -> None:
    ours = finished(task_id="2", task_info={"external_task_id": "job-2"})
    responses.get(
        TASKS, json=envelope([new_finished(), ours, new_finished(), {"task_id": None} | new_finished(id="3")])
    )

    page = new_client().get_tasks(task_ids=["930831534075682845", "2", "3"])

    assert [task.task_id for task in page.tasks] == ["930831534075682845", "2", "930831534075682845", "3"]
    assert not page.strange
    assert {task.status for task in page.tasks} == {kling.TaskStatus.SUCCEED}


@pytest.mark.parametrize(
    "absent", ["final_unit_deduction", "task_status_msg", "task_info", "created_at", "updated_at"]
)
@responses.activate
def test_what_the_old_api_leaves_out_is_empty(absent: str) -> None:
    found = finished()
    del found[absent]
    responses.get(CREATE, json=envelope([found]))

    (task,) = client().list_tasks().tasks

    assert task.video_url.startswith("https://cdn.example/a.mp4")
    assert task.units == (None if absent == "final_unit_deduction" else Decimal("1.5"))
    assert task.created_at - task.updated_at <= timedelta()


@pytest.mark.parametrize(
    ("found", "size", "next_cursor"),
    [
        ({"result": None, "count": 0, "has_more": False}, 0, ""),
        ({"count": "0", "has_more": "false"}, 0, ""),
        ({"result": [new_entry()], "has_more": False, "next_cursor": "c-2"}, 1, ""),
        ({"result": [new_entry()], "has_more": "false", "next_cursor": "c-2"}, 1, ""),
        ({"result": [new_entry()], "has_more": False, "next_cursor": None}, 1, ""),
        ({"result": [new_entry()]}, 1, ""),
        ({"result": [new_entry()], "next_cursor": "c-2"}, 1, "c-2"),
        ({"result": [new_entry()], "has_more": None, "next_cursor": "c-2"}, 1, "c-2"),
        ({"result": [new_entry()], "has_more": "true", "next_cursor": "c-2"}, 1, "c-2"),
        ({"result": [new_entry()], "has_more": True, "next_cursor": 77}, 1, "77"),
        ({"result": [new_entry()], "has_more": True, "next_cursor": "c" * 3000}, 1, "c" * 3000),
    ],
)
@responses.activate
def test_only_a_clear_no_ends_the_list_before_its_cursor_does(found: Any, size: int, next_cursor: str) -> None:
    responses.post(TASKS, json=envelope(found))

    page = new_client().list_since(SINCE)

    assert (page.size, page.next_cursor) == (size, next_cursor)


@pytest.mark.parametrize("more", [True, "true", 1, "yes"])
@responses.activate
def test_more_without_a_place_is_unclear(more: Any, pauses: list[float]) -> None:
    responses.post(TASKS, json=envelope({"result": [new_entry()], "has_more": more}))

    with pytest.raises(kling.UnclearError, match="and not where"):
        new_client().list_since(SINCE)


READS: list[tuple[str, str, Callable[[kling.Client], Any], Any]] = [
    ("GET", f"{CREATE}/job-1", lambda it: it.get_task("job-1", listing=kling.Listing.IMAGE2VIDEO), entry()),
    ("GET", CREATE, lambda it: it.list_tasks(), []),
    ("GET", TASKS, lambda it: it.get_tasks(task_ids=["1"]), []),
    ("POST", TASKS, lambda it: it.list_since(SINCE), {"count": 0}),
]


@pytest.mark.parametrize("nonsense", [None, "what", 5])
@pytest.mark.parametrize(("method", "url", "read", "found"), READS)
@responses.activate
def test_a_yes_without_content_is_asked_for_again(
    method: str, url: str, read: Callable[[kling.Client], Any], found: Any, nonsense: Any, pauses: list[float]
) -> None:
    responses.add(method, url, json=envelope(nonsense))
    responses.add(method, url, json=envelope(found))

    assert read(new_client()) is not None
    assert len(responses.calls) == 2


@responses.activate
def test_trouble_told_inside_the_packs_is_asked_for_again(pauses: list[float]) -> None:
    responses.get(COSTS, json=envelope({"code": 5000, "msg": "internal error"}))
    responses.get(COSTS, json=envelope({"code": 0, "msg": "success"}))

    assert client().account_costs(start=SINCE, end=SINCE).packs == ()


@responses.activate
def test_a_long_reason_is_cut_and_the_class_follows_the_code_alone() -> None:
    responses.post(CREATE, json=refusal(1301, "Task not found. " + "<b>内容</b>\n" * 10_000), status=400)

    with pytest.raises(kling.PolicyError) as raised:
        client().create_image2video(order())

    assert len(raised.value.sentence) < 700
    assert len(raised.value.kling_message) == 2000


@responses.activate
def test_a_cash_account_s_failed_task_costs_nothing_on_either_api() -> None:
    nothing = {"final_balance_deduction": {"quota": "0", "list_price": "0"}}
    responses.get(CREATE, json=envelope([entry(task_status="failed") | nothing]))
    responses.get(TASKS, json=envelope([new_entry(status="failed", billing=[{"amount": "0"}])]))

    (old,) = client(BASE).list_tasks().tasks
    (new,) = new_client().get_tasks(task_ids=["1"]).tasks

    assert old.cash == kling.Cash(amount=Decimal(0), list_price=Decimal(0))
    assert (new.cash, new.units) == (None, Decimal(0))
    assert old.units is None


ODD_WORDS, ONE_LINE = (
    "Too \x1b[31mred\x07\n  2026-11-26 INFO forged\u202e line\u2028",
    "Too [31mred 2026-11-26 INFO forged line",
)


@responses.activate
def test_kling_s_words_are_one_line_that_does_nothing_to_a_terminal_or_a_log() -> None:
    responses.post(CREATE, json=refusal(1201, ODD_WORDS), status=400)
    responses.get(f"{CREATE}/job-1", json=envelope(entry(task_status="failed", task_status_msg=ODD_WORDS)))
    responses.get(TASKS, json=envelope([new_entry(status="failed", message=ODD_WORDS)]))

    with pytest.raises(kling.InvalidRequestError) as refused:
        client().create_image2video(order())
    failed = client().get_task("job-1", listing=kling.Listing.IMAGE2VIDEO)
    failed_too = new_client().get_task("job-1", listing=kling.Listing.TASKS)

    assert refused.value.kling_message == failed.message == failed_too.message == ONE_LINE
    assert str(refused.value).isprintable()
