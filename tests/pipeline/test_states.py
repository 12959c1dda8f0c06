"""The table of moves is the only way from one stage to another."""

import itertools
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from factories import make_account, make_video

from productvideo.models import ProductVideo
from productvideo.querysets import now
from productvideo.states import FINISHED, MOVES, IllegalMoveError, Stage, Status

ALLOWED = {
    ("queued", "submitting"),
    ("queued", "rendering"),
    ("queued", "failed"),
    ("submitting", "queued"),
    ("submitting", "rendering"),
    ("submitting", "failed"),
    ("rendering", "storing"),
    ("rendering", "failed"),
    ("storing", "complete"),
    ("storing", "failed"),
    ("complete", "storing"),
    ("failed", "rendering"),
}


def video_at(stage: Stage) -> ProductVideo:
    columns: dict = {"stage": stage}
    if stage in FINISHED:
        columns["due_at"] = None
    if stage in (Stage.RENDERING, Stage.STORING):
        columns["task_id"] = "1"
    if stage == Stage.COMPLETE:
        columns |= {"file": "videos/x.mp4", "sha256": "0" * 64, "size_bytes": 1, "url": "/x"}
    return make_video(**columns)


def test_the_table_speaks_of_every_stage() -> None:
    assert set(MOVES) == set(Stage)


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), list(itertools.product(Stage, Stage)))
def test_a_video_moves_exactly_where_the_table_says(start: Stage, end: Stage) -> None:
    video = video_at(start)
    due_at = None if end in FINISHED else now()
    stored = {"file": "videos/x.mp4", "sha256": "0" * 64, "size_bytes": 1, "url": "/x", "task_id": "1"}

    if (start, end) in ALLOWED:
        assert video._move(end, why="test", only_if=Q(), due_at=due_at, **stored)
        assert video.stage == end
    else:
        with pytest.raises(IllegalMoveError):
            video._move(end, why="test", only_if=Q(), due_at=due_at, **stored)
        video.refresh_from_db()
        assert video.stage == start


@pytest.mark.django_db
@pytest.mark.parametrize("stage", list(Stage))
def test_the_database_derives_the_status_from_the_stage(stage: Stage) -> None:
    video = video_at(stage)

    expected = {Stage.COMPLETE: Status.COMPLETE, Stage.FAILED: Status.FAILED}.get(stage, Status.PENDING)
    assert video.status == expected
    assert ProductVideo.objects.filter(status=expected).count() == 1


@pytest.mark.django_db
def test_a_move_happens_once_and_leaves_one_line() -> None:
    video = video_at(Stage.QUEUED)
    same = ProductVideo.objects.get(pk=video.pk)

    first = video.mark_failed(code="x", message="first")
    second = same.mark_failed(code="x", message="second")

    assert (first, second) == (True, False)
    assert [event.why for event in video.events.all()] == ["first"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        {"due_at": None},
        {"stage": Stage.FAILED},
        {"stage": Stage.COMPLETE, "due_at": None},
        {"stage": Stage.RENDERING},
        {"stage": "lost"},
        {"units_charged": -1},
        {"units_estimated": -1},
    ],
    ids=str,
)
def test_the_database_itself_refuses_an_impossible_row(columns: dict) -> None:
    video = make_video()

    with pytest.raises(IntegrityError), transaction.atomic():
        ProductVideo.objects.filter(pk=video.pk).update(**columns)


@pytest.mark.django_db
def test_one_kling_task_belongs_to_one_video_of_an_account() -> None:
    account = make_account()
    make_video(account=account, stage=Stage.RENDERING, task_id="7")
    make_video(account=make_account(host="https://other.test"), stage=Stage.RENDERING, task_id="7")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_video(account=account, stage=Stage.RENDERING, task_id="7")


@pytest.mark.django_db
def test_what_is_deleted_as_soon_as_it_has_ended_troubles_nobody() -> None:
    video = video_at(Stage.RENDERING)

    def delete_at_once(execute: Any, sql: str, *rest: Any) -> Any:
        outcome = execute(sql, *rest)
        if sql.startswith("RELEASE SAVEPOINT"):  # the move is committed, as far as a test commits anything
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM productvideo_videoevent")
                cursor.execute("DELETE FROM productvideo_productvideo")
        return outcome

    with connection.execute_wrapper(delete_at_once):
        moved = video.mark_failed(code="policy", message="No.")

    assert moved
    assert not ProductVideo.objects.exists()
