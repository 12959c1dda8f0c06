"""Kling's JSON, read into our values: strict about what money hangs on, patient about the rest.

Kling's envelope is in kling-api §2, its tasks in §3.2, its packs in §7.1. Ids and numbers may come as numbers or as
strings; unknown fields are ignored.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from kling.types import AccountCosts, ResourcePack, StrangeTask, Task, TaskPage, TaskStatus

LONGEST_TEXT = 2000
LONGEST_ID = 64
LARGEST_NUMBER = Decimal(10) ** 18
SECONDS_BELOW = Decimal(10) ** 11
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is around every answer. `code` is None when the body is not Kling's; `found` is its `data`."""

    code: int | None
    message: str
    request_id: str
    found: Any


class UnreadableError(ValueError):
    """An answer that has not the shape Kling promises; the text says what is wrong with it."""


def read_envelope(content: bytes) -> Envelope:
    """Read any body; one that is not Kling's becomes an envelope without a code."""
    try:
        body = json.loads(content, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return Envelope(code=None, message="", request_id="", found=None)
    return Envelope(
        code=read_whole(body.get("code")),
        message=read_text(body.get("message")),
        request_id=read_text(body.get("request_id"))[:100],
        found=body.get("data"),
    )


def read_created(found: Any, *, external_task_id: str, request_id: str) -> Task:
    """Read the answer to a create: only a task id makes it a yes, and a fresh task is `submitted` (kling-api §3.1)."""
    entry = found if isinstance(found, dict) else {}
    if not (task_id := read_id(entry.get("task_id"))):
        raise UnreadableError("it names no task")
    created_at, updated_at = _read_times(entry)
    return Task(
        task_id=task_id,
        external_task_id=_read_external_id(entry) or external_task_id,
        status=TaskStatus.SUBMITTED,
        message=read_text(entry.get("task_status_msg")),
        created_at=created_at,
        updated_at=updated_at,
        video_url="",
        video_duration=None,
        units=None,
        request_id=request_id,
    )


def read_task(entry: Any, *, request_id: str) -> Task | StrangeTask:
    """Read one task; whatever cannot be understood comes back as a StrangeTask, with its ids where there are any."""
    if not isinstance(entry, dict):
        return StrangeTask(task_id="", external_task_id="", reason="it is not an object")
    try:
        return _read_known_task(entry, request_id=request_id)
    except UnreadableError as error:
        return StrangeTask(
            task_id=read_id(entry.get("task_id")), external_task_id=_read_external_id(entry), reason=str(error)
        )


def read_page(found: Any, *, request_id: str) -> TaskPage:
    """Read a list page. No list at all is an error: an empty account has `[]`, and nothing may pass for that."""
    if not isinstance(found, list):
        raise UnreadableError("it holds no list of tasks")
    entries = [read_task(entry, request_id=request_id) for entry in found]
    return TaskPage(
        tasks=tuple(entry for entry in entries if isinstance(entry, Task)),
        strange=tuple(entry for entry in entries if isinstance(entry, StrangeTask)),
        size=len(entries),
    )


def read_costs(found: Any, *, request_id: str) -> AccountCosts:
    """Read the packs; the key is absent when there are none, and a pack that cannot be read is left out."""
    listed = {} if found is None else found
    if isinstance(listed, dict):
        listed = listed.get("resource_pack_subscribe_infos")
    if listed is not None and not isinstance(listed, list):
        raise UnreadableError("it holds no list of packs")
    packs = (_read_pack(entry) for entry in listed or [])
    return AccountCosts(packs=tuple(pack for pack in packs if pack is not None), request_id=request_id)


def read_inner(found: Any) -> tuple[int, str]:
    """Return the second code and message that `/account/costs` has inside its data; (0, "") where there are none."""
    if not isinstance(found, dict):
        return 0, ""
    return read_whole(found.get("code")) or 0, read_text(found.get("msg")) or read_text(found.get("message"))


def read_text(value: Any) -> str:
    """Return a text that any database can keep: no NUL, no half characters, not longer than a page."""
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode(errors="replace").decode().strip()[:LONGEST_TEXT]


def read_id(value: Any) -> str:
    """Return an id as text, "" if it is none; Kling sends strings, look-alikes also numbers."""
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else read_text(value)
    return found if len(found) <= LONGEST_ID else ""


def read_whole(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().lstrip("-").isascii() and value.strip().lstrip("-").isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_amount(value: Any) -> Decimal | None:
    """Return a number if it is a sane one, else None."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        amount = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < LARGEST_NUMBER else None


def read_time(value: Any) -> datetime | None:
    """Read Kling's milliseconds since 1970; so small a number that it would be 1970 is seconds."""
    amount = read_amount(value)
    if not amount:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=int(amount * 1000 if amount < SECONDS_BELOW else amount))
    except OverflowError:
        return None


def _read_known_task(entry: dict[str, Any], *, request_id: str) -> Task:
    if not (task_id := read_id(entry.get("task_id"))):
        raise UnreadableError("it has no task_id")
    status = _read_status(entry)
    video = _read_video(entry) if status is TaskStatus.SUCCEED else {}
    created_at, updated_at = _read_times(entry)
    return Task(
        task_id=task_id,
        external_task_id=_read_external_id(entry),
        status=status,
        message=read_text(entry.get("task_status_msg")),
        created_at=created_at,
        updated_at=updated_at,
        video_url=video.get("url", ""),
        video_duration=read_amount(video.get("duration")),
        units=read_amount(entry.get("final_unit_deduction")),
        request_id=request_id,
    )


def _read_status(entry: dict[str, Any]) -> TaskStatus:
    word = entry.get("task_status")
    try:
        return TaskStatus(str(word))
    except ValueError:
        raise UnreadableError(f"its status is {str(word)[:100]!r}") from None


def _read_video(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the first video that has an address; its address is kept byte for byte (kling-api §8)."""
    outcome = entry.get("task_result")
    videos = outcome.get("videos") if isinstance(outcome, dict) else None
    for video in videos if isinstance(videos, list) else []:
        if isinstance(video, dict) and _is_address(video.get("url")):
            return video
    raise UnreadableError("it succeeded without the address of a video")


def _is_address(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and value.isprintable() and " " not in value


def _read_external_id(entry: dict[str, Any]) -> str:
    about = entry.get("task_info")
    return read_id(about.get("external_task_id")) if isinstance(about, dict) else ""


def _read_times(entry: dict[str, Any]) -> tuple[datetime, datetime]:
    created_at, updated_at = read_time(entry.get("created_at")), read_time(entry.get("updated_at"))
    now = datetime.now(UTC)
    return created_at or updated_at or now, updated_at or created_at or now


def _read_pack(entry: Any) -> ResourcePack | None:
    if not isinstance(entry, dict):
        return None
    total, remaining = read_amount(entry.get("total_quantity")), read_amount(entry.get("remaining_quantity"))
    if remaining is None:
        return None
    return ResourcePack(
        name=read_text(entry.get("resource_pack_name")),
        id=read_id(entry.get("resource_pack_id")),
        total=remaining if total is None else total,
        remaining=remaining,
        effective_at=read_time(entry.get("effective_time")),
        invalid_at=read_time(entry.get("invalid_time")),
        status=read_text(entry.get("status")),
    )
