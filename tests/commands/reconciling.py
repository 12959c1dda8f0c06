"""What the tests of `manage.py reconcile` share: running it, and how things stand on both sides before that."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import responses
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.serializers import serialize
from factories import make_complete_video, make_video
from kling_host import KlingHost, kling_host

from productvideo import ledger, services
from productvideo.models import ProductVideo, Submission
from productvideo.querysets import now
from productvideo.reconcile import reading
from productvideo.states import Stage

__all__ = ["kling_host"]
FILM = "http://127.0.0.1:9/film.mp4"
LONG_AGO = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def a_storage_of_its_own(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.ALLOW_PRIVATE_DOWNLOADS = True
    (tmp_path / "media" / "videos").mkdir(parents=True)
    monkeypatch.setattr(reading, "PATIENCE", (0.0, 0.0, 0.0))


@dataclass
class Ended:
    """How a run ended and what it printed."""

    status: Any
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def only(self) -> dict[str, Any]:
        """The one finding there is."""
        [finding] = self.told["findings"]
        return finding

    @property
    def kinds(self) -> list[str]:
        return sorted(finding["kind"] for finding in self.told["findings"])


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_with(*more: str) -> Ended:
        status: Any = 0
        try:
            call_command("reconcile", *more)
        except SystemExit as leaving:
            status = leaving.code
        return Ended(status, *capsys.readouterr())

    return run_with


@pytest.fixture
def check(run: Run) -> Run:
    """Try it first, see that this changed nothing; do it; see that a second time finds what is left and does nothing.

    Returns the run that did it.
    """

    def all_three(*more: str, left: int = 0) -> Ended:
        before = everything()
        tried = run("--json", "--dry-run", *more)
        assert everything() == before
        done = run("--json", *more)
        after = everything()
        again = run("--json", *more)
        assert everything() == after
        assert len(again.told["findings"]) == left
        assert tried.kinds == done.kinds
        assert (tried.told["dry_run"], done.told["dry_run"]) == (True, False)
        for finding in tried.told["findings"]:
            assert finding["verdict"] != "mended" or finding["done"].startswith("would be ")
        return done

    return all_three


def everything() -> tuple[Any, ...]:
    """Dump every row of every table, and every file of the storage."""
    rows = [serialize("json", model._base_manager.order_by("pk")) for model in apps.get_models()]
    root = Path(default_storage.path(""))
    return (*rows, sorted((str(path), path.stat().st_size) for path in root.rglob("*") if path.is_file()))


def bought(host: KlingHost, *, stage: Stage = Stage.RENDERING, **columns: Any) -> tuple[ProductVideo, dict[str, Any]]:
    """Return a video that was sent ten minutes ago, with its line in the ledger, and its task at Kling."""
    video = make_video(submitted_at=now() - LONG_AGO)
    task = host.make_task(str(video.pk))
    sent(video, task["task_id"])
    move(video, stage=stage, task_id=task["task_id"], accepted_at=now() - LONG_AGO, **columns)
    return video, task


def sent(video: ProductVideo, task_id: str = "", **columns: Any) -> Submission:
    line = ledger.record_sending(video)
    if task_id:
        Submission.objects.filter(pk=line.pk).update(outcome="accepted", task_id=task_id, answered_at=now())
    Submission.objects.filter(pk=line.pk).update(**{"sent_at": now() - LONG_AGO} | columns)
    line.refresh_from_db()
    return line


def move(video: ProductVideo, **columns: Any) -> None:
    ProductVideo.objects.filter(pk=video.pk).update(**columns)
    video.refresh_from_db()


def complete(host: KlingHost, content: bytes = b"film" * 100) -> tuple[ProductVideo, dict[str, Any]]:
    """Return a video that is complete on both sides, and its task."""
    video = make_complete_video(content=content)
    task = host.make_task(str(video.pk))
    host.succeed(task, FILM)
    line = sent(video, task["task_id"])
    ledger.record_charges({task["task_id"]: Decimal("1.5")}, host=line.host)
    move(video, task_id=task["task_id"])
    return video, task


def deleted(host: KlingHost) -> dict[str, Any]:
    """Return the task of a video that was made and then deleted here."""
    video, task = complete(host)
    services.delete_video(video=video)
    return task


def serve(host: KlingHost, body: bytes, url: str = FILM, **options: Any) -> None:
    host.mock.add(responses.GET, url, body=body, **options)  # type: ignore[attr-defined]


def ago(time_ago: timedelta) -> int:
    return int((time.time() - time_ago.total_seconds()) * 1000)


def downloads(host: KlingHost) -> int:
    return sum(call.request.url == FILM for call in host.mock.calls)  # type: ignore[attr-defined]
