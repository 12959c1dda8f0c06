"""`manage.py reconcile`, us -> Kling: what was bought, says our side, is there and cost what it says."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import make_video
from kling_host import KlingHost, kling_host
from reconciling import (
    FILM,
    LONG_AGO,
    Run,
    a_storage_of_its_own,
    bought,
    check,
    complete,
    move,
    run,
    sent,
)

from productvideo import services
from productvideo.models import ProductVideo, Submission
from productvideo.querysets import now
from productvideo.states import Stage

__all__ = ["a_storage_of_its_own", "check", "kling_host", "run"]
pytestmark = pytest.mark.django_db


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


def test_a_task_that_has_ended_is_entered_in_the_same_run(kling_host: KlingHost, check: Run) -> None:
    _, task = bought(kling_host)
    kling_host.succeed(task, FILM, units="2")
    Submission.objects.all().delete()

    ended = check()

    assert ended.kinds == ["ended", "not_in_ledger"]
    assert Submission.objects.get().units_charged == 2


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


def test_a_video_that_workers_end_while_kling_is_asked_is_no_difference(kling_host: KlingHost, run: Run) -> None:
    video, _ = bought(kling_host)
    Submission.objects.all().delete()

    class EndsMeanwhile(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            move(video, stage=Stage.FAILED, due_at=None, error_code="kling_failed")
            return default

    kling_host.tasks = EndsMeanwhile()

    assert run("--json").told["findings"] == []


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
