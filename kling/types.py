"""The values that go to Kling and come back: frozen, typed, free of Kling's spelling."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

_NOT_FOR_VIDEOS = re.compile(r"(?<![A-Za-z])(image|audio)(?![A-Za-z])", re.I)


class Mode(StrEnum):
    """How fine the picture is: 720p, 1080p, 4k."""

    STD = "std"
    PRO = "pro"
    FOUR_K = "4k"


class Dialect(StrEnum):
    """Kling's two official APIs, side by side (kling-api §0)."""

    LEGACY = "legacy"  # /v1/videos/…, the model in the body; takes API keys and key pairs
    NEW = "new"  # /{product}/{model}, tasks at /tasks; takes API keys only


class Product(StrEnum):
    """Which of Kling's products makes a video from pictures, by its word in the new API."""

    IMAGE_TO_VIDEO = "image-to-video"
    OMNI_VIDEO = "omni-video"


class Listing(StrEnum):
    """Where tasks are found again: the legacy API lists each product by itself, the new one lists them all."""

    IMAGE2VIDEO = "/v1/videos/image2video"
    OMNI_VIDEO = "/v1/videos/omni-video"
    TASKS = "/tasks"

    @property
    def dialect(self) -> Dialect:
        return Dialect.NEW if self is Listing.TASKS else Dialect.LEGACY


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

    `end_image` is the picture of the last frame: there exactly when `settings.end_frame` says so. Kling reports every
    change of the task to `callback_url`, if it is given one.
    """

    image: bytes
    prompt: str
    settings: Settings
    external_task_id: str
    end_image: bytes = b""
    callback_url: str = field(default="", repr=False)  # whoever has it can call

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
class Cash:
    """What an account that pays by money was charged; `currency` is "" where Kling does not say (legacy API)."""

    amount: Decimal
    currency: str = ""
    list_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Kling's record of one render, the same from both of its APIs.

    `message` is Kling's reason when it failed; `video_url` is set exactly when `status` is SUCCEED. `video_duration`
    (seconds), `units` and `cash` (what was charged) are None where Kling does not say. A time that Kling leaves out is
    taken from the other one, else it is the moment of reading.
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
    cash: Cash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangeTask:
    """An entry that could not be understood, as far as its ids can be read, and why."""

    task_id: str
    external_task_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """One page of Kling's list; `size` counts the entries Kling sent, strange ones included.

    `next_cursor` is where the new API's list goes on, "" at its end; the legacy API's lists have page numbers.
    """

    tasks: tuple[Task, ...]
    strange: tuple[StrangeTask, ...]
    size: int
    next_cursor: str = ""

    @property
    def entries(self) -> tuple[Task | StrangeTask, ...]:
        return self.tasks + self.strange


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

    @property
    def is_for_videos(self) -> bool:
        """Whether it may pay for videos, as a pack of units for pictures or sounds does not (kling-api §4.3)."""
        return not _NOT_FOR_VIDEOS.search(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCosts:
    """The account's packs; Kling's figures lag up to 12 hours (kling-api §7.1)."""

    packs: tuple[ResourcePack, ...]
    request_id: str

    @property
    def remaining(self) -> Decimal | None:
        """Units left for videos; None when Kling lists no pack for them."""
        return units_left(self.packs)


def units_left(packs: Iterable[ResourcePack]) -> Decimal | None:
    """Return the units that videos can be made from now, in the packs that are online; None without any for videos."""
    for_videos = [pack for pack in packs if pack.is_for_videos]
    if not for_videos:
        return None
    return sum((pack.remaining for pack in for_videos if pack.status == "online"), Decimal(0))
