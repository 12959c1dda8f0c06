"""Every deduction one by one, from packs and from money, and how tasks tell of money (§3.2, §3N.2, §7.2)."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sandbox_caller import (
    API_KEY,
    NEW_I2V,
    NEW_OMNI,
    NEW_T2V,
    OMNI_VIDEO,
    PROMPT,
    Caller,
    Clock,
    Start,
    draw_photo,
    encoded,
    options,
    refusal,
)

from kling.sandbox.account.reading import read_cash, read_pack
from kling.sandbox.credentials import Credentials
from kling.sandbox.front.server import running

PACKAGE, BALANCE = "/account/billing/package", "/account/billing/balance"
PHOTO = encoded(draw_photo())
DOLLARS = read_cash("USD=2")


def bill(kling: Caller, path: str = PACKAGE, **asked: Any) -> dict[str, Any]:
    window = {"start_time": 1, "end_time": 10**14}
    answer = kling.call("POST", path, json={**window, **asked})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def details(kling: Caller, path: str = PACKAGE, **asked: Any) -> list[dict[str, Any]]:
    result = bill(kling, path, **asked)["result"]
    assert result["count"] == len(result["detail"])
    return list(result["detail"])


def test_a_deduction_is_told_with_all_that_was_ordered(start: Start, clock: Clock) -> None:
    kling = start(units=Decimal(100))
    task_id = kling.made(
        model_name="kling-v2-6", mode="pro", sound="on", duration="10", voice_list=[{"voice_id": "1"}]
    )
    ended = kling.all_tasks()[0]["created_ms"]
    clock.forward(41)

    (entry,) = details(kling)

    pack_id, at = entry.pop("package_id"), entry.pop("deduction_time")
    assert entry == {
        "product_type": "video",
        "task_id": task_id,
        "api_key_name": "",
        "product_function": "Image to Video",
        "model_name": "kling-v2-6",
        "resolution": "1080p",
        "duration": "10.04",
        "refer_video_input": False,
        "video_sound": "native",
        "voice_control": True,
        "unit_before_deduction": 100.0,
        "deduction_amount": 12.0,
        "unit_after_deduction": 88.0,
    }
    assert len(pack_id) == 32
    assert ended + 20_000 <= int(at) <= ended + 40_000


def test_what_is_not_finished_and_what_failed_is_on_no_bill(kling: Caller, clock: Clock) -> None:
    kling.made(prompt="[fail]")
    clock.forward(5)
    kling.made()

    assert bill(kling) == {"result": {"detail": [], "count": 0}, "next_cursor": "", "has_more": False}
    assert bill(kling, BALANCE) == {"result": {"detail": [], "count": 0}, "next_cursor": "", "has_more": False}


def test_a_task_that_two_packs_paid_for_is_on_the_bill_twice(start: Start, clock: Clock) -> None:
    kling = start(packs=[read_pack("One=1,5,10"), read_pack("Two=10,5,20")])
    kling.made()
    clock.forward(41)

    told = [(each["unit_before_deduction"], each["deduction_amount"]) for each in details(kling)]

    assert told == [(10.0, 0.5), (1.0, 1.0)]


def test_filters_are_alternatives_inside_and_conditions_between_and_empty_ones_are_none(
    start: Start, clock: Clock
) -> None:
    other_key = "api-key-kling-" + "z" * 43
    credentials = Credentials(pairs={"a" * 32: "s" * 32}, api_keys=frozenset([API_KEY, other_key]))
    kling = start(credentials=credentials, packs=[read_pack("One=1.5,5,10"), read_pack("Two=10,5,20")])
    by_pair, by_key = kling.made(), kling.new_made()
    body = {"contents": [PROMPT, {"type": "first_frame", "url": PHOTO}]}
    answer = kling.call("POST", NEW_I2V, json=body, headers={"Authorization": f"Bearer {other_key}"})
    by_other = answer.json()["data"]["id"]
    clock.forward(41)

    def found(**filters: list[str]) -> set[str]:
        listed = [{"key": key, "values": values} for key, values in filters.items()]
        return {each["task_id"] for each in details(kling, filters=listed)}

    pack_of = {each["task_id"]: each["package_id"] for each in details(kling)}
    assert found(product_type=[], api_key_name=[], package_name=[], package_id=[]) == {by_pair, by_key, by_other}
    assert found(api_key_name=["key-1"]) == {by_key}
    assert found(api_key_name=["key-1", "key-2"]) == {by_key, by_other}
    assert found(package_name=["One", "Two"]) == {by_pair, by_key, by_other}
    assert len(found(package_name=["One"])) == 1
    assert found(package_id=[pack_of[by_key]], api_key_name=["key-1"]) == {by_key}
    assert found(api_key_name=["key-1"], product_type=["image"]) == set()
    assert found(api_key_name=["key-1"], product_type=["image", "video"]) == {by_key}


def test_the_cursor_walks_through_the_bill_newest_first_and_overrides_everything(start: Start, clock: Clock) -> None:
    kling = start(parallel=50)
    made = []
    for _ in range(5):
        made.append(kling.made())
        clock.forward(41)

    seen, asked = [], {"limit": "2", "cursor": ""}
    while asked:
        piece = bill(kling, **asked)
        seen += [each["task_id"] for each in piece["result"]["detail"]]
        asked = {"cursor": piece["next_cursor"], "start_time": "", "limit": 9} if piece["has_more"] else {}

    assert seen == made[::-1]
    assert refusal(kling.call("POST", PACKAGE, json={"cursor": "bm90aGluZw=="}))[:2] == (400, 1201)


def test_the_window_is_that_of_the_tasks_making(kling: Caller, clock: Clock) -> None:
    first = kling.made()
    clock.forward(100)
    second = kling.made()
    clock.forward(100)
    middle = int(clock.now * 1000) - 150_000

    assert [each["task_id"] for each in details(kling, end_time=middle)] == [first]
    assert [each["task_id"] for each in details(kling, start_time=str(middle))] == [second]


@pytest.mark.parametrize(
    ("path", "asked", "message"),
    [
        (PACKAGE, {"start_time": None}, "start_time can not be null"),
        (PACKAGE, {"end_time": ""}, "end_time can not be null"),
        (PACKAGE, {"start_time": "soon"}, "start_time value 'soon' is invalid"),
        (PACKAGE, {"start_time": 5, "end_time": 5}, "start_time must be earlier than end_time"),
        (PACKAGE, {"limit": 501}, "limit value '501' is invalid"),
        (PACKAGE, {"limit": 0}, "limit value '0' is invalid"),
        (PACKAGE, {"filters": [{"key": "status", "values": []}]}, "filters.key value 'status' is invalid"),
        (PACKAGE, {"filters": [{"key": "product_type", "values": ["x"]}]}, "filters.values value 'x' is invalid"),
        (PACKAGE, {"filters": [{"key": "api_key_name", "values": [5]}]}, "filters.values value '5' is invalid"),
        (
            PACKAGE,
            {"filters": [{"key": key, "values": ["x"]} for key in ("package_name", "package_id")]},
            "only one of package_name and package_id is supported",
        ),
        (BALANCE, {"filters": [{"key": "package_id", "values": []}]}, "filters.key value 'package_id' is invalid"),
        (PACKAGE, {"cursor": "%%%"}, "cursor value '%%%' is invalid"),
        (PACKAGE, {"cursor": "W10="}, "cursor value 'W10=' is invalid"),
        (
            PACKAGE,
            {"cursor": "WzEsIDIsIDUwMCwge30sIDEwMDAwMDAwMDAwMDAwMDAwMDAwXQ=="},
            "after value '10000000000000000000' is invalid",
        ),
    ],
)
def test_a_wrong_question_is_1201(kling: Caller, path: str, asked: dict[str, Any], message: str) -> None:
    answer = kling.call("POST", path, json={"start_time": 1, "end_time": 2, **asked})

    assert refusal(answer) == (400, 1201, message)


def test_a_bill_is_asked_for_with_post_and_by_an_api_key_or_a_key_pair(kling: Caller) -> None:
    window = {"start_time": 1, "end_time": 2}

    assert kling.new_call("POST", PACKAGE, json=window).status_code == 200
    assert kling.call("POST", f"{BALANCE}/", json=window).status_code == 200
    assert refusal(kling.call("GET", PACKAGE))[:2] == (404, 1202)
    assert refusal(kling.call("POST", "/account/billing/other", json=window))[:2] == (404, 1203)
    assert refusal(kling.call("POST", PACKAGE, json=window, headers={"Authorization": ""})) == (
        401,
        1001,
        "Authorization is empty",
    )
    assert kling.books()["reads"] == 2


def test_money_pays_what_no_pack_can_and_each_api_tells_it_its_own_way(start: Start, clock: Clock) -> None:
    kling = start(packs=[read_pack("One=1.5,5,10")], cash=DOLLARS)
    by_units, by_money, new = kling.made(), kling.made(duration="10"), kling.new_made()
    clock.forward(41)

    unit, money = kling.task(by_units), kling.task(by_money)
    assert (unit["final_unit_deduction"], "final_balance_deduction" in unit) == ("1.5", False)
    assert money["final_balance_deduction"] == {"quota": "0.42", "list_price": "0.42"}
    assert "final_unit_deduction" not in money
    assert kling.new_task(new)["billing"] == [
        {
            "charge_type": "cash",
            "amount": "0.21",
            "cash_type": "balance",
            "currency": "USD",
            "list_price": "0.21",
        }
    ]
    assert [each["task_id"] for each in details(kling)] == [by_units]


def test_deductions_of_money_have_a_bill_of_their_own(start: Start, clock: Clock) -> None:
    kling = start(packs=[], cash=read_cash("CNY=100,1,test_balance"), render_seconds=(20, 20))
    task_id = kling.new_made(
        NEW_OMNI,
        contents=[PROMPT, {"type": "base_video", "url": "https://example.com/a.mp4"}],
        settings={"audio": "original"},
    )
    kling.new_made(NEW_T2V)
    clock.forward(41)

    entry = details(kling, BALANCE, filters=[{"key": "api_key_name", "values": ["key-1"]}])[-1]

    assert entry.pop("deduction_time").isdigit()
    assert entry == {
        "task_id": task_id,
        "api_key_name": "key-1",
        "product_function": "Omni Video",
        "model_name": "kling-3.0-omni",
        "resolution": "720p",
        "duration": "5.04",
        "refer_video_input": True,
        "video_sound": "original",
        "voice_control": False,
        "cash_type": "test_balance",
        "balance_before_deduction": 100.0,
        "deduction_amount": 4.5,
        "balance_after_deduction": 95.5,
        "list_price": 4.5,
        "currency": "CNY",
    }
    assert details(kling) == []


@pytest.mark.parametrize(("keeps", "sound"), [({}, "off"), ({"keep_original_sound": "yes"}, "original")])
def test_a_film_from_a_video_tells_whose_sound_it_has(
    kling: Caller, clock: Clock, keeps: dict[str, str], sound: str
) -> None:
    video = {"video_url": "https://example.com/a.mp4", **keeps}
    kling.call("POST", OMNI_VIDEO, json={"prompt": "A cup.", "video_list": [video]})
    clock.forward(41)

    (entry,) = details(kling)
    assert (entry["video_sound"], entry["refer_video_input"]) == (sound, True)


def test_money_is_promised_to_running_tasks_and_ends(start: Start, clock: Clock) -> None:
    kling = start(packs=[], cash=read_cash("USD=0.5"), parallel=2)
    failing = kling.made(prompt="[fail]")
    clock.forward(5)
    kling.made()
    kling.made()

    empty = (429, 1102, "Account balance not enough")
    assert refusal(kling.create()) == empty
    clock.forward(41)
    assert refusal(kling.create()) == empty
    account = kling.session.get(f"{kling.base_url}/sandbox/account", timeout=20).json()
    assert account["cash"].items() >= {"remaining": 0.08, "amount": 0.5, "unit_price": 0.14}.items()
    assert kling.task(failing)["final_unit_deduction"] == "0"
    assert kling.books()["charged"] == 0


def test_without_packs_money_has_the_parallel_limit_of_the_account(start: Start) -> None:
    kling = start(packs=[], cash=DOLLARS, parallel=1)

    assert kling.create().status_code == 200
    assert refusal(kling.create())[1] == 1303


def test_the_bill_outlives_the_sandbox_with_its_state(clock: Clock, tmp_path: Path) -> None:
    bills = []
    for _ in range(2):
        with running(options(clock=clock, state=tmp_path, units=Decimal(100))) as server:
            kling = Caller(server.base_url, clock)
            with kling.session:
                kling.made()
                clock.forward(41)
                bills.append([each["unit_after_deduction"] for each in details(kling)])

    assert bills == [[98.5], [97.0, 98.5]]
