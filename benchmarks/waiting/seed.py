"""Makes the database of a benchmark and its queue: `seed.py VIDEOS`; or says when each was noticed: `seed.py`."""

import copy
import json
import sys
import uuid
from pathlib import Path

import django

sys.path[:0] = [str(Path(__file__).resolve().parents[n]) for n in (2, 1)]
sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "tests")]
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from factories import make_account, make_scene, make_video  # noqa: E402

from productvideo.models import ProductVideo  # noqa: E402
from waiting import clock  # noqa: E402


def main(videos: str = "") -> None:
    if (ours := clock.inherited()).factor != 1:
        clock.set_sqlite(ours)
    if videos:
        call_command("migrate", verbosity=0)
        approve(int(videos))
    else:
        sys.stdout.write(json.dumps(noticed()))


def approve(count: int) -> None:
    """Put videos of one scene in the queue, all at once."""
    first = make_video(make_scene(), make_account(host=settings.KLING_API_BASE_URL))
    others = []
    for take in range(2, count + 1):
        other = copy.copy(first)
        other.pk, other.take = uuid.uuid4(), take
        others.append(other)
    ProductVideo.objects.bulk_create(others)


def noticed() -> dict[str, tuple[str, float]]:
    """Return where each video is, and when we knew that it was ready."""
    rows = ProductVideo.objects.values_list("pk", "stage", "rendered_at")
    return {str(pk): (stage, at.timestamp() if at else 0.0) for pk, stage, at in rows}


if __name__ == "__main__":
    main(*sys.argv[1:])
