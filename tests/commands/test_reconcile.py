"""`manage.py reconcile` as a whole: at any time, twice at once, beside workers, and when it cannot compare."""

import os
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests
from factories import REAL_HOST, make_account, make_video
from kling_host import KlingHost, kling_host, refusal
from passing_time import always, let_time_pass
from reconciling import (
    FILM,
    Run,
    a_storage_of_its_own,
    bought,
    check,
    complete,
    everything,
    move,
    run,
)

from kling.sandbox.credentials import Credentials
from kling.sandbox.front.server import running
from kling.sandbox.note import SandboxNote, write_note
from kling.sandbox.sandbox import Options
from productvideo import pipeline, restores
from productvideo.models import KlingAccount, ProductVideo, Submission
from productvideo.querysets import now
from productvideo.reconcile import compare, reading
from productvideo.states import Stage

__all__ = ["a_storage_of_its_own", "check", "kling_host", "run"]
pytestmark = pytest.mark.django_db


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


def test_after_a_restored_backup_everything_is_adopted_and_nothing_is_sent(kling_host: KlingHost, check: Run) -> None:
    videos = [make_video() for _ in range(3)]
    account = make_account()
    restores.notice(KlingAccount.objects.get())
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


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal(401, 1002), "does not know the keys"),
        (requests.ConnectionError("cut"), ""),
        (refusal(503, 5001), "maintenance"),
    ],
)
def test_without_kling_nothing_is_compared(
    kling_host: KlingHost, run: Run, answer: Any, words: str, pauses: list[float]
) -> None:
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


def test_a_busy_kling_is_waited_for(kling_host: KlingHost, run: Run, pauses: list[float]) -> None:
    bought(kling_host)
    kling_host.next_reads.extend([refusal(429, 1302)] * 3)

    assert run().status == 0
    assert sum(pauses) >= 3


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
