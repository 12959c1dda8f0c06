"""What a pack's own words tell: whether it is in use, how many tasks it lets run at once (§5.1).

The one name that is documented is Trial-Video-100Units-5Con-1Months; others may say less.
"""

import re
from datetime import datetime

from kling.types import ResourcePack

_PARALLEL = re.compile(r"(?<![A-Za-z0-9])([1-9]\d{0,3})Con(?![A-Za-z])", re.I)


def is_in_use(pack: ResourcePack, now: datetime) -> bool:
    """Say whether videos can be made from it now."""
    is_over = pack.invalid_at is not None and pack.invalid_at <= now
    return pack.status == "online" and not is_over and pack.is_for_videos


def parallel_limit(pack: ResourcePack) -> int | None:
    """Return how many tasks may run at once by its name, None if that does not say."""
    found = _PARALLEL.search(pack.name)
    return int(found[1]) if found else None


def name_of(pack: ResourcePack) -> str:
    return pack.name or "Pack without a name"
