"""`manage.py check_kling`: what is left in the packs, until when, and how many videos they let run at once."""

from typing import Any

import pytest
import responses
from doctoring import (
    API_KEY,
    LEGACY,
    PACK,
    Use,
    all_well,
    answer,
    check,
    keys,
    milliseconds,
    packs,
    refuse,
    warned,
    wrong,
)
from pytest_django import Settings

__all__ = ["keys"]
NAME = PACK["resource_pack_name"]


@responses.activate
def test_a_pack_is_told_with_all_that_is_known_of_it(keys: Use) -> None:
    all_well()

    _, report = check()

    assert report["packs"].message == (
        f"98.5 units are left. {NAME}: 98.5 of 100 units, online, from 2024-09-12 until 2028-01-01, 5 at once."
        " Kling's figures lag up to 12 hours."
    )
    assert report["packs"].facts == {
        "units_left": "98.5",
        "packs": [
            {
                "name": NAME,
                "units_left": "98.5",
                "units_total": "100",
                "status": "online",
                "begins_at": "2024-09-12T07:04:24.368000+00:00",
                "ends_at": "2028-01-01T00:00:00+00:00",
                "ends_soon": False,
                "parallel_limit": 5,
                "for_videos": True,
            }
        ],
    }


@responses.activate
def test_every_pack_is_listed_and_only_what_can_pay_for_a_video_is_counted(keys: Use) -> None:
    all_well(
        costs=packs(
            {"remaining_quantity": 1},
            {"remaining_quantity": 0, "status": "runOut", "resource_pack_name": "Old"},
            {"remaining_quantity": 40, "status": "expired", "resource_pack_name": "Older"},
            {"remaining_quantity": 50, "status": "toBeOnline", "resource_pack_name": "Next"},
            {"remaining_quantity": 60, "resource_pack_name": "Trial-Image-100Units-9Con-1Months"},
            {"remaining_quantity": 0.5, "resource_pack_name": "", "invalid_time": None, "effective_time": None},
            {"remaining_quantity": 0, "status": "", "resource_pack_name": "Strange"},
        )
    )

    status, report = check()

    message = report["packs"].message
    assert status == 0
    assert message.startswith("1.5 units are left.")
    assert "Old: 0 of 100 units, used up, from 2024-09-12 until 2028-01-01, at once: unknown;" in message
    assert "Older: 40 of 100 units, expired" in message
    assert "Next: 50 of 100 units, not begun" in message
    assert "9 at once, not for videos;" in message
    assert "Pack without a name: 0.5 of 100 units, online, at once: unknown;" in message
    assert "Strange: 0 of 100 units, state unknown" in message
    assert message.count("lag up to 12 hours") == 1


@responses.activate
def test_one_unit_is_told_in_the_singular(keys: Use) -> None:
    all_well(costs=packs({"remaining_quantity": 1}))

    _, report = check()

    assert report["packs"].message.startswith("1 unit is left.")


@responses.activate
def test_a_list_without_packs_is_a_warning(keys: Use) -> None:
    all_well(costs={"code": 0, "msg": "success"})

    status, report = check()

    assert status == 0
    assert warned(report) == ["packs"]
    assert "lists no packs of units." in report["packs"].message
    assert "pack" in report["packs"].hint
    assert report["packs"].facts == {"units_left": None, "packs": []}
    assert "no pack for videos is in use" in report["parallel"].message


@responses.activate
def test_packs_for_pictures_alone_make_no_videos(keys: Use) -> None:
    all_well(costs=packs({"resource_pack_name": "Trial-Image-100Units-9Con-1Months"}))

    _, report = check()

    assert warned(report) == ["packs"]
    assert "no packs of units for videos. Trial-Image" in report["packs"].message
    assert report["parallel"].facts["limit"] is None


@pytest.mark.parametrize("changes", [{"remaining_quantity": 0}, {"status": "expired"}, {"status": "runOut"}])
@responses.activate
def test_packs_without_units_are_wrong(keys: Use, changes: dict[str, Any]) -> None:
    all_well(costs=packs(changes))

    status, report = check()

    assert status == 1
    assert wrong(report) == ["packs"]
    assert report["packs"].message.startswith("0 units are left.")
    assert "Buy a pack" in report["packs"].hint


@responses.activate
def test_a_pack_that_is_to_begin_is_named_to_who_has_no_units(keys: Use) -> None:
    coming = {"status": "toBeOnline", "resource_pack_name": "Next", "effective_time": 1798761600000}
    all_well(costs=packs({"status": "runOut"}, coming, coming | {"effective_time": None}))

    _, report = check()

    assert report["packs"].hint == "Buy a pack in Kling's console. Next begins on 2027-01-01."


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({"invalid_time": milliseconds(13.9)}, "in 13 days"),
        ({"invalid_time": milliseconds(1.5)}, "in 1 day:"),
        ({"invalid_time": milliseconds(0.5)}, "within a day"),
        ({"invalid_time": milliseconds(14.1)}, ""),
        ({"invalid_time": milliseconds(-1)}, ""),
        ({"invalid_time": milliseconds(5), "status": "expired"}, ""),
        ({"invalid_time": milliseconds(5), "remaining_quantity": 0}, ""),
        ({"invalid_time": milliseconds(5), "resource_pack_name": "Trial-Image-9Con"}, ""),
    ],
)
@responses.activate
def test_a_pack_in_use_that_ends_within_two_weeks_is_warned_of(keys: Use, changes: dict[str, Any], when: str) -> None:
    all_well(costs=packs({"resource_pack_name": "Long"}, changes))

    status, report = check()

    assert status == 0
    assert warned(report) == (["packs"] if when else [])
    assert when in report["packs"].hint
    assert [pack["ends_soon"] for pack in report["packs"].facts["packs"]] == [False, bool(when)]


@responses.activate
def test_the_days_are_counted_by_klings_clock(keys: Use) -> None:
    keys(API_KEY, "")
    all_well(costs=packs({"invalid_time": milliseconds(10)}), ahead=-9 * 24 * 3600)

    _, report = check()

    assert "within a day" in report["packs"].hint or "in 1 day" in report["packs"].hint


@pytest.mark.parametrize(
    ("setting", "names", "limit", "is_warned"),
    [
        (5, [NAME], 5, False),
        (6, [NAME], 5, True),
        (1, [NAME], 5, False),
        (20, [NAME, "Standard-Video-5000Units-20Con-6Months"], 20, False),
        (21, [NAME, "Standard-Video-5000Units-20Con-6Months"], 20, True),
        (9, [NAME, "Trial-Image-100Units-9Con-1Months"], 5, True),
        (3, ["video 2con"], 2, True),
    ],
)
@responses.activate
def test_the_limit_is_the_most_that_a_pack_in_use_allows_by_its_name(
    keys: Use, settings: Settings, setting: int, names: list[str], limit: int, is_warned: bool
) -> None:
    settings.KLING_MAX_PARALLEL = setting
    all_well(costs=packs(*({"resource_pack_name": name} for name in names)))

    status, report = check()

    assert status == 0
    assert warned(report) == (["parallel"] if is_warned else [])
    assert f"KLING_MAX_PARALLEL is {setting}" in report["parallel"].message
    assert report["parallel"].facts == {"setting": setting, "limit": limit}
    assert report["parallel"].hint == (f"Set KLING_MAX_PARALLEL={limit}" if is_warned else "")


@pytest.mark.parametrize("changes", [{"status": "expired"}, {"status": "toBeOnline"}, {"invalid_time": 1}])
@responses.activate
def test_a_pack_that_is_not_in_use_allows_nothing(keys: Use, settings: Settings, changes: dict[str, Any]) -> None:
    settings.KLING_MAX_PARALLEL = 15
    all_well(costs=packs({}, {"resource_pack_name": "Big-Video-20Con"} | changes))

    _, report = check()

    assert report["parallel"].facts["limit"] == 5


@pytest.mark.parametrize(
    ("setting", "names", "warned_at"),
    [
        (5, ["Silver"], None),
        (20, ["Silver"], None),
        (21, ["Silver"], 20),
        (15, ["Silver", NAME], None),
        (31, ["Silver", "Big-30Con"], 30),
        (5, ["Silver-Conference", "Silver-100Contracts"], None),
    ],
)
@responses.activate
def test_a_limit_that_no_name_tells_is_said_to_be_unknown(
    keys: Use, settings: Settings, setting: int, names: list[str], warned_at: int | None
) -> None:
    settings.KLING_MAX_PARALLEL = setting
    all_well(costs=packs(*({"resource_pack_name": name} for name in names)))

    _, report = check()

    assert "is unknown: Silver" in report["parallel"].message
    assert "standard video packs allow 20, its trial packs 5" in report["parallel"].message
    assert report["parallel"].facts == {"setting": setting, "limit": None}
    assert report["parallel"].hint == (
        f"Set KLING_MAX_PARALLEL={warned_at}, unless Kling has granted more." if warned_at else ""
    )
    assert report["parallel"].warning == bool(warned_at)


@responses.activate
@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (403, 1103, "Ask Kling's support"),
        (400, 1201, "Ask Kling's support"),
        (429, 1102, "Buy a pack"),
        (429, 1302, "Try again in a minute"),
        (418, 7, "Try again in a minute"),
    ],
)
def test_the_hint_says_try_again_only_where_that_can_help(keys: Use, status: int, code: int, hint: str) -> None:
    refuse(status=status, code=code, message="no")
    answer(LEGACY, [])

    _, report = check()

    assert report["access"].ok
    assert report["packs"].hint.startswith(hint)
