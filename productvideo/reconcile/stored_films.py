"""Our copies: every complete video's file is there and as long as it was; with a wish for it, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import default_storage

import kling
from productvideo.models import ProductVideo
from productvideo.pipeline.adopt import KEPT_BY_KLING
from productvideo.pipeline.stored import trouble_with
from productvideo.reconcile import ours
from productvideo.reconcile.findings import AtKling, Difference, Done, Kind, Remedy, Verdict, difference
from productvideo.reconcile.reading import KlingsSide, NotComparableError
from productvideo.reconcile.saving import is_kept
from productvideo.reconcile.words import name_of

FOLDER = "videos"  # in our storage


def compare_files(side: KlingsSide, *, byte_for_byte: bool) -> Iterator[Difference]:
    """Look at every file; what is broken is fetched again where Kling still has the film.

    A storage without any folder of films is more likely not mounted than lost: then nothing is fetched.
    """
    videos = ours.complete(side.host.name)
    if videos.exists() and not _is_storage_there():
        yield _no_storage(videos.count())
        return
    for video in videos.iterator(chunk_size=ours.AT_ONCE):
        if trouble := _trouble(video, byte_for_byte=byte_for_byte):
            task = side.tasks[video.task_id] if side.has(video.task_id) and video.task_id in side.tasks else None
            yield _broken(video, trouble, task)


def _is_storage_there() -> bool:
    try:
        default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return False
    except NotImplementedError:
        return True  # a storage that cannot list
    except OSError as error:
        raise _unreadable(error) from None
    return True


def _trouble(video: ProductVideo, *, byte_for_byte: bool) -> str:
    sha256 = video.sha256 if byte_for_byte else ""
    try:
        return trouble_with(video.file.name or "", size=video.size_bytes or 0, sha256=sha256)
    except OSError as error:
        raise _unreadable(error) from None


def _unreadable(error: OSError) -> NotComparableError:
    reason = error.strerror or type(error).__name__
    return NotComparableError(f"Our storage of films cannot be read ({reason}). Nothing was changed; mend it first.")


def _no_storage(count: int) -> Difference:
    sentence = (
        f"Our storage has no folder “{FOLDER}”, and {count} films should lie there. Is its disk mounted, is MEDIA_ROOT"
        " right? If the films are really gone, make an empty folder of that name and run this again: what Kling"
        " still has is fetched then."
    )
    return difference(Kind.NO_STORAGE, Verdict.LOOK, sentence, count=count)


def _broken(video: ProductVideo, trouble: str, task: kling.Task | None) -> Difference:
    told = f"{name_of(video)} is complete, and its file {video.file.name} {trouble}"
    if task is not None and is_kept(task):
        return difference(
            Kind.FILE_BROKEN,
            Verdict.MENDED,
            f"{told}; Kling still has the film.",
            video_id=video.pk,
            tasks=(AtKling.of(task),),
            remedy=Remedy(promise="fetched again by the workers", act=lambda: _fetch_again(video, trouble, task)),
        )
    sentence = f"{told}, and Kling does not have the film any more. Bring the file back from a backup, or retake it."
    tasks = (AtKling.of(task) if task else AtKling(task_id=video.task_id),)
    return difference(Kind.FILE_BROKEN, Verdict.LOOK, sentence, video_id=video.pk, tasks=tasks)


def _fetch_again(video: ProductVideo, trouble: str, task: kling.Task) -> Done:
    moved = video.mark_to_be_saved_again(
        why=f"Our copy {trouble}; fetching the film from Kling again.",
        source_url=task.video_url,
        source_expires_at=task.updated_at + KEPT_BY_KLING,
    )
    if moved:
        return Done(text="taken off the page until the workers have fetched it again")
    return Done(text="somebody else was first")
