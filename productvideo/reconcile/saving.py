"""Saving films that only Kling has, as files beside the database: DIR/<task id>.mp4, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

import kling
from productvideo.ages import age_of
from productvideo.downloads import DownloadError, download
from productvideo.films import FilmError, inspect_film
from productvideo.pipeline.adopt import KEPT_BY_KLING
from productvideo.reconcile.findings import Done, Remedy
from productvideo.reconcile.reading import NotComparableError, Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where films are saved to; without a folder nothing is."""

    folder: Path | None
    simulated: bool
    say: Say

    def require_usable(self) -> None:
        """Raise NotComparableError when something else is in the folder's place."""
        if self.folder is not None and self.folder.exists() and not self.folder.is_dir():
            raise NotComparableError(f"{self.folder} is no folder; name one for --download. Nothing was done.")

    def remedy(self, task: kling.Task) -> tuple[str, Remedy | None]:
        """Return how the film of a task is saved; where it is not, what is said instead."""
        if task.status is kling.TaskStatus.FAILED:
            return "there is no film", None
        if task.status is not kling.TaskStatus.SUCCEED:
            return "not finished yet, run this again later", None
        if not is_kept(task):
            return "Kling's copy has ended", None
        if self.folder is None:
            return "--download DIR saves the film", None
        path = self._path(task)
        if _is_whole(path):
            return f"saved already as {path}", None
        return "", Remedy(promise=f"saved as {path}", act=lambda: self._save(task, path))

    def leaves_at_kling(self, task: kling.Task) -> bool:
        """Say whether a film could be saved and is not, since nobody said where."""
        return self.folder is None and task.status is kling.TaskStatus.SUCCEED and is_kept(task)

    def _path(self, task: kling.Task) -> Path:
        """A task's id comes from outside: whatever is in it, the file lies in the folder."""
        return (self.folder or Path()) / f"{quote(task.task_id, safe='')}.mp4"

    def _save(self, task: kling.Task, path: Path) -> Done:
        if _is_whole(path):  # another run was faster
            return Done(text=f"saved already as {path}")
        self.say(f"Saving {path}.")
        try:
            with download(
                task.video_url,
                folder=path.parent,
                allow_private=settings.ALLOW_PRIVATE_DOWNLOADS or self.simulated,
                still_mine=lambda: True,
            ) as found:
                inspect_film(found.path)
                found.path.replace(path)
        except (DownloadError, FilmError) as error:
            return Done(text=f"not saved: {error} Run this again", ok=False)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return Done(text=f"not saved: {path} cannot be written ({reason})", ok=False)
        return Done(text=f"saved as {path}")


def is_kept(task: kling.Task) -> bool:
    """Say whether Kling still hands out the film."""
    return task.status is kling.TaskStatus.SUCCEED and age_of(task.updated_at) < KEPT_BY_KLING


def _is_whole(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        inspect_film(path)
    except FilmError:
        return False
    return True
