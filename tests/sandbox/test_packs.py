"""Several packs: which pays, when each ends, how many tasks it lets run, what is told of it (§4.3, §5.1, §7.1)."""

from decimal import Decimal
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from sandbox_caller import COSTS, NEW_I2V, Caller, Clock, Start, refusal

from kling.sandbox.account.packs import Pack
from kling.sandbox.account.reading import read_pack

EMPTY = (429, 1102, "Account balance not enough")
BUSY = (429, 1303, "parallel task over resource pack limit")
DAY = 86_400


def pack(text: str) -> Pack:
    return read_pack(text)


def told(kling: Caller, query: str = "") -> dict[str, dict[str, Any]]:
    data = kling.call("GET", COSTS + query).json()["data"]
    return {each["resource_pack_name"]: each for each in data.get("resource_pack_subscribe_infos", [])}


def left(kling: Caller) -> dict[str, tuple[str, float]]:
    return {name: (each["status"], each["remaining_quantity"]) for name, each in told(kling).items()}


def set_account(kling: Caller, **changes: Any) -> dict[str, Any]:
    answer = kling.session.patch(f"{kling.base_url}/sandbox/account", json=changes, timeout=20)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_pack_that_ends_first_pays_and_what_it_lacks_the_next_one(start: Start, clock: Clock) -> None:
    kling = start(packs=[pack("Long=100,5,180"), pack("Short=2,5,30")])
    kling.made()
    kling.made()

    before = left(kling)
    clock.forward(41)

    assert before == {"Long": ("online", 100.0), "Short": ("online", 2.0)}
    assert left(kling) == {"Long": ("online", 99.0), "Short": ("runOut", 0.0)}


def test_packs_begin_end_and_run_out_while_the_sandbox_runs(start: Start, clock: Clock) -> None:
    kling = start(packs=[pack("Now=1.5,5,10"), pack("Next=100,5,10,5")])
    kling.made()
    assert refusal(kling.create()) == EMPTY

    clock.forward(41)
    early = left(kling)
    clock.forward(5 * DAY)
    middle, made = left(kling), kling.create().status_code
    clock.forward(6 * DAY)
    late = left(kling)

    assert early == {"Now": ("runOut", 0.0), "Next": ("toBeOnline", 100.0)}
    assert (middle["Next"], made) == (("online", 100.0), 200)
    assert late == {"Now": ("expired", 0.0), "Next": ("online", 98.5)}
    clock.forward(5 * DAY)
    assert refusal(kling.create()) == EMPTY


def test_a_pack_that_ends_while_a_task_runs_still_pays_for_it(start: Start, clock: Clock) -> None:
    kling = start(packs=[pack("Ending=10,5,0.0002")])  # 17 seconds

    task_id = kling.made()
    clock.forward(41)

    assert kling.task(task_id)["final_unit_deduction"] == "1.5"
    assert left(kling) == {"Ending": ("expired", 8.5)}


def test_units_for_images_pay_for_no_video(start: Start) -> None:
    kling = start(packs=[pack("Trial-Image-100Units-9Con-1Months=100,9,30")])

    assert refusal(kling.create()) == EMPTY
    assert left(kling) == {"Trial-Image-100Units-9Con-1Months": ("online", 100.0)}
    set_account(kling, packs=[{"name": "Other", "units": 100, "parallel": 9, "type": "image"}])
    assert refusal(kling.create()) == EMPTY


def test_the_parallel_limit_is_the_best_of_the_packs_that_are_online(start: Start, clock: Clock) -> None:
    packs = [pack("Small=100,2,30"), pack("Mid=1.5,3,20"), pack("Old=100,9,0"), pack("Image=100,9,30,0,image")]
    kling = start(packs=packs)

    codes = [kling.create().status_code for _ in range(4)]
    clock.forward(41)  # and now the middle one is used up
    later = [kling.create().status_code for _ in range(3)]

    assert (codes, later) == ([200, 200, 200, 429], [200, 200, 429])
    assert kling.books()["parallel"] == 2


def test_tasks_are_counted_together_unless_told_to_count_model_by_model(start: Start) -> None:
    kling = start(parallel=1)
    kling.made(model_name="kling-v2-6")

    assert refusal(kling.create(model_name="kling-v3")) == BUSY
    set_account(kling, per_model=True)
    assert kling.create(model_name="kling-v3").status_code == 200
    twin = kling.new_call("POST", NEW_I2V, json={"contents": [{"type": "first_frame", "url": "http://a.b/c.png"}]})
    assert refusal(twin) == BUSY


def test_what_is_left_is_told_late_but_counts_at_once(start: Start, clock: Clock) -> None:
    kling = start(units=Decimal(3), pack_lag=3600)
    kling.made()
    kling.made()
    clock.forward(41)

    at_once = [entry["remaining_quantity"] for entry in told(kling).values()]
    assert refusal(kling.create()) == EMPTY
    clock.forward(3600)

    assert at_once == [3.0]
    assert [(entry["status"], entry["remaining_quantity"]) for entry in told(kling).values()] == [("runOut", 0.0)]


def test_without_packs_there_is_no_list_and_nothing_is_made(start: Start) -> None:
    kling = start(packs=[])

    answer = kling.call("GET", COSTS).json()

    assert (answer["code"], answer["message"], answer["data"]) == (0, "SUCCEED", {"code": 0, "msg": "success"})
    assert refusal(kling.create()) == EMPTY


def test_one_pack_is_found_by_its_name(start: Start) -> None:
    kling = start(packs=[pack("One=1,1,1"), pack("Two=2,2,2")])

    assert list(told(kling, "&resource_pack_name=Two")) == ["Two"]
    assert list(told(kling, "&resource_pack_name=")) == ["One", "Two"]
    assert told(kling, "&resource_pack_name=Three") == {}


def test_the_account_is_told_in_the_form_in_which_it_is_changed(start: Start, clock: Clock) -> None:
    kling = start(packs=[pack("One=10,2,30"), pack("Image=5,9,30,2")])
    kling.made()
    clock.forward(41)

    seen = kling.session.get(f"{kling.base_url}/sandbox/account", timeout=20).json()
    again = set_account(kling, **seen)

    first, second = seen["packs"]
    assert again == seen
    assert (seen["lag"], seen["per_model"], seen["cash"]) == (0, False, None)
    assert first.items() >= {"name": "One", "units": 10.0, "parallel": 2, "days": 30.0, "type": "video"}.items()
    assert first.items() >= {"status": "online", "remaining": 8.5, "starts_in": 0.0}.items()
    assert (second["type"], second["status"]) == ("image", "toBeOnline")


def test_a_pack_can_be_bought_extended_and_given_up_while_it_runs(start: Start, clock: Clock) -> None:
    kling = start(packs=[pack("First=1.5,5,10")])
    kling.made()
    clock.forward(41)
    assert refusal(kling.create()) == EMPTY

    set_account(kling, packs=[{"name": "First", "units": 3, "parallel": 5, "days": 10}])
    assert left(kling) == {"First": ("online", 1.5)}
    clock.forward(20 * DAY)
    assert refusal(kling.create()) == EMPTY
    set_account(
        kling,
        packs=[{"name": "First", "units": 3, "parallel": 5, "days": 11}, {"name": "New", "units": 7, "parallel": 1}],
    )
    assert left(kling) == {"First": ("online", 1.5), "New": ("online", 7.0)}
    set_account(kling, packs=[])
    assert refusal(kling.create()) == EMPTY


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pack": []}, "There is no 'pack'; there are packs, lag, per_model, cash."),
        ({"packs": {}}, "packs must be a list of objects."),
        ({"packs": [{"name": "A", "units": 1}]}, "parallel must be a whole number of at least 1, and not 'None'."),
        (
            {"packs": [{"name": "A", "units": -1, "parallel": 1}]},
            "units must be a number of at least 0, and not '-1'.",
        ),
        ({"packs": [{"units": 1, "parallel": 1}]}, "A pack needs a name."),
        ({"packs": [{"name": "A", "unit": 1}]}, "A pack has no 'unit'; it has name, units, parallel, days,"),
        ({"packs": [{"name": "A", "units": 1, "parallel": 1, "type": "x"}]}, "type must be 'video' or 'image', and"),
        ({"packs": [{"name": "A", "units": 1, "parallel": 1}] * 2}, "Two packs are called 'A'; give each a name"),
        ({"lag": "soon"}, "lag must be a number of at least 0, and not 'soon'."),
        ({"per_model": 1}, "per_model must be true or false."),
        ({"cash": 5}, "cash must be an object, or null."),
        ({"cash": {"currency": "EUR", "amount": 1}}, "currency must be 'USD' or 'CNY', and not 'EUR'."),
        ({"cash": {"currency": "CNY", "amount": 1}}, "What a unit costs in CNY is not on record; give its price."),
        ([], "The body must be a JSON object of what the account has."),
    ],
)
def test_a_wrong_change_of_the_account_changes_nothing(kling: Caller, changes: Any, sentence: str) -> None:
    before = kling.session.get(f"{kling.base_url}/sandbox/account", timeout=20).json()

    answer = kling.session.patch(f"{kling.base_url}/sandbox/account", json=changes, timeout=20)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(sentence)
    assert kling.session.get(f"{kling.base_url}/sandbox/account", timeout=20).json() == before


def test_the_account_is_not_changed_by_a_web_page_nor_by_other_methods(kling: Caller) -> None:
    address = f"{kling.base_url}/sandbox/account"

    assert requests.patch(address, data="{}", headers={"Content-Type": "text/plain"}, timeout=20).status_code == 415
    assert requests.delete(address, timeout=20).status_code == 405


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--pack", "A=1,2"), "is not of the form NAME=UNITS,PARALLEL,DAYS"),
        (("--pack", "1,2,3"), "is not of the form NAME=UNITS,PARALLEL,DAYS"),
        (("--pack", "A=many,2,3"), "units must be a number of at least 0, and not 'many'"),
        (("--pack", "=1,2,3"), "A pack needs a name"),
        (("--pack", "A=1,2,3,4,sound"), "type must be 'video' or 'image'"),
        (("--pack", "A=1,2,3", "--pack", "A=1,2,3"), "Two packs are called 'A'"),
        (("--pack", "A=1,2,3", "--no-packs"), "not allowed with argument"),
        (("--pack-lag", "-1"), "lag must be a number of at least 0"),
        (("--cash", "EUR=1"), "currency must be 'USD' or 'CNY'"),
        (("--cash", "CNY=1"), "What a unit costs in CNY is not on record"),
        (("--cash", "USD"), "is not of the form CURRENCY=AMOUNT"),
    ],
)
def test_wrong_options_of_the_account_are_named(options: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("kling_sandbox", "--port", "0", *options)
