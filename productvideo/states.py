"""Where a video can be, and the one table of all moves between those places."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where a video is, in our words; Kling's own are `kling.TaskStatus`."""

    QUEUED = "queued", _("waiting for a slot")  # never sent, or clearly refused
    SUBMITTING = "submitting", _("being sent")  # may exist at Kling
    RENDERING = "rendering", _("being made")  # Kling's task is known
    STORING = "storing", _("being saved")  # Kling's film is ready, ours is not yet
    COMPLETE = "complete", _("complete")
    FAILED = "failed", _("failed")


class Status(models.TextChoices):
    """The public answer in three words; the database derives it from the stage."""

    PENDING = "pending", _("pending")
    COMPLETE = "complete", _("complete")
    FAILED = "failed", _("failed")


FINISHED = frozenset({Stage.COMPLETE, Stage.FAILED})
UNFINISHED = frozenset(Stage) - FINISHED
AT_KLING = frozenset({Stage.SUBMITTING, Stage.RENDERING})  # what takes one of the account's slots
AWAITED = frozenset({Stage.QUEUED, Stage.SUBMITTING, Stage.RENDERING})  # what a list page can move

MOVES: dict[Stage, frozenset[Stage]] = {
    # rendering: adopted, when Kling already has the task (a restored backup had forgotten it)
    Stage.QUEUED: frozenset({Stage.SUBMITTING, Stage.RENDERING, Stage.FAILED}),
    # queued: a clear no that is worth waiting for
    Stage.SUBMITTING: frozenset({Stage.QUEUED, Stage.RENDERING, Stage.FAILED}),
    Stage.RENDERING: frozenset({Stage.STORING, Stage.FAILED}),
    # failed: Kling's copy is gone
    Stage.STORING: frozenset({Stage.COMPLETE, Stage.FAILED}),
    # storing: our copy is gone or damaged, and Kling still has the film (`manage.py reconcile`)
    Stage.COMPLETE: frozenset({Stage.STORING}),
    # rendering: adopted by a late answer; only without a stored file
    Stage.FAILED: frozenset({Stage.RENDERING}),
}


class IllegalMoveError(Exception):
    """Our own code asked for a move that the table does not have."""


def can_move(start: Stage, end: Stage) -> bool:
    """Say whether the table has this move."""
    return end in MOVES[start]


def require_move(start: Stage, end: Stage) -> None:
    """Raise IllegalMoveError for a move that the table does not have."""
    if not can_move(start, end):
        raise IllegalMoveError(f"No video moves from {start} to {end}.")
