"""What holds after every step, and what holds at the end; each broken promise fails with its own words."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.test import Client
from machine.model import Model
from machine.unruly_kling import UnrulyKling, owner

from personas.models import Persona
from productvideo import ledger, reconcile
from productvideo.models import ProductVideo, Scene, Submission
from productvideo.states import Stage


def nothing_is_paid_twice(kling: UnrulyKling) -> None:
    twice = {name: times for name, times in kling.times_taken.items() if times > 1}
    assert not twice, f"paid twice: {twice}"


def no_slot_is_taken_too_many(kling: UnrulyKling, model: Model) -> None:
    """Of what was forgotten by a restore nobody can know, and it is adopted whether there are places or not."""
    taken = [task for task in kling.unended if owner(task) not in model.forgotten]
    assert len(taken) <= settings.KLING_MAX_PARALLEL, f"{len(taken)} tasks at Kling at once"


def rows_are_what_the_model_says(model: Model) -> None:
    assert {str(pk) for pk in ProductVideo.objects.values_list("pk", flat=True)} == model.here
    assert dict(Scene.objects.values_list("pk", "takes")) == model.takes


def every_unfinished_row_is_due_once(videos: list[ProductVideo]) -> None:
    for video in videos:
        assert (video.due_at is None) == video.is_finished, f"{video.pk} is {video.stage} and due at {video.due_at}"


def what_is_complete_has_its_film(videos: list[ProductVideo], model: Model, known: dict[str, float]) -> None:
    """`known` are the files whose bytes were looked at, with when they were written."""
    for video in videos:
        if video.stage != Stage.COMPLETE or str(video.pk) in model.without_file:
            continue
        path = Path(default_storage.path(str(video.file.name)))
        assert path.suffix == ".mp4", f"{path} is shown"
        if known.get(path.name) != (written := path.stat().st_mtime):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == video.sha256, f"{path} is not the film"
            known[path.name] = written


def what_ended_is_charged_once(videos: list[ProductVideo]) -> None:
    charged: dict[str, int] = {}
    for task_id in Submission.objects.filter(kind="order", units_charged__isnull=False).values_list(
        "task_id", flat=True
    ):
        charged[task_id] = charged.get(task_id, 0) + 1
    assert all(times == 1 for times in charged.values()), f"charged more than once: {charged}"
    for video in videos:
        if video.stage in (Stage.STORING, Stage.COMPLETE):
            assert video.task_id in charged, f"{video.pk} is {video.stage} and not in the ledger"


def months_are_as_the_bank_says(kling: UnrulyKling, model: Model) -> None:
    for persona in Persona.objects.all():
        told = ledger.units_this_month(persona, simulated=False)
        bill = model.bill(kling.tasks.values(), persona=persona.pk)
        assert told == bill, f"{persona} has spent {bill}, and here it says {told}"


def all_have_ended_for_a_true_reason(videos: list[ProductVideo], kling: UnrulyKling, model: Model) -> None:
    made = {owner(task): task for task in kling.tasks.values()}
    for video in videos:
        task = made.get(str(video.pk))
        if video.stage == Stage.COMPLETE:
            assert task, f"{video.pk} is complete, and Kling never made it"
            assert (video.task_id, task["task_status"]) == (task["task_id"], "succeed")
        else:
            refused = str(video.pk) in kling.refused
            assert video.stage == Stage.FAILED, f"{video.pk} is {video.stage} for ever: {video.attention}"
            assert model.may_fail(str(video.pk), video.error_code, task=task, refused=refused), (
                f"{video.pk} failed: {video.error_code}, {video.error_message}; at Kling: {task}"
            )


def orphans_are_told(found: list[reconcile.Finding], kling: UnrulyKling, model: Model) -> None:
    orphans = (reconcile.Kind.UNKNOWN_HERE, reconcile.Kind.DELETED_HERE)
    told = {task.task_id for finding in found for task in finding.tasks if finding.kind in orphans}
    assert told == model.orphans(kling.tasks.values()), "reconcile does not name what has no video"


def the_files_door_shows_whole_films_only(videos: list[ProductVideo]) -> None:
    """One of each kind will do."""
    browser: Any = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get())
    for video in {video.stage: video for video in videos}.values():
        answer = browser.get(f"/files/videos/{video.pk}.mp4")
        if video.stage == Stage.COMPLETE:
            assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == video.sha256
        else:
            assert answer.status_code == 404
