"""The second dialect: creates by /{product}/{model}, reads at /tasks, told to the caller in the same words."""

import base64
import json
import warnings
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import responses
from kling_answers import ACCESS_KEY, BASE, CREATE, SECRET_KEY, client, envelope, order, refusal
from responses import matchers

import kling

API_KEY = "api-key-kling-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
TURBO = f"{BASE}/image-to-video/kling-3.0-turbo"
TASKS = f"{BASE}/tasks"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def new_client() -> kling.Client:
    return kling.Client(auth=kling.auth_for(API_KEY, ""), base_url=BASE)


def new_order(model: str = "kling-3.0-turbo", *, callback_url: str = "", **settings: Any) -> kling.ImageToVideo:
    wanted: dict[str, Any] = {"model_name": model, "mode": kling.Mode.STD, "duration": 5} | settings
    end = {"end_image": b"\xff\xd8 end"} if wanted.get("end_frame") else {}
    return order(settings=kling.Settings(**wanted), callback_url=callback_url, **end)


def new_entry(**changes: Any) -> dict[str, Any]:
    return {
        "id": "930831534075682845",
        "status": "processing",
        "message": "",
        "create_time": 1781080778802,
        "update_time": 1781080794151,
        "external_id": "job-1",
        "outputs": [],
    } | changes


def new_finished(**changes: Any) -> dict[str, Any]:
    output = {"type": "video", "id": "1", "url": "https://cdn.example/a.mp4?K=a%2Fb", "duration": "3.041"}
    billing = [{"charge_type": "unit", "amount": "2.4", "package_type": "video"}]
    return new_entry(status="succeeded", outputs=[output], billing=billing) | changes


def sent() -> dict[str, Any]:
    body: dict[str, Any] = json.loads(responses.calls[-1].request.body)  # type: ignore[union-attr]
    return body


@responses.activate
def test_a_create_is_written_as_the_new_api_wants_it() -> None:
    responses.post(TURBO, json=envelope(new_entry(status="submitted")))

    task = new_client().create_image2video(new_order(callback_url="https://us.example/hook/1/"))

    assert (task.task_id, task.external_task_id, task.status) == ("930831534075682845", "job-1", "submitted")
    assert responses.calls[0].request.headers["Authorization"] == f"Bearer {API_KEY}"
    assert sent() == {
        "contents": [
            {"type": "prompt", "text": "The camera pushes in."},
            {"type": "first_frame", "url": base64.b64encode(b"\xff\xd8 picture").decode()},
        ],
        "settings": {"resolution": "720p", "duration": 5},
        "options": {"external_task_id": "job-1", "callback_url": "https://us.example/hook/1/"},
    }


@pytest.mark.parametrize(
    ("wanted", "path", "settings"),
    [
        (
            new_order("kling-3.0", mode=kling.Mode.FOUR_K, sound=True),
            "image-to-video/kling-3.0",
            {"resolution": "4k", "duration": 5, "multi_shot": False, "audio": "native"},
        ),
        (
            new_order("kling-2.6", mode=kling.Mode.PRO, end_frame=True),
            "image-to-video/kling-2.6",
            {"resolution": "1080p", "duration": 5},
        ),
        (
            new_order("kling-3.0-turbo", sound=True, duration=15),
            "image-to-video/kling-3.0-turbo",
            {"resolution": "720p", "duration": 15},
        ),
        (
            new_order("kling-3.0-omni", duration=7),
            "omni-video/kling-3.0-omni",
            {"resolution": "720p", "duration": 7, "multi_shot": False},
        ),
        (
            new_order("kling-o1", duration=7, end_frame=True),
            "omni-video/kling-o1",
            {"resolution": "720p", "duration": 7},
        ),
    ],
)
@responses.activate
def test_each_model_is_told_only_what_it_has_a_field_for(
    wanted: kling.ImageToVideo, path: str, settings: dict[str, Any]
) -> None:
    responses.post(f"{BASE}/{path}", json=envelope(new_entry()))

    new_client().create_image2video(wanted)

    assert sent()["settings"] == settings
    kinds = [part["type"] for part in sent()["contents"]]
    assert kinds == ["prompt", "first_frame", *(["last_frame"] if wanted.settings.end_frame else [])]


@responses.activate
def test_an_omni_create_of_the_old_api_lists_its_pictures() -> None:
    responses.post(f"{BASE}/v1/videos/omni-video", json=envelope({"task_id": "1", "task_status": "submitted"}))

    client().create_image2video(new_order("kling-video-o1", duration=7, end_frame=True))

    first, last = (base64.b64encode(picture).decode() for picture in (b"\xff\xd8 picture", b"\xff\xd8 end"))
    assert sent() == {
        "model_name": "kling-video-o1",
        "prompt": "The camera pushes in.",
        "image_list": [{"image_url": first, "type": "first_frame"}, {"image_url": last, "type": "end_frame"}],
        "mode": "std",
        "duration": "7",
        "external_task_id": "job-1",
    }


@responses.activate
def test_an_api_key_makes_the_models_of_the_old_api_there() -> None:
    responses.post(CREATE, json=envelope({"task_id": "1", "task_status": "submitted"}))

    new_client().create_image2video(new_order("kling-v2-6", callback_url="https://us.example/hook/1/"))

    assert sent()["model_name"] == "kling-v2-6"
    assert sent()["callback_url"] == "https://us.example/hook/1/"
    assert responses.calls[0].request.headers["Authorization"] == f"Bearer {API_KEY}"


@responses.activate
def test_a_key_pair_makes_a_model_with_two_names_under_its_old_one() -> None:
    responses.post(CREATE, json=envelope({"task_id": "1", "task_status": "submitted"}))

    client().create_image2video(new_order("kling-3.0"))

    assert sent()["model_name"] == "kling-v3"


@responses.activate
def test_a_key_pair_cannot_make_what_is_only_in_the_new_api_and_is_told_what_can_be_done() -> None:
    with pytest.raises(kling.WrongCredentialsError) as refused:
        client().create_image2video(new_order("kling-3.0-turbo"))

    assert str(refused.value) == (
        "Kling 3.0 Turbo is only in Kling's new API, which takes API keys and no access key with a secret key. Make an"
        " API key in Kling's console (https://kling.ai/dev/api-key), or choose one of kling-v2-5-turbo, kling-v2-6,"
        " kling-v3, kling-v3-omni, kling-video-o1."
    )
    assert isinstance(refused.value, kling.NotSentError)
    assert not responses.calls


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (new_order("kling-v1-6"), "Kling ended kling-v1-6 on 2026-09-15; use kling-v2-5-turbo instead."),
        (new_order("kling-3.0-turbo", duration=2), "Kling 3.0 Turbo makes no clips of 2 seconds"),
        (new_order("kling-3.0-turbo", end_frame=True), "Kling 3.0 Turbo takes no end frame."),
        (new_order("kling-3.0-turbo", negative_prompt="text"), "takes no negative prompt; say it in the prompt"),
        (new_order("kling-2.6", end_frame=True), "takes an end frame only for silent clips in mode pro"),
        (new_order("kling-3.0-turbo", mode=kling.Mode.FOUR_K), "has no mode '4k'; it offers std and pro."),
    ],
)
@responses.activate
def test_what_a_model_cannot_do_never_leaves_this_machine(wanted: kling.ImageToVideo, sentence: str) -> None:
    with pytest.raises(kling.SettingsError, match="Kling") as refused:
        new_client().create_image2video(wanted)

    assert sentence in str(refused.value)
    assert not responses.calls


@responses.activate
def test_prompts_and_pictures_that_are_too_large_never_leave_this_machine() -> None:
    settings = kling.Settings(model_name="kling-v3", mode=kling.Mode.STD, duration=5)

    with pytest.raises(kling.SettingsError, match=r"The prompt has 2501 characters; Kling 3\.0 takes up to 2500"):
        client().create_image2video(order(settings=settings, prompt="x" * 2501))
    with pytest.raises(kling.SettingsError, match=r"The picture has 11\.0 MB; Kling 3\.0 takes up to 10 MB"):
        client().create_image2video(order(settings=settings, image=b"x" * 11 * 2**20))
    with pytest.raises(kling.SettingsError, match=r"The picture has 10\.1 MB; Kling 3\.0 takes up to 10 MB"):
        client().create_image2video(order(settings=settings, image=b"x" * (10 * 2**20 + 1)))
    assert not responses.calls


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("kling-4.0", "/image-to-video/kling-4.0"),
        ("kling-4.0-omni", "/omni-video/kling-4.0-omni"),
        ("kling-v4", "/v1/videos/image2video"),
    ],
)
@responses.activate
def test_a_model_that_came_after_this_release_is_sent_as_it_is_with_a_warning(name: str, path: str) -> None:
    responses.post(f"{BASE}{path}", json=envelope(new_entry()))

    with pytest.warns(kling.UnknownModelWarning, match=name):
        new_client().create_image2video(new_order(name, duration=30))

    assert len(responses.calls) == 1


@responses.activate
def test_a_known_model_is_sent_without_a_warning() -> None:
    responses.post(TURBO, json=envelope(new_entry()))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        new_client().create_image2video(new_order())


@responses.activate
def test_a_finished_task_reads_the_same_from_both_apis() -> None:
    legacy_entry = {
        "task_id": "930831534075682845",
        "task_status": "succeed",
        "task_status_msg": "",
        "task_info": {"external_task_id": "job-1"},
        "task_result": {"videos": [{"id": "1", "url": "https://cdn.example/a.mp4?K=a%2Fb", "duration": "3.041"}]},
        "created_at": 1781080778802,
        "updated_at": 1781080794151,
        "final_unit_deduction": "2.4",
    }
    responses.get(f"{CREATE}/930831534075682845", json=envelope(legacy_entry))
    responses.get(TASKS, json=envelope([new_finished()]))

    old = new_client().get_task("930831534075682845", listing=kling.Listing.IMAGE2VIDEO)
    new = new_client().get_task("930831534075682845", listing=kling.Listing.TASKS)

    assert old == new
    assert (new.status, new.units, new.video_duration) == (kling.TaskStatus.SUCCEED, Decimal("2.4"), Decimal("3.041"))
    assert new.video_url == "https://cdn.example/a.mp4?K=a%2Fb"


@pytest.mark.parametrize(
    ("billing", "units", "cash"),
    [
        ([], None, None),
        ([{"amount": "0"}], "0", None),
        ([{"charge_type": "unit", "amount": "2.4", "package_type": "video"}], "2.4", None),
        (
            [
                {"charge_type": "unit", "amount": "1", "package_type": "video"},
                {"charge_type": "unit", "amount": "0.5", "package_type": "video"},
            ],
            "1.5",
            None,
        ),
        (
            [
                {
                    "charge_type": "cash",
                    "cash_type": "balance",
                    "amount": "0.21",
                    "currency": "USD",
                    "list_price": "0.3",
                }
            ],
            None,
            kling.Cash(amount=Decimal("0.21"), currency="USD", list_price=Decimal("0.3")),
        ),
        ([{"charge_type": "unit", "amount": "many"}, None, "x"], None, None),
    ],
)
@responses.activate
def test_bills_in_units_and_in_money_are_read(billing: list[Any], units: str | None, cash: kling.Cash | None) -> None:
    responses.get(TASKS, json=envelope([new_finished(billing=billing)]))

    task = new_client().get_task("job-1", listing=kling.Listing.TASKS)

    assert task.units == (None if units is None else Decimal(units))
    assert task.cash == cash


@responses.activate
def test_the_old_api_s_bill_in_money_is_read_too() -> None:
    entry = {
        "task_id": "1",
        "task_status": "failed",
        "final_balance_deduction": {"quota": "0.42", "list_price": "0.5"},
        "created_at": 1,
    }
    responses.get(f"{CREATE}/1", json=envelope(entry))

    task = client().get_task("1", listing=kling.Listing.IMAGE2VIDEO)

    assert task.cash == kling.Cash(amount=Decimal("0.42"), list_price=Decimal("0.5"))
    assert task.units is None


@responses.activate
def test_a_failed_task_brings_kling_s_reason() -> None:
    responses.get(TASKS, json=envelope([new_entry(status="failed", message="Image pixel is invalid")]))

    task = new_client().get_task("job-1", listing=kling.Listing.TASKS)

    assert (task.status, task.message) == (kling.TaskStatus.FAILED, "Image pixel is invalid")


@pytest.mark.parametrize("word", ["paused", "", None, 7, "SUCCEEDED"])
@responses.activate
def test_an_unknown_status_is_flagged_with_the_task_s_name_and_the_others_are_read(word: Any) -> None:
    strange = new_entry(id="2", external_id="job-2", status=word)
    responses.get(TASKS, json=envelope([strange, new_entry()]))

    page = new_client().get_tasks(external_ids=["job-2", "job-1"])

    assert [task.external_task_id for task in page.tasks] == ["job-1"]
    assert [(entry.task_id, entry.external_task_id) for entry in page.strange] == [("2", "job-2")]
    assert page.size == 2


@responses.activate
def test_a_name_of_ours_is_asked_for_as_an_external_id_and_one_of_kling_s_as_a_task_id() -> None:
    by_ours = responses.get(
        TASKS, match=[matchers.query_param_matcher({"external_task_ids": "job-1"})], json=envelope([new_entry()])
    )
    by_theirs = responses.get(
        TASKS,
        match=[matchers.query_param_matcher({"task_ids": "930831534075682845"})],
        json=envelope([new_entry()]),
    )

    new_client().get_task("job-1", listing=kling.Listing.TASKS)
    new_client().get_task("930831534075682845", listing=kling.Listing.TASKS)

    assert (by_ours.call_count, by_theirs.call_count) == (1, 1)


@responses.activate
def test_an_external_id_of_digits_is_found_too() -> None:
    responses.get(TASKS, match=[matchers.query_param_matcher({"task_ids": "10052"})], json=envelope([]))
    responses.get(
        TASKS,
        match=[matchers.query_param_matcher({"external_task_ids": "10052"})],
        json=envelope([new_entry(external_id="10052")]),
    )

    assert new_client().get_task("10052", listing=kling.Listing.TASKS).external_task_id == "10052"


@responses.activate
def test_an_empty_answer_means_that_kling_has_no_such_task() -> None:
    responses.get(TASKS, json=envelope([]))

    with pytest.raises(kling.TaskNotFoundError):
        new_client().get_task("job-1", listing=kling.Listing.TASKS)


@responses.activate
def test_without_a_listing_every_one_that_the_credentials_open_is_asked() -> None:
    absent = refusal(1201, "Task not found by id/external id: job-1")
    responses.get(f"{CREATE}/job-1", json=absent, status=400)
    responses.get(TASKS, json=envelope([]))
    responses.get(f"{BASE}/v1/videos/omni-video/job-1", json=envelope({"task_id": "5", "task_status": "submitted"}))

    assert new_client().get_task("job-1").task_id == "5"
    assert client().get_task("job-1").task_id == "5"

    assert [call.request.path_url for call in responses.calls[3:]] == [  # the key pair leaves the new API alone
        "/v1/videos/image2video/job-1",
        "/v1/videos/omni-video/job-1",
    ]


@responses.activate
def test_a_stand_in_with_only_one_of_the_apis_has_its_tasks_found() -> None:
    responses.get(f"{CREATE}/job-1", body=b"<html>no such page</html>", status=404)
    responses.get(TASKS, json=envelope([new_entry(external_id="job-1")]))

    assert new_client().get_task("job-1").external_task_id == "job-1"


@responses.activate
def test_a_listing_that_is_not_served_proves_nothing_about_a_task() -> None:
    absent = refusal(1201, "Task not found by id/external id: job-1")
    responses.get(f"{CREATE}/job-1", json=absent, status=400)
    responses.get(TASKS, json=refusal(404, "no handler"), status=404)
    responses.get(f"{BASE}/v1/videos/omni-video/job-1", json=absent, status=400)

    with pytest.raises(kling.InvalidRequestError, match="no handler") as refused:
        new_client().get_task("job-1")

    assert not isinstance(refused.value, kling.TaskNotFoundError)
    assert len(responses.calls) == 3


@responses.activate
def test_a_key_pair_is_told_that_it_does_not_open_the_new_api_s_list() -> None:
    pair = kling.Client(auth=kling.auth_for(ACCESS_KEY, SECRET_KEY), base_url=BASE)

    for ask in (
        lambda: pair.get_task("job-1", listing=kling.Listing.TASKS),
        lambda: pair.list_since(SINCE),
        lambda: pair.get_tasks(task_ids=["1"]),
    ):
        with pytest.raises(kling.WrongCredentialsError, match="takes API keys only"):
            ask()
    assert not pair.can_read(kling.Listing.TASKS)
    assert not responses.calls


@responses.activate
def test_a_page_of_the_list_says_where_it_goes_on() -> None:
    found = {"result": [new_entry()], "count": 1, "next_cursor": "c-2", "has_more": True}
    responses.post(TASKS, json=envelope(found))

    page = new_client().list_since(SINCE, until=datetime(2026, 11, 2, tzinfo=UTC), cursor="c-1")

    assert page.next_cursor == "c-2"
    assert sent() == {
        "start_time": 1793491200000,
        "end_time": 1793577600000,
        "limit": 500,
        "cursor": "c-1",
        "filters": [{"key": "product_type", "values": ["video"]}],
    }


@responses.activate
def test_an_empty_account_has_an_empty_page() -> None:
    responses.post(TASKS, json=envelope({"count": 0, "has_more": False}))

    assert new_client().list_since(SINCE) == kling.TaskPage(tasks=(), strange=(), size=0)


@pytest.mark.parametrize(
    "found", [None, [], "x", {}, {"result": None, "count": 3}, {"result": [], "has_more": True, "next_cursor": ""}]
)
@responses.activate
def test_no_list_never_passes_for_an_empty_one(found: Any) -> None:
    responses.post(TASKS, json=envelope(found))

    with pytest.raises(kling.UnclearError):
        kling.Client(auth=kling.auth_for(API_KEY, ""), base_url=BASE, read_attempts=1).list_since(SINCE)


@responses.activate
def test_a_lost_answer_is_recovered_by_the_external_id_on_both_apis() -> None:
    responses.post(TURBO, body=ConnectionResetError("cut"))
    responses.get(TASKS, json=envelope([new_entry()]))

    with pytest.raises(kling.UnclearError):
        new_client().create_image2video(new_order())
    assert new_client().get_task("job-1", listing=kling.Listing.TASKS).task_id == "930831534075682845"

    assert [call.request.method for call in responses.calls] == ["POST", "GET"]  # never a second create
