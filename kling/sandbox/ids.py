"""Kling's ids: decimal strings of 18 digits that tell when they were made (kling-api §2)."""

import secrets

EPOCH_MS = 1_568_028_518_782


def mint_id(now_ms: int) -> int:
    """Return a new task id for this moment."""
    return ((now_ms - EPOCH_MS) << 22) | secrets.randbits(22)


def made_ms(task_id: int) -> int:
    return (task_id >> 22) + EPOCH_MS


def video_id(task_id: int) -> int:
    """Return the id of a task's video: always the same, 12 to 44 ms later than the task's own."""
    return (task_id + ((12 + task_id % 33) << 22)) ^ 0x155555
