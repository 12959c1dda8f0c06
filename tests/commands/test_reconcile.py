"""`manage.py reconcile`: each difference between Kling and us is found, mended or explained, at any time, any number
of times."""

import json
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.serializers import serialize
from factories import REAL_HOST, make_account, make_complete_video, make_video
from films import mp4
from kling_host import KlingHost, kling_host, refusal
from passing_time import always, let_time_pass

from kling.sandbox.credentials import Credentials
from kling.sandbox.note import SandboxNote, write_note
from kling.sandbox.sandbox import Options
from kling.sandbox.server import running
from productvideo import ledger, pipeline, services
from productvideo.models import KlingAccount, ProductVideo, Submission
from productvideo.pipeline.submit import first_look
from productvideo.querysets import now
from productvideo.reconcile import compare, reading
from productvideo.states import Stage

__all__ = ["kling_host"]
pytestmark = pytest.mark.django_db
FILM = "http://127.0.0.1:9/film.mp4"
LONG_AGO = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def a_storage_of_its_own(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.ALLOW_PRIVATE_DOWNLOADS = True
    (tmp_path / "media" / "videos").mkdir(parents=True)
    monkeypatch.setattr(reading, "PATIENCE", (0.0, 0.0, 0.0))


@dataclass
class Ended:
    """How a run ended and what it printed."""

    status: Any
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def only(self) -> dict[str, Any]:
        """The one finding there is."""
        [finding] = self.told["findings"]
        return finding

    @property
    def kinds(self) -> list[str]:
        return sorted(finding["kind"] for finding in self.told["findings"])


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_with(*more: str) -> Ended:
        status: Any = 0
        try:
            call_command("reconcile", *more)
        except SystemExit as leaving:
            status = leaving.code
        return Ended(status, *capsys.readouterr())

    return run_with


@pytest.fixture
def check(run: Run) -> Run:
    """Try it first, see that this changed nothing; do it; see that a second time finds what is left and does nothing.

    Returns the run that did it.
    """

    def all_three(*more: str, left: int = 0) -> Ended:
        before = everything()
        tried = run("--json", "--dry-run", *more)
        assert everything() == before
        done = run("--json", *more)
        after = everything()
        again = run("--json", *more)
        assert everything() == after
        assert len(again.told["findings"]) == left
        assert tried.kinds == done.kinds
        assert (tried.told["dry_run"], done.told["dry_run"]) == (True, False)
        for finding in tried.told["findings"]:
            assert finding["verdict"] != "mended" or finding["done"].startswith("would be ")
        return done

    return all_three


def everything() -> tuple[Any, ...]:
    """Dump every row of every table, and every file of the storage."""
    rows = [
        serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models()
    ]
    root = Path(default_storage.path(""))
    return (*rows, sorted((str(path), path.stat().st_size) for path in root.rglob("*") if path.is_file()))


def bought(host: KlingHost, *, stage: Stage = Stage.RENDERING, **columns: Any) -> tuple[ProductVideo, dict[str, Any]]:
    """Return a video that was sent ten minutes ago, with its line in the ledger, and its task at Kling."""
    video = make_video(submitted_at=now() - LONG_AGO)
    task = host.make_task(str(video.pk))
    sent(video, task["task_id"])
    move(video, stage=stage, task_id=task["task_id"], accepted_at=now() - LONG_AGO, **columns)
    return video, task


def sent(video: ProductVideo, task_id: str = "", **columns: Any) -> Submission:
    line = ledger.record_sending(video)
    if task_id:
        Submission.objects.filter(pk=line.pk).update(outcome="accepted", task_id=task_id, answered_at=now())
    Submission.objects.filter(pk=line.pk).update(**{"sent_at": now() - LONG_AGO} | columns)
    line.refresh_from_db()
    return line


def move(video: ProductVideo, **columns: Any) -> None:
    ProductVideo.objects.filter(pk=video.pk).update(**columns)
    video.refresh_from_db()


def complete(host: KlingHost, content: bytes = b"film" * 100) -> tuple[ProductVideo, dict[str, Any]]:
    """Return a video that is complete on both sides, and its task."""
    video = make_complete_video(content=content)
    task = host.make_task(str(video.pk))
    host.succeed(task, FILM)
    line = sent(video, task["task_id"])
    ledger.record_charges({task["task_id"]: Decimal("1.5")}, host=line.host)
    move(video, task_id=task["task_id"])
    return video, task


def deleted(host: KlingHost) -> dict[str, Any]:
    """Return the task of a video that was made and then deleted here."""
    video, task = complete(host)
    services.delete_video(video=video)
    return task


def serve(host: KlingHost, body: bytes, url: str = FILM, **options: Any) -> None:
    host.mock.add(responses.GET, url, body=body, **options)  # type: ignore[attr-defined]


def ago(time_ago: timedelta) -> int:
    return int((time.time() - time_ago.total_seconds()) * 1000)


# No difference.


def test_when_both_sides_agree_it_says_so_in_one_request(kling_host: KlingHost, run: Run) -> None:
    complete(kling_host)
    bought(kling_host)

    ended = run()

    assert ended.status == 0
    assert "Compared 2 tasks at https://kling.test with 2 videos and 2 orders here." in ended.out
    assert "No difference" in ended.out
    assert kling_host.reads == ["list"]


def test_an_installation_that_has_done_nothing_yet_is_left_without_an_account_row(
    kling_host: KlingHost, run: Run
) -> None:
    ended = run("--dry-run")

    assert ended.status == 0
    assert not KlingAccount.objects.exists()


# Kling -> us.


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


def test_after_a_restored_backup_everything_is_adopted_and_nothing_is_sent(kling_host: KlingHost, check: Run) -> None:
    videos = [make_video() for _ in range(3)]
    account = make_account()
    first_look()
    KlingAccount.objects.filter(pk=account.pk).update(listed_at=now())
    snapshot = list(ProductVideo.objects.values())
    pipeline.submit(always)
    assert len(kling_host.creates) == 3
    Submission.objects.all().delete()
    for row in snapshot:
        row.pop("status")
        move(ProductVideo.objects.get(pk=row["id"]), **row)

    ended = check()
    pipeline.submit(always)

    assert ended.kinds == ["forgotten"] * 3
    assert len(kling_host.creates) == 3
    assert {ProductVideo.objects.get(pk=video.pk).stage for video in videos} == {Stage.RENDERING}
    assert Submission.objects.filter(kind="order", outcome="adopted").count() == 3


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
    kling_host.fail(second, "no")
    kling_host.succeed(first, FILM)

    ended = check(left=1)

    video.refresh_from_db()
    assert video.task_id == first["task_id"]
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


# Money.


def test_a_charge_that_the_ledger_has_not_is_written_down(kling_host: KlingHost, check: Run) -> None:
    complete(kling_host)
    Submission.objects.update(units_charged=None)

    ended = check()

    assert (ended.status, ended.only["kind"], ended.only["done"]) == (0, "units_missing", "written down")
    assert Submission.objects.get().units_charged == Decimal("1.5")


def test_a_charge_that_differs_is_reported_and_left(kling_host: KlingHost, check: Run) -> None:
    complete(kling_host)[1]["final_unit_deduction"] = "3"

    ended = check(left=1)

    assert (ended.status, ended.only["kind"]) == (1, "units_differ")
    assert "charged 3 units" in ended.only["sentence"]
    assert "says 1.5 units" in ended.only["sentence"]
    assert Submission.objects.get().units_charged == Decimal("1.5")


def test_a_charge_that_nobody_can_mean_is_not_written_down(kling_host: KlingHost, check: Run) -> None:
    complete(kling_host)[1]["final_unit_deduction"] = "10000000000"
    Submission.objects.update(units_charged=None)

    ended = check(left=1)

    assert (ended.status, ended.only["kind"]) == (1, "units_differ")
    assert Submission.objects.get().units_charged is None


def test_a_task_that_the_ledger_does_not_know_is_entered_with_its_charge(kling_host: KlingHost, check: Run) -> None:
    video, task = complete(kling_host)
    Submission.objects.all().delete()

    ended = check()

    assert (ended.status, ended.only["kind"], ended.only["done"]) == (0, "not_in_ledger", "entered")
    line = Submission.objects.get()
    assert (line.video_id, line.task_id, line.outcome) == (video.pk, task["task_id"], "adopted")
    assert line.units_charged == Decimal("1.5")


# Us -> Kling.


def test_a_video_that_is_made_here_and_unknown_there_is_reported(kling_host: KlingHost, check: Run) -> None:
    video, _ = bought(kling_host)
    kling_host.tasks.clear()

    ended = check(left=1)

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], video.stage) == (1, "not_at_kling", Stage.RENDERING)
    assert "30 minutes" in ended.only["sentence"]


def test_a_video_that_was_sent_and_is_not_there_is_explained_and_not_sent(kling_host: KlingHost, check: Run) -> None:
    sent(make_video(stage=Stage.SUBMITTING, submitted_at=now() - LONG_AGO))

    ended = check(left=1)

    assert (ended.status, ended.only["kind"], ended.only["verdict"]) == (0, "not_at_kling", "explained")
    assert "under the same id" in ended.only["sentence"]
    assert kling_host.creates == []


def test_what_was_only_just_sent_or_accepted_is_no_difference(kling_host: KlingHost, check: Run) -> None:
    make_video(stage=Stage.SUBMITTING, submitted_at=now())
    make_video(stage=Stage.RENDERING, task_id="7", submitted_at=now() - LONG_AGO, accepted_at=now())

    ended = check()

    assert ended.told["findings"] == []


def test_a_task_that_the_list_does_not_show_is_found_by_a_single_look(kling_host: KlingHost, check: Run) -> None:
    video, task = bought(kling_host)
    kling_host.succeed(task, FILM)
    kling_host.listed = False

    ended = check()

    video.refresh_from_db()
    assert (video.stage, ended.only["kind"]) == (Stage.STORING, "ended")
    assert kling_host.reads.count(task["task_id"]) == 3  # once in each run


@pytest.mark.parametrize(
    ("prepare", "status", "words"),
    [
        (lambda video: services.delete_video(video=video), 0, "was deleted here too"),
        (lambda video: None, 0, "has our own copy"),
        (lambda video: fail(video, "kling_failed"), 0, "had failed anyway"),
        (lambda video: fail(video, "lost_at_kling"), 1, "Retake it"),
        (lambda video: move(video, stage=Stage.STORING, due_at=now()), 1, "Ask Kling about the 1.5 units"),
    ],
)
def test_a_task_that_the_ledger_knows_and_kling_does_not(
    kling_host: KlingHost, check: Run, prepare: Callable[[ProductVideo], None], status: int, words: str
) -> None:
    video, _ = complete(kling_host)
    kling_host.tasks.clear()
    prepare(video)

    ended = check(left=1)

    assert (ended.status, ended.only["kind"]) == (status, "gone_at_kling")
    assert words in ended.only["sentence"]


def fail(video: ProductVideo, code: str) -> None:
    move(video, stage=Stage.FAILED, error_code=code, file="", url="")


def test_a_task_that_kling_has_kept_for_its_thirty_days_is_no_difference(kling_host: KlingHost, check: Run) -> None:
    complete(kling_host)
    Submission.objects.update(sent_at=now() - timedelta(days=31))
    kling_host.tasks.clear()

    ended = check()

    assert ended.told["findings"] == []
    assert set(kling_host.reads) == {"list"}


# Our copies.


def test_a_missing_file_is_taken_off_the_page_and_fetched_again(kling_host: KlingHost, check: Run) -> None:
    film = mp4()
    video, _ = complete(kling_host, film)
    kept = complete(kling_host)[0]
    default_storage.delete(str(video.file.name))
    serve(kling_host, film)

    ended = check()

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], ended.only["verdict"]) == (0, "file_broken", "mended")
    assert "is missing" in ended.only["sentence"]
    assert (video.stage, video.status, video.url, video.file.name) == (Stage.STORING, "pending", "", "")
    assert "fetching the film from Kling again" in video.events.last().why  # type: ignore[union-attr]

    pipeline.collect(always)

    video.refresh_from_db()
    kept.refresh_from_db()
    assert (video.stage, kept.stage) == (Stage.COMPLETE, Stage.COMPLETE)
    with default_storage.open(str(video.file.name)) as file:
        assert file.read() == film
    assert Submission.objects.count() == 2
    assert kling_host.creates == []


@pytest.mark.parametrize(("damage", "options"), [(b"half", []), (bytes(400), ["--verify-files"])])
def test_a_damaged_file_is_fetched_again(kling_host: KlingHost, check: Run, damage: bytes, options: list[str]) -> None:
    video, _ = complete(kling_host)
    Path(default_storage.path(str(video.file.name))).write_bytes(damage)

    ended = check(*options)

    video.refresh_from_db()
    assert (ended.only["kind"], video.stage) == ("file_broken", Stage.STORING)


def test_bytes_are_compared_only_when_asked(kling_host: KlingHost, run: Run) -> None:
    video, _ = complete(kling_host)
    Path(default_storage.path(str(video.file.name))).write_bytes(bytes(400))

    assert run("--json").told["findings"] == []


def test_a_film_saved_again_replaces_damaged_bytes_of_the_same_length_and_name(
    kling_host: KlingHost, run: Run
) -> None:
    film = mp4()
    serve(kling_host, film)
    video, _ = complete(kling_host)
    move(video, stage=Stage.STORING, due_at=now(), source_url=FILM, file="", url="", sha256="")
    pipeline.collect(always)
    video.refresh_from_db()
    name = str(video.file.name)
    Path(default_storage.path(name)).write_bytes(bytes(len(film)))

    run("--verify-files")
    pipeline.collect(always)

    video.refresh_from_db()
    assert (video.stage, video.file.name) == (Stage.COMPLETE, name)
    assert Path(default_storage.path(name)).read_bytes() == film


@pytest.mark.parametrize("kling_keeps", ["nothing", "a task without its film"])
def test_a_file_that_is_gone_for_good_needs_a_person(kling_host: KlingHost, check: Run, kling_keeps: str) -> None:
    video, task = complete(kling_host)
    Submission.objects.update(sent_at=now() - timedelta(days=40))
    default_storage.delete(str(video.file.name))
    task |= {"created_at": ago(timedelta(days=40)), "updated_at": ago(timedelta(days=31))}
    if kling_keeps == "nothing":
        kling_host.tasks.clear()

    ended = check(left=1)

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], video.stage) == (1, "file_broken", Stage.COMPLETE)
    assert "from a backup, or retake it" in ended.only["sentence"]


def test_a_storage_that_is_not_mounted_is_not_taken_for_lost_films(kling_host: KlingHost, check: Run) -> None:
    video, _ = complete(kling_host)
    folder = Path(default_storage.path("videos"))
    folder.rename(folder.with_name("elsewhere"))

    ended = check(left=1)

    video.refresh_from_db()
    assert (ended.status, ended.only["kind"], video.stage) == (1, "no_storage", Stage.COMPLETE)


def test_a_file_that_was_mended_is_no_news(kling_host: KlingHost, run: Run) -> None:
    video, _ = complete(kling_host)
    default_storage.delete(str(video.file.name))

    run()

    video.refresh_from_db()
    assert video.told_at is not None


# --download.


def test_the_film_of_a_deleted_video_is_saved_once(kling_host: KlingHost, check: Run, tmp_path: Path) -> None:
    task = deleted(kling_host)
    film = mp4()
    serve(kling_host, film)
    folder = tmp_path / "films"

    ended = check("--download", str(folder), left=1)

    path = folder / f"{task['task_id']}.mp4"
    assert (ended.status, ended.only["done"]) == (0, f"saved as {path}")
    assert [found.name for found in folder.iterdir()] == [path.name]
    assert path.read_bytes() == film
    assert downloads(kling_host) == 1


def test_a_dry_run_says_what_it_would_save_and_saves_nothing(kling_host: KlingHost, run: Run, tmp_path: Path) -> None:
    task = deleted(kling_host)
    folder = tmp_path / "films"

    ended = run("--json", "--dry-run", "--download", str(folder))

    assert ended.only["done"] == f"would be saved as {folder / task['task_id']}.mp4"
    assert not folder.exists()


def test_a_broken_film_is_not_saved_and_makes_up_for_itself_later(
    kling_host: KlingHost, run: Run, tmp_path: Path
) -> None:
    task = deleted(kling_host)
    serve(kling_host, mp4(120)[:3000])

    broken = run("--json", "--download", str(tmp_path / "films"))
    left = list((tmp_path / "films").iterdir())
    kling_host.mock.remove(responses.GET, FILM)  # type: ignore[attr-defined]
    serve(kling_host, mp4())
    whole = run("--json", "--download", str(tmp_path / "films"))

    assert (broken.status, broken.only["verdict"], left) == (1, "look", [])
    assert broken.only["done"].startswith("not saved: ")
    assert (whole.status, (tmp_path / "films" / f"{task['task_id']}.mp4").read_bytes()) == (0, mp4())


def test_half_a_file_in_its_place_is_replaced(kling_host: KlingHost, run: Run, tmp_path: Path) -> None:
    path = tmp_path / f"{deleted(kling_host)['task_id']}.mp4"
    path.write_bytes(mp4()[:500])
    serve(kling_host, mp4())

    run("--download", str(tmp_path))

    assert path.read_bytes() == mp4()


def test_a_task_id_leads_to_no_other_folder(kling_host: KlingHost, run: Run, tmp_path: Path) -> None:
    kling_host.succeed(kling_host.make_task(str(uuid.uuid4()), task_id="../../out"), FILM)
    serve(kling_host, mp4())
    folder = tmp_path / "a" / "b"

    run("--download", str(folder))

    assert [path.name for path in folder.iterdir()] == ["..%2F..%2Fout.mp4"]


def test_a_film_that_kling_keeps_no_longer_is_not_asked_for(kling_host: KlingHost, run: Run, tmp_path: Path) -> None:
    deleted(kling_host)["updated_at"] = ago(timedelta(days=31))

    ended = run("--json", "--download", str(tmp_path))

    assert (ended.status, ended.only["done"]) == (0, "Kling's copy has ended")
    assert downloads(kling_host) == 0


def test_a_folder_that_is_a_file_is_refused_before_anything_is_done(
    kling_host: KlingHost, run: Run, tmp_path: Path
) -> None:
    deleted(kling_host)
    (tmp_path / "films").write_text("not a folder")

    ended = run("--download", str(tmp_path / "films"))

    assert (ended.status, ended.out) == (2, "")
    assert "is no folder" in ended.err


def test_kling_s_signed_link_is_never_shown(kling_host: KlingHost, run: Run) -> None:
    deleted(kling_host)

    ended = run("--json")

    assert FILM not in ended.out + ended.err


def downloads(host: KlingHost) -> int:
    return sum(call.request.url == FILM for call in host.mock.calls)  # type: ignore[attr-defined]


# When it cannot be done.


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal(401, 1002), "does not know the keys"),
        (requests.ConnectionError("cut"), ""),
        (refusal(503, 5001), "maintenance"),
    ],
)
def test_without_kling_nothing_is_compared(kling_host: KlingHost, run: Run, answer: Any, words: str) -> None:
    make_video()
    kling_host.next_reads.extend([answer] * 3)
    before = everything()

    ended = run("--json")

    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err
    assert "Nothing was compared and nothing was changed" in ended.err
    assert "asked again" not in ended.err
    assert everything() == before


def test_half_a_list_proves_nothing(kling_host: KlingHost, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE_SIZE", 1)
    videos = [make_video() for _ in range(2)]
    for video in videos:
        kling_host.make_task(str(video.pk))
    kling_host.pages_answered = 1
    before = everything()

    ended = run()

    assert (ended.status, ended.out) == (2, "")
    assert everything() == before


def test_a_busy_kling_is_waited_for(kling_host: KlingHost, run: Run) -> None:
    bought(kling_host)
    kling_host.next_reads.extend([refusal(429, 1302)] * 3)

    assert run().status == 0


def test_half_a_key_pair_is_refused(kling_host: KlingHost, run: Run, settings: Any) -> None:
    settings.KLING_API_SECRET = ""

    ended = run()

    assert (ended.status, ended.out) == (2, "")
    assert "KLING_API_SECRET" in ended.err
    assert kling_host.reads == []


def test_in_practice_mode_without_a_sandbox_it_says_how_to_start_one(run: Run, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path

    ended = run()

    assert ended.status == 2
    assert "kling_sandbox" in ended.err


def test_in_practice_mode_it_compares_with_the_sandbox_and_says_practice(
    run: Run, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    access, secret = "a" * 32, uuid.uuid4().hex
    options = Options(credentials=Credentials(pairs={access: secret}, api_keys=frozenset()))
    with running(options) as server:
        note = SandboxNote(port=server.server_port, access_key=access, secret_key=secret, pid=os.getpid())
        write_note(tmp_path / "sandbox", note)

        ended = run()

    assert ended.status == 0
    assert ended.out.startswith("Practice mode")


# What people read.


def test_people_read_a_line_for_each_finding_its_ids_and_a_sum(kling_host: KlingHost, run: Run) -> None:
    video = make_video()
    task = kling_host.make_task(str(video.pk))

    tried = run("--dry-run")
    done = run()

    assert tried.out.splitlines()[1].startswith("to mend   “")
    assert tried.out.splitlines()[1].endswith("Would be adopted.")
    assert tried.out.splitlines()[3] == (
        "1 difference: 1 would be mended, 0 explained, 0 for you to look at. Nothing was changed (--dry-run)."
    )
    assert done.out.splitlines()[1].startswith("mended    “")
    assert done.out.splitlines()[2].split() == ["video", f"{video.pk},", "task", task["task_id"]]


def test_twice_at_once_enters_one_line(kling_host: KlingHost) -> None:
    complete(kling_host)
    Submission.objects.all().delete()
    both = [compare(folder=None, byte_for_byte=False, say=lambda _: None) for _ in range(2)]

    done = [finding.done for comparison in both for finding in comparison.mend()]

    assert done == ["entered", "entered"]
    assert Submission.objects.count() == 1


def test_twice_at_once_adopts_once(kling_host: KlingHost) -> None:
    video = make_video()
    kling_host.succeed(kling_host.make_task(str(video.pk)), FILM)
    both = [compare(folder=None, byte_for_byte=False, say=lambda _: None) for _ in range(2)]

    done = [finding.done for comparison in both for finding in comparison.mend()]

    assert done == ["adopted, now being saved"] * 2
    assert Submission.objects.filter(kind="order").count() == 1
    assert video.events.count() == 2


def test_beside_workers_it_meets_what_they_have_done_meanwhile(kling_host: KlingHost) -> None:
    video, task = bought(kling_host)
    kling_host.succeed(task, FILM)
    comparison = compare(folder=None, byte_for_byte=False, say=lambda _: None)
    let_time_pass(60)
    pipeline.check(always)
    moved = ProductVideo.objects.get(pk=video.pk)
    assert moved.stage == Stage.STORING

    [finding] = comparison.mend()

    assert (finding.done, video.events.count()) == ("moved on, now being saved", 1)
    assert Submission.objects.get(kind="order").host == REAL_HOST


def test_a_video_that_was_deleted_meanwhile_is_said_to_be(kling_host: KlingHost) -> None:
    video, task = bought(kling_host)
    kling_host.succeed(task, FILM)
    comparison = compare(folder=None, byte_for_byte=False, say=lambda _: None)
    video.delete()

    [finding] = comparison.mend()

    assert (finding.verdict, "deleted meanwhile" in finding.done) == ("look", True)
