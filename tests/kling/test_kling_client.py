"""What the client sends and how it reads what comes back (kling-api §3.1-§3.3, §7.1)."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import responses
from kling_answers import COSTS, CREATE, client, entry, envelope, finished, order

import kling

MOMENT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def get(found: Any, **changes: Any) -> kling.Task:
    with responses.RequestsMock() as kling_api:
        kling_api.get(f"{CREATE}/job-1", json=envelope(found, **changes))
        return client(read_attempts=1).get_task("job-1")


def page(found: Any) -> kling.TaskPage:
    with responses.RequestsMock() as kling_api:
        kling_api.get(CREATE, json=envelope(found))
        return client(read_attempts=1).list_tasks()


def costs(found: Any) -> kling.AccountCosts:
    with responses.RequestsMock() as kling_api:
        kling_api.get(COSTS, json=envelope(found))
        return client(read_attempts=1).account_costs(start=MOMENT - timedelta(days=30), end=MOMENT)


def pack(**changes: Any) -> dict[str, Any]:
    return {
        "resource_pack_name": "Trial-Video-100Units-5Con-1Months",
        "resource_pack_id": "509e3806ccf24e7a9a1b4ec7f1e7e5c0",
        "resource_pack_type": "decreasing_total",
        "total_quantity": 100.0,
        "remaining_quantity": 98.5,
        "purchase_time": 1726124664368,
        "effective_time": 1726124664368,
        "invalid_time": 1727366400000,
        "status": "online",
    } | changes


@responses.activate
def test_a_create_sends_the_flat_body_and_returns_the_fresh_task() -> None:
    responses.post(CREATE, json=envelope(entry(task_status="submitted", updated_at=1764235825029)))

    task = client().create_image2video(order())

    request = responses.calls[0].request
    assert json.loads(request.body or b"") == {
        "model_name": "kling-v2-5-turbo",
        "image": base64.b64encode(b"\xff\xd8 picture").decode(),
        "prompt": "The camera pushes in.",
        "mode": "std",
        "duration": "5",
        "external_task_id": "job-1",
    }
    assert request.headers["Content-Type"] == "application/json"
    assert (task.task_id, task.external_task_id) == ("822953089408827433", "job-1")
    assert task.status is kling.TaskStatus.SUBMITTED
    assert task.created_at == task.updated_at == datetime(2025, 11, 27, 9, 30, 25, 29000, tzinfo=UTC)
    assert task.request_id == "r-1"


@responses.activate
def test_sound_and_a_negative_prompt_are_sent_when_wanted() -> None:
    responses.post(CREATE, json=envelope({"task_id": 7}))
    wanted = kling.Settings(
        model_name="kling-v2-6", mode=kling.Mode.PRO, duration=10, sound=True, negative_prompt="rain"
    )

    task = client().create_image2video(order(settings=wanted))

    body = json.loads(responses.calls[0].request.body or b"")
    assert (body["sound"], body["negative_prompt"], body["duration"], body["mode"]) == ("on", "rain", "10", "pro")
    assert (task.task_id, task.external_task_id) == ("7", "job-1")


@responses.activate
def test_an_accepted_create_is_believed_whatever_else_it_says() -> None:
    responses.post(
        CREATE, json=envelope({"task_id": "7", "task_status": "dancing", "task_info": 3, "created_at": "x"})
    )

    task = client().create_image2video(order())

    assert (task.task_id, task.status) == ("7", kling.TaskStatus.SUBMITTED)


@pytest.mark.parametrize("wrong", [{"image": b""}, {"external_task_id": " "}])
def test_an_order_that_could_not_be_found_again_is_not_sent(wrong: dict[str, Any]) -> None:
    with pytest.raises(kling.NotSentError):
        client().create_image2video(order(**wrong))


@pytest.mark.parametrize("identifier", ["", " ", ".", "..", "/"])
def test_a_task_cannot_be_asked_for_without_an_id(identifier: str) -> None:
    with pytest.raises(kling.NotSentError):
        client().get_task(identifier)


@responses.activate
def test_an_id_is_one_segment_of_the_path() -> None:
    responses.get(f"{CREATE}/a%2Fb%20%3Fc", json=envelope(entry(task_info={"external_task_id": "a/b ?c"})))

    assert client().get_task("a/b ?c").external_task_id == "a/b ?c"


def test_a_finished_task_has_its_video_length_and_price() -> None:
    task = get(finished(unheard_of={"x": 1}))

    assert task.status is kling.TaskStatus.SUCCEED
    assert task.video_url == "https://cdn.example/a.mp4?Key=a%2Fb&x=1"
    assert task.video_duration == Decimal("5.041")
    assert task.units == Decimal("1.5")


def test_a_failed_task_has_its_reason_and_no_video() -> None:
    task = get(entry(task_status="failed", task_status_msg="Image pixel is invalid"))

    assert (task.status, task.message, task.video_url) == (kling.TaskStatus.FAILED, "Image pixel is invalid", "")


@pytest.mark.parametrize("outcome", [None, {}, [], "x"])
def test_a_running_task_may_have_any_result_or_none(outcome: Any) -> None:
    assert get(entry(task_result=outcome)).status is kling.TaskStatus.PROCESSING


@pytest.mark.parametrize(
    ("sent", "units"),
    [
        ("1.5", Decimal("1.5")),
        (1.5, Decimal("1.5")),
        (3, Decimal(3)),
        ("0", Decimal(0)),
        (None, None),
        ("", None),
        ("much", None),
        ("NaN", None),
        ("-1", None),
        (True, None),
        ([], None),
        ("1e99", None),
    ],
)
def test_the_price_is_read_from_a_number_or_a_text_and_may_be_absent(sent: Any, units: Decimal | None) -> None:
    assert get(finished(final_unit_deduction=sent)).units == units


@pytest.mark.parametrize("garbage", [None, "", "yesterday", -5, 0, True, [], 1e300, "9" * 17])
def test_a_time_that_makes_no_sense_is_taken_from_the_other_one(garbage: Any) -> None:
    task = get(entry(created_at=garbage))

    assert task.created_at == task.updated_at == datetime(2025, 11, 27, 9, 30, 34, 29000, tzinfo=UTC)


def test_without_any_time_the_moment_of_reading_is_taken() -> None:
    found = entry()
    del found["created_at"], found["updated_at"]

    task = get(found)

    assert datetime.now(UTC) - task.created_at < timedelta(minutes=1)


def test_times_may_be_texts_or_seconds() -> None:
    task = get(entry(created_at="1764235825029", updated_at=1764235834))

    assert task.created_at == datetime(2025, 11, 27, 9, 30, 25, 29000, tzinfo=UTC)
    assert task.updated_at == datetime(2025, 11, 27, 9, 30, 34, tzinfo=UTC)


STRANGE = [
    (entry(task_status="succeeded"), "succeeded"),
    (entry(task_status=None), "status"),
    (entry(task_status=["failed"]), "status"),
    (entry(task_status="succeed"), "without the address"),
    (finished(task_result={"videos": []}), "without the address"),
    (finished(task_result={"videos": [{"url": ""}]}), "without the address"),
    (finished(task_result={"videos": [{"url": "ftp://x/y"}]}), "without the address"),
    (finished(task_result={"videos": [{"url": "https://[broken"}]}), "without the address"),
    (finished(task_result={"videos": "x"}), "without the address"),
]


@pytest.mark.parametrize(("found", "reason"), STRANGE)
def test_a_single_strange_task_is_an_alarm_with_its_ids(found: Any, reason: str) -> None:
    with pytest.raises(kling.StrangeTaskError, match="822953089408827433") as raised:
        get(found)

    assert reason in raised.value.task.reason
    assert raised.value.task.external_task_id == "job-1"
    assert not isinstance(raised.value, kling.RefusedError)


@pytest.mark.parametrize(("found", "reason"), STRANGE)
def test_a_strange_task_stands_beside_the_others_of_its_page(found: Any, reason: str) -> None:
    listed = page([entry(task_id="1"), found, "word", None, {}, finished(task_id=3)])

    assert [task.task_id for task in listed.tasks] == ["1", "3"]
    assert listed.size == 6
    assert [strange.task_id for strange in listed.strange] == ["822953089408827433", "", "", ""]
    assert listed.strange[0].external_task_id == "job-1"
    assert reason in listed.strange[0].reason


def test_an_empty_account_is_an_empty_page() -> None:
    assert page([]) == kling.TaskPage(tasks=(), strange=(), size=0)


@pytest.mark.parametrize("found", [None, {}, "x", {"tasks": []}, 5])
def test_a_page_that_is_no_list_is_never_taken_for_an_empty_one(found: Any) -> None:
    with pytest.raises(kling.UnclearError, match="no list of tasks"):
        page(found)


@pytest.mark.parametrize("found", [None, [], "x", 5])
def test_a_task_that_is_no_object_is_unclear(found: Any) -> None:
    with pytest.raises(kling.UnclearError, match="holds no task"):
        get(found)


def test_an_answer_about_another_task_is_unclear() -> None:
    with pytest.raises(kling.UnclearError, match="another task"):
        get(entry(task_info={"external_task_id": "job-2"}))


def test_texts_are_such_as_a_database_can_keep() -> None:
    task = get(entry(task_status="failed", task_status_msg="a\x00b\ud800" + "c" * 5000))

    assert task.message.startswith("ab?c")
    assert len(task.message) == 2000


@responses.activate
def test_a_page_is_asked_for_by_number_and_size() -> None:
    responses.get(CREATE, json=envelope([]))

    client().list_tasks(page=3, page_size=100)

    assert responses.calls[0].request.params == {"pageNum": "3", "pageSize": "100"}


@responses.activate
def test_packs_are_asked_for_in_milliseconds() -> None:
    responses.get(COSTS, json=envelope({"code": 0, "msg": "success"}))

    client().account_costs(start=MOMENT - timedelta(seconds=1), end=MOMENT)

    assert responses.calls[0].request.params == {"start_time": "1795337999000", "end_time": "1795338000000"}


def test_packs_online_are_added_up() -> None:
    found = {
        "code": 0,
        "msg": "success",
        "resource_pack_subscribe_infos": [
            pack(),
            pack(remaining_quantity="1.5", total_quantity=None, effective_time=None, invalid_time="never"),
            pack(remaining_quantity=50, status="expired"),
            pack(remaining_quantity="?"),
            "x",
        ],
    }

    account = costs(found)

    assert account.remaining == Decimal(100)
    assert account.packs[0].name == "Trial-Video-100Units-5Con-1Months"
    assert account.packs[0].invalid_at == datetime(2024, 9, 26, 16, 0, tzinfo=UTC)
    assert (account.packs[1].total, account.packs[1].invalid_at) == (Decimal("1.5"), None)
    assert len(account.packs) == 3


def test_packs_for_pictures_are_listed_and_pay_for_no_video() -> None:
    pictures = pack(resource_pack_name="Trial-Image-100Units-9Con-1Months", remaining_quantity=60)

    both = costs({"resource_pack_subscribe_infos": [pack(), pictures]})
    pictures_alone = costs({"resource_pack_subscribe_infos": [pictures]})

    assert (both.remaining, [one.is_for_videos for one in both.packs]) == (Decimal("98.5"), [True, False])
    assert pictures_alone.remaining is None


@pytest.mark.parametrize(
    "found", [{"code": 0, "msg": "success"}, {"resource_pack_subscribe_infos": None}, None, {}, []]
)
def test_an_account_without_packs_has_no_number_of_units(found: Any) -> None:
    account = costs(found)

    assert account.packs == ()
    assert account.remaining is None


@pytest.mark.parametrize("found", [5, "x", {"resource_pack_subscribe_infos": {}}])
def test_packs_of_the_wrong_shape_are_unclear(found: Any) -> None:
    with pytest.raises(kling.UnclearError, match="no list of packs"):
        costs(found)


def test_the_second_code_inside_the_packs_counts_too() -> None:
    with pytest.raises(kling.AccountError, match="suspended") as raised:
        costs({"code": 1100, "msg": "account abnormal"})

    assert (raised.value.code, raised.value.kling_message) == (1100, "account abnormal")


@pytest.mark.parametrize("trouble", [5000, 5001, 5002])
@responses.activate
def test_a_read_is_repeated_when_kling_is_in_trouble(trouble: int, pauses: list[float]) -> None:
    responses.get(CREATE, json={"code": trouble, "message": "x"}, status=503)
    responses.get(CREATE, body="<html>", status=502)
    responses.get(CREATE, json=envelope([entry()]))

    assert client().list_tasks().size == 1


@pytest.mark.parametrize("code", [1302, 1303])
@responses.activate
def test_a_read_that_came_at_a_bad_moment_is_repeated_after_a_second_at_least(code: int, pauses: list[float]) -> None:
    responses.get(CREATE, json={"code": code, "message": "x"}, status=429)
    responses.get(CREATE, json=envelope([]))

    assert client().list_tasks().size == 0

    assert len(pauses) == 1
    assert pauses[0] >= 1.0


@pytest.mark.parametrize("code", [1002, 1102, 1201, 1304])
@responses.activate
def test_a_read_that_was_clearly_refused_is_not_repeated(code: int) -> None:
    responses.get(CREATE, json={"code": code, "message": "x"}, status=kling.MEANINGS[code].http_status)

    with pytest.raises(kling.RefusedError):
        client().list_tasks()

    assert len(responses.calls) == 1


@responses.activate
def test_a_read_gives_up_after_its_attempts() -> None:
    responses.get(CREATE, body="<html>", status=200)

    with pytest.raises(kling.UnclearError):
        client(read_attempts=2).list_tasks()

    assert len(responses.calls) == 2


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://api-singapore.klingai.com/", "https://api-singapore.klingai.com"),
        (" HTTPS://API-Singapore.klingai.com:443 ", "https://api-singapore.klingai.com"),
        ("http://name:password@127.0.0.1:8080/kling//", "http://127.0.0.1:8080/kling"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_an_address_has_one_spelling(address: str, clean: str) -> None:
    assert client(address).base_url == clean


@pytest.mark.parametrize("address", ["", "kling", "ftp://kling.example", "https://", "http://[::1", "https://x:port"])
def test_what_is_no_web_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="is no web address; write it like https://api-singapore"):
        client(address)


def test_a_client_can_be_used_with_with() -> None:
    with client() as opened:
        assert opened.base_url == "https://api-singapore.klingai.com"


@responses.activate
def test_the_end_frame_is_sent_as_raw_base64() -> None:
    responses.post(CREATE, json=envelope({"task_id": 7}))
    wanted = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.PRO, duration=5, end_frame=True)

    client().create_image2video(order(settings=wanted, end_image=b"the end"))

    assert json.loads(responses.calls[0].request.body or b"")["image_tail"] == "dGhlIGVuZA=="


@pytest.mark.parametrize("wrong", [{"end_image": b"x"}, {"settings": replace(order().settings, end_frame=True)}])
def test_an_end_frame_that_nobody_ordered_or_brought_is_not_sent(wrong: dict[str, Any]) -> None:
    with pytest.raises(kling.NotSentError):
        client().create_image2video(order(**wrong))
