"""The storm's judge sees every broken promise; a judge that cannot be displeased would prove nothing."""

import hashlib
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from storm.evidence import Entry, Event, Evidence, StoredFile, Task, Video
from storm.judge import judge, left_behind

FILM = hashlib.sha256(b"film").hexdigest()
FIRST, SECOND = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"


def a_complete_video() -> Video:
    return Video(
        id=FIRST,
        scene=1,
        take=1,
        stage="complete",
        task_id="71",
        error_code="",
        error_message="",
        attention="",
        file="videos/1.mp4",
        poster="posters/1.jpg",
        url="/files/videos/1.mp4",
        thumbnail_url="/files/posters/1.jpg",
        sha256=FILM,
        size=4,
        charged=Decimal("1.5"),
    )


def a_failed_video() -> Video:
    return replace(
        a_complete_video(),
        id=SECOND,
        scene=2,
        stage="failed",
        task_id="72",
        error_code="policy",
        error_message="Kling's safety check refused it.",
        file="",
        poster="",
        url="",
        thumbnail_url="",
        sha256="",
        size=None,
        charged=Decimal(0),
    )


def an_order(video: str, task_id: str, charged: str) -> Entry:
    return Entry(
        video=video,
        kind="order",
        outcome="accepted",
        task_id=task_id,
        charged=Decimal(charged),
        sent_at="",
        answered_at="",
        code=None,
        detail="",
    )


def a_way(video: str, *stages: str) -> list[Event]:
    steps = zip(("", *stages), stages, strict=False)
    return [Event(video=video, at="", start=start, end=end, why="") for start, end in steps]


def sound() -> Evidence:
    """A storm that broke nothing: one video complete, one refused by Kling."""
    return Evidence(
        wanted=2,
        slots=20,
        videos=[a_complete_video(), a_failed_video()],
        ledger=[an_order(FIRST, "71", "1.5"), an_order(SECOND, "72", "0")],
        events=[
            *a_way(FIRST, "queued", "submitting", "rendering", "storing", "complete"),
            *a_way(SECOND, "queued", "submitting", "rendering", "failed"),
        ],
        scenes={1: 1, 2: 1},
        tasks=[
            Task(id="71", external_id=FIRST, status="succeed", units=Decimal("1.5")),
            Task(id="72", external_id=SECOND, status="failed", units=Decimal(0)),
        ],
        films={"71": FILM},
        files={"videos/1.mp4": StoredFile(size=4, sha256=FILM), "posters/1.jpg": StoredFile(size=1, sha256="p")},
        books={"paid_twice": 0, "most_at_once": 20},
        promised=frozenset({FIRST, SECOND}),
    )


def with_video(evidence: Evidence, **columns: Any) -> Evidence:
    first, *others = evidence.videos
    return replace(evidence, videos=[replace(first, **columns), *others])


def with_failed_video(evidence: Evidence, **columns: Any) -> Evidence:
    first, second = evidence.videos
    return replace(evidence, videos=[first, replace(second, **columns)])


def with_task(evidence: Evidence, *more: Task, **columns: Any) -> Evidence:
    first, *others = evidence.tasks
    return replace(evidence, tasks=[replace(first, **columns), *others, *more])


def with_order(evidence: Evidence, **columns: Any) -> Evidence:
    first, *others = evidence.ledger
    return replace(evidence, ledger=[replace(first, **columns), *others])


def test_what_is_as_promised_pleases_the_judge():
    assert judge(sound()) == []


@pytest.mark.parametrize(
    ("evidence", "promise"),
    [
        (replace(sound(), wanted=3), "each approval buys once"),
        (replace(sound(), promised=frozenset({"a video that is gone"})), "each approval buys once"),
        (replace(sound(), complaints=["Product 1 was sold twice."]), "each approval buys once"),
        (with_video(sound(), stage="storing"), "nothing is lost"),
        (
            with_task(sound(), Task(id="73", external_id=FIRST, status="succeed", units=Decimal("1.5"))),
            "nothing is paid twice",
        ),
        (replace(sound(), books={"paid_twice": 1, "most_at_once": 1}), "nothing is paid twice"),
        (with_task(sound(), external_id="somebody else's"), "Kling has no task that we do not know"),
        (with_task(sound(), status="failed"), "every video ends as its task did"),
        (with_failed_video(sound(), error_code="lost_at_kling"), "every video ends as its task did"),
        (with_failed_video(sound(), error_message=""), "every video ends as its task did"),
        (with_video(sound(), task_id="99"), "every video ends as its task did"),
        (replace(sound(), tasks=[]), "every video ends as its task did"),
        (replace(sound(), files={}), "every complete video has its own film"),
        (with_video(sound(), size=5), "every complete video has its own film"),
        (replace(sound(), films={"71": "another film"}), "every complete video has its own film"),
        (with_video(sound(), thumbnail_url=""), "every complete video has its own film"),
        (with_video(sound(), url=""), "every complete video has its own film"),
        (with_video(sound(), attention="Not saved yet."), "no finished video asks for attention"),
        (with_order(sound(), task_id=""), "the ledger has every task once"),
        (with_order(sound(), outcome="unclear"), "the ledger has every task once"),
        (
            replace(sound(), ledger=[*sound().ledger, an_order(FIRST, "71", "1.5")]),
            "the ledger has every task once",
        ),
        (replace(sound(), ledger=[*sound().ledger, an_order(FIRST, "9", "1")]), "the ledger has every task once"),
        (with_order(sound(), charged=None), "the ledger has what Kling charged"),
        (with_video(sound(), charged=Decimal(3)), "the ledger has what Kling charged"),
        (replace(sound(), slots=19), "the slots are kept"),
        (replace(sound(), scenes={1: 2, 2: 1}), "takes are counted"),
        (replace(sound(), events=[*sound().events, *a_way(FIRST, "queued")]), "timelines are whole"),
        (replace(sound(), events=sound().events[:-1]), "timelines are whole"),
    ],
)
def test_each_broken_promise_is_seen(evidence: Evidence, promise: str):
    assert promise in {breach.promise for breach in judge(evidence)}


def test_files_of_nobody_are_counted():
    nothing = StoredFile(size=1, sha256="")
    files = {**sound().files, "incoming/x.part": nothing, "videos/old.mp4": nothing}

    assert left_behind(replace(sound(), files=files)) == {"parts": 1, "orphans": 1}
