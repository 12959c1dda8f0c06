"""What saving a film goes through for real: workers that die, and a disk that is full; run by test_storing.py.

Usage: python storing.py killed|full LINK. It prints one JSON object.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from factories import make_scene, make_staff, make_video  # noqa: E402
from passing_time import always, let_time_pass  # noqa: E402

from productvideo import accounts, pipeline  # noqa: E402
from productvideo.models import KlingAccount, ProductVideo  # noqa: E402
from productvideo.querysets import now  # noqa: E402
from productvideo.states import Stage  # noqa: E402

LINK = sys.argv[2]
MEDIA = Path(settings.MEDIA_ROOT)


def storing(account: KlingAccount) -> ProductVideo:
    video = make_video(make_scene(), account)
    link = {"source_url": LINK, "source_expires_at": now() + timedelta(days=30)}
    ProductVideo.objects.filter(pk=video.pk).update(stage=Stage.STORING, task_id=str(video.pk), **link)
    return ProductVideo.objects.get(pk=video.pk)


def look(video: ProductVideo, reader: Client) -> dict[str, Any]:
    """Return what anybody can see of a video: its row, its files, and what is handed out."""
    video.refresh_from_db()
    answer = reader.get(f"/files/videos/{video.pk}.mp4")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return {
        "stage": video.stage,
        "attention": video.attention,
        "downloads": video.downloads,
        "handed_out": hashlib.sha256(body).hexdigest() if answer.status_code == 200 else answer.status_code,
        "stored": [hashlib.sha256(file.read_bytes()).hexdigest() for file in MEDIA.glob(f"videos/{video.pk}*")],
        "posters": [file.read_bytes()[-2:] == b"\xff\xd9" for file in MEDIA.glob(f"posters/{video.pk}*")],
        "parts": len(list(MEDIA.rglob("*.part"))),
    }


def _die(*_: object, **__: object) -> None:
    os._exit(9)


def while_it_comes() -> None:
    os.fsync = _die


def before_the_poster_has_its_name() -> None:
    os.replace = _die


def before_the_film_has_its_name() -> None:
    replace = os.replace
    os.replace = lambda source, target: (_die if str(target).endswith(".mp4") else replace)(source, target)


def after_the_film_has_its_name() -> None:
    replace = os.replace
    os.replace = lambda source, target: (replace(source, target), str(target).endswith(".mp4") and _die())


def before_the_commit() -> None:
    ProductVideo.mark_complete = _die  # type: ignore[method-assign,assignment]


def after_the_commit() -> None:
    mark = ProductVideo.mark_complete
    ProductVideo.mark_complete = lambda *who, **stored: (mark(*who, **stored), _die())  # type: ignore[method-assign]


DEATHS: list[Callable[[], None]] = [
    while_it_comes,
    before_the_poster_has_its_name,
    before_the_film_has_its_name,
    after_the_film_has_its_name,
    before_the_commit,
    after_the_commit,
]


def killed(account: KlingAccount, reader: Client) -> dict[str, Any]:
    """Let a worker die at every step of saving a film, and another one go on."""
    seen = {}
    for death in DEATHS:
        video = storing(account)
        status = _collect_and(death)
        dead = look(video, reader)
        let_time_pass(150)
        pipeline.collect(always)
        seen[death.__name__] = {"status": status, "dead": dead, "after": look(video, reader)}
        for part in MEDIA.glob("incoming/*.part"):
            part.unlink()  # swept in an hour
    return seen


def _collect_and(death: Callable[[], None]) -> int:
    connections.close_all()  # nothing of a database is carried over a fork
    child = os.fork()
    if not child:
        death()
        pipeline.collect(always)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def full(account: KlingAccount, reader: Client) -> dict[str, Any]:
    """Save a film on a disk with no room for it, then with room."""
    MEDIA.mkdir(exist_ok=True)
    ballast = MEDIA / "ballast"
    room = os.statvfs(MEDIA)
    video = storing(account)  # which puts the product's photo there
    ballast.write_bytes(bytes(room.f_bavail * room.f_bsize - 600_000))
    pipeline.collect(always)
    when_full = look(video, reader)
    ballast.unlink()
    pipeline.collect(always)
    too_soon = look(video, reader)
    let_time_pass(61)
    pipeline.collect(always)
    return {
        "size": room.f_blocks * room.f_frsize,
        "full": when_full,
        "too_soon": too_soon,
        "after": look(video, reader),
    }


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    reader = Client(SERVER_NAME="localhost")
    reader.force_login(make_staff())
    print(json.dumps({"killed": killed, "full": full}[sys.argv[1]](accounts.current_account(), reader)))
