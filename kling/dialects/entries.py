"""Kling's record of a task, in the words of either API, read into one `Task` (kling-api §3.2, §3N.2).

It is told by its own words which API's it is: the unified list of the new API holds tasks of both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from kling.answers import UnreadableError, read_amount, read_id, read_text, read_time, read_words
from kling.types import Cash, StrangeTask, Task, TaskPage, TaskStatus

# Each API has its own word for success; which one comes is no reason to wait for ever.
STATUS_WORDS = {status.value: status for status in TaskStatus} | {"succeeded": TaskStatus.SUCCEED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What an entry says, out of the words of its API and not judged yet."""

    task_id: str
    external_id: str
    status: Any
    message: Any
    created: Any
    updated: Any
    videos: Any
    units: Decimal | None
    cash: Cash | None


def read_created(found: Any, *, external_task_id: str, request_id: str) -> Task:
    """Read the answer to a create: only a task id makes it a yes, and a fresh task is `submitted` (§3.1, §3N.1)."""
    record = _record(found if isinstance(found, dict) else {})
    if not record.task_id:
        raise UnreadableError("it names no task")
    if record.external_id not in ("", external_task_id):
        raise UnreadableError("it is about another task")
    created_at, updated_at = _read_times(record)
    return Task(
        task_id=record.task_id,
        external_task_id=record.external_id or external_task_id,
        status=TaskStatus.SUBMITTED,
        message=read_words(record.message),
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
    record = _record(entry)
    try:
        return _read_known(record, request_id=request_id)
    except UnreadableError as error:
        return StrangeTask(task_id=record.task_id, external_task_id=record.external_id, reason=str(error))


def read_page(found: Any, *, request_id: str, next_cursor: str = "") -> TaskPage:
    """Read a list page. No list at all is an error: an empty account has `[]`, and nothing may pass for that."""
    if not isinstance(found, list):
        raise UnreadableError("it holds no list of tasks")
    entries = [read_task(entry, request_id=request_id) for entry in found]
    return TaskPage(
        tasks=tuple(entry for entry in entries if isinstance(entry, Task)),
        strange=tuple(entry for entry in entries if isinstance(entry, StrangeTask)),
        size=len(entries),
        next_cursor=next_cursor,
    )


def _record(entry: dict[str, Any]) -> Record:
    if "task_id" not in entry or (read_id(entry.get("id")) and not read_id(entry["task_id"])):
        return _new_record(entry)
    return _legacy_record(entry)


def _legacy_record(entry: dict[str, Any]) -> Record:
    about, outcome = _object(entry.get("task_info")), _object(entry.get("task_result"))
    return Record(
        task_id=read_id(entry.get("task_id")),
        external_id=read_id(about.get("external_task_id")),
        status=entry.get("task_status"),
        message=entry.get("task_status_msg"),
        created=entry.get("created_at"),
        updated=entry.get("updated_at"),
        videos=outcome.get("videos"),
        units=read_amount(entry.get("final_unit_deduction")),
        cash=_legacy_cash(_object(entry.get("final_balance_deduction"))),
    )


def _new_record(entry: dict[str, Any]) -> Record:
    outputs, billing = _objects(entry.get("outputs")), _objects(entry.get("billing"))
    return Record(
        task_id=read_id(entry.get("id")),
        external_id=read_id(entry.get("external_id")),
        status=entry.get("status"),
        message=entry.get("message"),
        created=entry.get("create_time"),
        updated=entry.get("update_time"),
        videos=[output for output in outputs if output.get("type", "video") == "video"],
        units=_billed_units(billing),
        cash=_billed_cash(billing),
    )


def _legacy_cash(told: dict[str, Any]) -> Cash | None:
    amount = read_amount(told.get("quota"))
    return None if amount is None else Cash(amount=amount, list_price=read_amount(told.get("list_price")))


def _billed_units(billing: list[dict[str, Any]]) -> Decimal | None:
    """Return the sum of what was taken in units; a task that failed early bills "0" of nothing named."""
    amounts = [read_amount(bill.get("amount")) for bill in billing if bill.get("charge_type", "unit") == "unit"]
    told = [amount for amount in amounts if amount is not None]
    return sum(told, Decimal(0)) if told else None


def _billed_cash(billing: list[dict[str, Any]]) -> Cash | None:
    bills = [bill for bill in billing if bill.get("charge_type") == "cash"]
    amounts = [(amount, bill) for bill in bills if (amount := read_amount(bill.get("amount"))) is not None]
    if not amounts:
        return None
    prices = [price for _, bill in amounts if (price := read_amount(bill.get("list_price"))) is not None]
    return Cash(
        amount=sum((amount for amount, _ in amounts), Decimal(0)),
        currency=read_text(amounts[0][1].get("currency"))[:10],
        list_price=sum(prices, Decimal(0)) if prices else None,
    )


def _read_known(record: Record, *, request_id: str) -> Task:
    if not record.task_id:
        raise UnreadableError("it has no task id")
    status = _read_status(record.status)
    video = _read_video(record.videos) if status is TaskStatus.SUCCEED else {}
    created_at, updated_at = _read_times(record)
    return Task(
        task_id=record.task_id,
        external_task_id=record.external_id,
        status=status,
        message=read_words(record.message),
        created_at=created_at,
        updated_at=updated_at,
        video_url=video.get("url", ""),
        video_duration=read_amount(video.get("duration")),
        units=record.units,
        cash=record.cash,
        request_id=request_id,
    )


def _read_status(word: Any) -> TaskStatus:
    try:
        return STATUS_WORDS[word]
    except (KeyError, TypeError):
        raise UnreadableError(f"its status is {str(word)[:100]!r}") from None


def _read_video(videos: Any) -> dict[str, Any]:
    """Return the first video that has an address; its address is kept byte for byte (kling-api §8)."""
    for video in _objects(videos):
        if _is_address(video.get("url")):
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


def _read_times(record: Record) -> tuple[datetime, datetime]:
    created_at, updated_at = read_time(record.created), read_time(record.updated)
    now = datetime.now(UTC)
    return created_at or updated_at or now, updated_at or created_at or now


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return list(_only_objects(value)) if isinstance(value, list) else []


def _only_objects(values: list[Any]) -> Iterator[dict[str, Any]]:
    yield from (value for value in values if isinstance(value, dict))
