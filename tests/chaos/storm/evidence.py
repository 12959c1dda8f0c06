"""What is found after a storm: our rows, Kling's own tasks and films, the files, and what the customers were told."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from storm.ground import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    id: str
    scene: int
    take: int
    stage: str
    task_id: str
    error_code: str
    error_message: str
    attention: str
    file: str
    poster: str
    url: str
    thumbnail_url: str
    sha256: str
    size: int | None
    charged: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the ledger."""

    video: str
    kind: str
    outcome: str
    task_id: str
    charged: Decimal | None
    sent_at: str
    answered_at: str
    code: int | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of a video's timeline."""

    video: str
    at: str
    start: str
    end: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as Kling has it: the truth about what was paid."""

    id: str
    external_id: str
    status: str
    units: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of the media folder, named by its path in it."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    wanted: int
    slots: int
    videos: list[Video]
    ledger: list[Entry]
    events: list[Event]
    scenes: dict[int, int]  # takes by scene
    tasks: list[Task]
    films: Mapping[str, str]  # SHA-256 by task id, as Kling hands it out
    files: Mapping[str, StoredFile]
    books: dict[str, Any]
    promised: frozenset[str]  # videos that an answer named
    complaints: list[str] = field(default_factory=list)


def gather(ground: Ground, *, wanted: int, slots: int, promised: frozenset[str], complaints: list[str]) -> Evidence:
    return Evidence(
        wanted=wanted,
        slots=slots,
        videos=_videos(ground),
        ledger=_ledger(ground),
        events=_events(ground),
        scenes=dict(ground.ask("SELECT id, takes FROM productvideo_scene")),
        tasks=_tasks(ground),
        films=ground.kling.films(),
        files=_files(ground.media),
        books=ground.kling.books(),
        promised=promised,
        complaints=complaints,
    )


def _videos(ground: Ground) -> list[Video]:
    rows = ground.ask(
        "SELECT id, scene_id, take, stage, task_id, error_code, error_message, attention, file, poster, url,"
        " thumbnail_url, sha256, size_bytes, units_charged FROM productvideo_productvideo ORDER BY created_at, id"
    )
    names = list(Video.__dataclass_fields__)
    return [Video(**dict(zip(names, [_id(row[0]), *row[1:-1], _units(row[-1])], strict=True))) for row in rows]


def _ledger(ground: Ground) -> list[Entry]:
    rows = ground.ask(
        "SELECT video_id, kind, outcome, task_id, units_charged, sent_at, answered_at, code, detail"
        " FROM productvideo_submission ORDER BY id"
    )
    return [
        Entry(
            video=_id(row[0]),
            kind=row[1],
            outcome=row[2],
            task_id=row[3],
            charged=_units(row[4]),
            sent_at=str(row[5]),
            answered_at=str(row[6]),
            code=row[7],
            detail=row[8],
        )
        for row in rows
    ]


def _events(ground: Ground) -> list[Event]:
    rows = ground.ask("SELECT video_id, at, from_stage, to_stage, why FROM productvideo_videoevent ORDER BY id")
    return [Event(video=_id(video), at=str(at), start=start, end=end, why=why) for video, at, start, end, why in rows]


def _tasks(ground: Ground) -> list[Task]:
    return [
        Task(
            id=str(task["task_id"]),
            external_id=str(task["external_id"] or ""),
            status=str(task["status"]),
            units=Decimal(str(task["units"])),
        )
        for task in ground.kling.tasks()
    ]


def _files(media: Path) -> dict[str, StoredFile]:
    found = {}
    for path in media.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            found[str(path.relative_to(media))] = StoredFile(size=len(content), sha256=sha256)
    return found


def _id(value: object) -> str:
    return str(UUID(str(value)))


def _units(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value)).normalize()
