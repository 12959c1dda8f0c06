"""The values that go to Kling and come back: frozen, typed, free of Kling's spelling."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Mode(StrEnum):
    """How fine the picture is: 720p, 1080p, 4k."""

    STD = "std"
    PRO = "pro"
    FOUR_K = "4k"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a clip is to be, `duration` in seconds; `kling.find_model(name).check` says whether it can be made."""

    model_name: str
    mode: Mode
    duration: int
    sound: bool = False
    negative_prompt: str = ""
    end_frame: bool = False  # the order brings a picture for the last frame too


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageToVideo:
    """One order: the bytes of a JPEG or PNG file, what the camera shall do, and the caller's own unique id.

    `end_image` is the picture of the last frame: there exactly when `settings.end_frame` says so.
    """

    image: bytes
    prompt: str
    settings: Settings
    external_task_id: str
    end_image: bytes = b""

    def __repr__(self) -> str:
        return (
            f"ImageToVideo(external_task_id={self.external_task_id!r}, image=<{len(self.image)} bytes>,"
            f" end_image=<{len(self.end_image)} bytes>,"
            f" prompt=<{len(self.prompt)} characters>, settings={self.settings!r})"
        )


class TaskStatus(StrEnum):
    """Kling's four words for where a task is."""

    SUBMITTED = "submitted"
    PROCESSING = "processing"
    SUCCEED = "succeed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Kling's record of one render.

    `message` is Kling's reason when it failed; `video_url` is set exactly when `status` is SUCCEED. `video_duration`
    (seconds) and `units` (what was charged) are None where Kling does not say. A time that Kling leaves out is taken
    from the other one, else it is the moment of reading.
    """

    task_id: str
    external_task_id: str
    status: TaskStatus
    message: str
    created_at: datetime
    updated_at: datetime
    video_url: str = field(repr=False)  # signed: whoever has it can fetch the video
    video_duration: Decimal | None
    units: Decimal | None
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangeTask:
    """An entry that could not be understood, as far as its ids can be read, and why."""

    task_id: str
    external_task_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """One page of Kling's list; `size` counts the entries Kling sent, strange ones included."""

    tasks: tuple[Task, ...]
    strange: tuple[StrangeTask, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcePack:
    """A prepaid pack of units; `status` is Kling's word: toBeOnline, online, expired, runOut."""

    name: str
    id: str
    total: Decimal
    remaining: Decimal
    effective_at: datetime | None
    invalid_at: datetime | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCosts:
    """The account's packs; Kling's figures lag up to 12 hours (kling-api §7.1)."""

    packs: tuple[ResourcePack, ...]
    request_id: str

    @property
    def remaining(self) -> Decimal | None:
        """Units left in the packs that are online; None when Kling lists no packs at all."""
        if not self.packs:
            return None
        return sum((pack.remaining for pack in self.packs if pack.status == "online"), Decimal(0))
