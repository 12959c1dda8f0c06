"""`manage.py reconcile`, Kling -> us: every task that Kling has is adopted, moves its video on, or is explained."""

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from factories import make_account, make_video
from films import mp4
from kling_host import KlingHost, kling_host
from reconciling import (
    FILM,
    Run,
    a_storage_of_its_own,
    bought,
    check,
    complete,
    deleted,
    move,
    run,
    serve,
)

from productvideo.models import Submission
from productvideo.reconcile import reading
from productvideo.states import Stage

__all__ = ["a_storage_of_its_own", "check", "kling_host", "run"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stage", "columns"),
    [
        (Stage.QUEUED, {}),
        (Stage.SUBMITTING, {}),
        (Stage.FAILED, {"due_at": None, "error_code": "cancelled"}),
        (Stage.FAILED, {"due_at": None, "error_code": "never_answered"}),
    ],
)
def test_a_task_whose_video_has_none_is_adopted(
    kling_host: KlingHost, check: Run, stage: Stage, columns: dict[str, Any]
) -> None:
    video = make_video(stage=stage, **columns)
    task = kling_host.make_task(str(video.pk))

    ended = check()

    video.refresh_from_db()
    assert (video.stage, video.task_id) == (Stage.RENDERING, task["task_id"])
    assert (ended.status, ended.only["kind"], ended.only["verdict"]) == (0, "forgotten", "mended")
    assert ended.only["done"] == "adopted, now being made"
    assert ended.only["video"] == str(video.pk)
    assert Submission.objects.get(kind="order").outcome == "adopted"


def test_a_task_that_is_finished_is_adopted_and_its_charge_written_down(kling_host: KlingHost, check: Run) -> None:
    video = make_video()
    kling_host.succeed(kling_host.make_task(str(video.pk)), FILM, units="2")

    ended = check()

    video.refresh_from_db()
    assert (video.stage, video.units_charged) == (Stage.STORING, 2)
    assert ended.only["done"] == "adopted, now being saved"
    assert Submission.objects.get(kind="order").units_charged == 2


def test_a_task_that_has_ended_moves_its_video_on(kling_host: KlingHost, check: Run) -> None:
    video, task = bought(kling_host)
    kling_host.fail(task, "no")

    ended = check()

    video.refresh_from_db()
    assert (video.stage, video.error_code) == (Stage.FAILED, "kling_failed")
    assert (ended.only["kind"], ended.only["done"]) == ("ended", "moved on, now failed")


def test_a_video_that_was_given_up_as_lost_is_taken_back(kling_host: KlingHost, check: Run) -> None:
    video, task = bought(kling_host, stage=Stage.FAILED, due_at=None, error_code="lost_at_kling")
    kling_host.succeed(task, FILM)

    ended = check()

    video.refresh_from_db()
    assert (video.stage, ended.only["kind"]) == (Stage.STORING, "forgotten")


def test_what_never_ended_and_has_not_ended_now_is_not_taken_back(kling_host: KlingHost, check: Run) -> None:
    video, _ = bought(kling_host, stage=Stage.FAILED, due_at=None, error_code="never_ended")

    ended = check(left=1)

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], video.stage) == (1, "state_differs", Stage.FAILED)


def test_two_tasks_with_one_id_are_reported_with_both_and_the_second_is_not_adopted(
    kling_host: KlingHost, check: Run
) -> None:
    video, first = bought(kling_host)
    second = kling_host.make_task(str(video.pk))
    kling_host.succeed(second, units="2")

    ended = check(left=1)

    video.refresh_from_db()
    assert video.task_id == first["task_id"]
    assert (ended.status, ended.only["kind"], ended.only["verdict"]) == (1, "paid_twice", "look")
    assert {(task["id"], task["units"]) for task in ended.only["tasks"]} == {
        (first["task_id"], None),
        (second["task_id"], 2.0),
    }
    assert f"{second['task_id']} (finished, 2 units)" in ended.only["sentence"]


def test_of_two_forgotten_tasks_the_finished_one_is_adopted(kling_host: KlingHost, check: Run) -> None:
    video = make_video()
    first, second = kling_host.make_task(str(video.pk)), kling_host.make_task(str(video.pk))
    kling_host.fail(first, "no")
    kling_host.succeed(second, FILM)

    ended = check(left=1)

    video.refresh_from_db()
    assert video.task_id == second["task_id"]
    assert (ended.status, ended.kinds) == (0, ["forgotten", "two_tasks"])


def test_a_second_task_that_failed_for_free_is_explained(kling_host: KlingHost, check: Run) -> None:
    video, _ = bought(kling_host)
    kling_host.fail(kling_host.make_task(str(video.pk)), "no")

    ended = check(left=1)

    assert (ended.status, ended.only["kind"], ended.only["verdict"]) == (0, "two_tasks", "explained")


def test_a_film_that_was_paid_twice_is_saved_too(kling_host: KlingHost, run: Run, tmp_path: Path) -> None:
    video, _ = bought(kling_host)
    second = kling_host.make_task(str(video.pk))
    kling_host.succeed(second, FILM)
    serve(kling_host, mp4())

    ended = run("--json", "--download", str(tmp_path / "films"))

    assert (ended.status, ended.only["verdict"]) == (1, "look")
    assert (tmp_path / "films" / f"{second['task_id']}.mp4").read_bytes() == mp4()


def test_a_video_that_holds_a_task_kling_does_not_have_beside_one_it_has(kling_host: KlingHost, check: Run) -> None:
    video, task = bought(kling_host)
    move(video, task_id="another")
    Submission.objects.update(task_id="another")

    ended = check(left=1)

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], video.task_id) == (1, "two_tasks", "another")
    assert "holds task another, which Kling does not have" in ended.only["sentence"]
    assert task["task_id"] in ended.only["sentence"]


def test_a_task_that_another_video_holds_is_reported(kling_host: KlingHost, check: Run) -> None:
    video, task = bought(kling_host)
    other = make_video()
    task["task_info"]["external_task_id"] = str(other.pk)

    ended = check(left=1)

    other.refresh_from_db()
    assert (ended.status, ended.only["kind"], other.task_id) == (1, "crossed", "")
    assert str(other.pk) in ended.only["sentence"]
    assert ended.only["video"] == str(video.pk)


def test_a_task_without_an_external_id_is_known_by_its_own(kling_host: KlingHost, check: Run) -> None:
    video, task = bought(kling_host)
    task["task_info"] = {}
    kling_host.succeed(task, FILM)

    ended = check()

    video.refresh_from_db()
    assert (video.stage, ended.only["kind"]) == (Stage.STORING, "ended")


def test_a_video_that_failed_here_and_not_at_kling_is_reported_and_its_film_saved(
    kling_host: KlingHost, run: Run, tmp_path: Path
) -> None:
    _, task = bought(kling_host, stage=Stage.FAILED, due_at=None, error_code="kling_failed", error_message="No.")
    kling_host.succeed(task, FILM)
    Submission.objects.update(units_charged="1.5")
    serve(kling_host, mp4())

    ended = run("--json", "--download", str(tmp_path))

    assert (ended.status, ended.only["kind"]) == (1, "state_differs")
    assert (tmp_path / f"{task['task_id']}.mp4").exists()


def test_a_film_that_kling_calls_failed_now_is_explained(kling_host: KlingHost, check: Run) -> None:
    _, task = complete(kling_host)
    task |= {"task_status": "failed"}

    ended = check(left=1)

    assert (ended.status, ended.only["kind"], ended.only["verdict"]) == (0, "state_differs", "explained")


def test_a_task_of_a_deleted_video_is_listed_as_such(kling_host: KlingHost, check: Run) -> None:
    task = deleted(kling_host)

    ended = check(left=1)

    assert (ended.status, ended.only["kind"], ended.only["verdict"]) == (0, "deleted_here", "explained")
    assert "deleted here; Kling still has it" in ended.only["sentence"]
    assert ended.only["done"] == "--download DIR saves the film"
    [told] = ended.only["tasks"]
    assert (told["id"], told["status"], told["units"]) == (task["task_id"], "succeed", 1.5)
    assert told["created_at"].startswith(f"{datetime.now(tz=UTC):%Y-%m}")


def test_a_task_with_an_id_like_ours_that_nobody_remembers_is_listed_as_unknown(
    kling_host: KlingHost, check: Run
) -> None:
    kling_host.make_task(str(uuid.uuid4()))

    ended = check(left=1)

    assert (ended.status, ended.only["kind"]) == (0, "unknown_here")
    assert "restored" in ended.only["sentence"]
    assert "another installation" in ended.only["sentence"]
    assert "not finished yet" in ended.only["done"]


def test_a_task_of_a_video_of_another_account_is_explained(kling_host: KlingHost, check: Run) -> None:
    video = make_video(account=make_account(host="https://old.test"))
    kling_host.make_task(str(video.pk))

    ended = check(left=1)

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], video.stage) == (0, "other_account", Stage.QUEUED)
    assert "https://old.test" in ended.only["sentence"]


def test_what_others_made_is_counted_and_not_downloaded(kling_host: KlingHost, check: Run, tmp_path: Path) -> None:
    for external in ("", "order-7", "urn:uuid:8a6f5a1e-5b1c-4b52-b5d8-0d5f1a6a3b11"):
        kling_host.succeed(kling_host.make_task(external), FILM)

    ended = check("--download", str(tmp_path / "films"), left=1)

    assert (ended.status, ended.only["kind"], ended.only["count"]) == (0, "made_elsewhere", 3)
    assert ended.told["counts"] == {"made_elsewhere": 3}
    assert not (tmp_path / "films").exists()


def test_a_strange_entry_needs_a_person_only_where_a_video_waits_for_it(kling_host: KlingHost, check: Run) -> None:
    bought(kling_host)[1]["task_status"] = "dreaming"
    complete(kling_host)[1]["task_status"] = "dreaming"

    ended = check(left=2)

    assert ended.status == 1
    assert [finding["kind"] for finding in ended.told["findings"]] == ["strange"] * 2
    assert sorted(finding["verdict"] for finding in ended.told["findings"]) == ["explained", "look"]


def test_a_task_that_is_on_two_pages_of_a_shifting_list_counts_once(
    kling_host: KlingHost, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE_SIZE", 2)
    videos = [make_video() for _ in range(3)]
    tasks = [kling_host.make_task(str(video.pk)) for video in videos]
    first_page = json.dumps({"code": 0, "message": "", "request_id": "r", "data": [tasks[2], tasks[1]]})
    kling_host.next_reads.append((200, {}, first_page))
    kling_host.next_reads.append((200, {}, first_page.replace(tasks[2]["task_id"], tasks[0]["task_id"])))
    kling_host.next_reads.append((200, {}, json.dumps({"code": 0, "message": "", "request_id": "r", "data": []})))

    ended = run("--json", "--dry-run")

    assert ended.told["tasks"] == 3


def test_a_list_that_never_ends_is_said_to_be_cut(
    kling_host: KlingHost, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE_SIZE", 1)
    monkeypatch.setattr(reading, "MOST_PAGES", 2)
    videos = [bought(kling_host)[0] for _ in range(3)]

    ended = run("--json")

    assert (ended.status, ended.kinds) == (0, ["list_cut"])
    assert str(videos[0].task_id) in kling_host.reads  # the one beyond the list was asked for alone
