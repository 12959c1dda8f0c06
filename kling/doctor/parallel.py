"""Whether KLING_MAX_PARALLEL is more than the packs allow (kling-api §5.1).

What they allow is the most that any pack in use allows, not their sum; the names of some packs tell it.
"""

from datetime import datetime

from django.conf import settings

from kling.doctor.findings import Check, count, good, warn
from kling.doctor.labels import is_in_use, name_of, parallel_limit
from kling.types import ResourcePack

STANDARD, TRIAL = 20, 5
_DOCUMENTED = f"Kling's standard video packs allow {STANDARD}, its trial packs {TRIAL}."


def check_parallel(packs: tuple[ResourcePack, ...], *, now: datetime) -> Check:
    used = [pack for pack in packs if is_in_use(pack, now)]
    told = {name_of(pack): limit for pack in used if (limit := parallel_limit(pack))}
    silent = [name_of(pack) for pack in used if not parallel_limit(pack)]
    if silent or not told:
        return _judge_unknown(silent, least=max(told.values(), default=0))
    return _judge_known(max(told, key=lambda name: told[name]), max(told.values()))


def _judge_known(name: str, limit: int) -> Check:
    setting = settings.KLING_MAX_PARALLEL
    facts = {"setting": setting, "limit": limit}
    message = f"KLING_MAX_PARALLEL is {setting}, and {name} allows {count(limit, 'video')} at once."
    if setting <= limit:
        return good("parallel", message, **facts)
    return warn("parallel", f"{message} Kling refuses the others (1303).", f"Set KLING_MAX_PARALLEL={limit}", **facts)


def _judge_unknown(silent: list[str], *, least: int) -> Check:
    """Say what is not known; the documented limits are the only measure then."""
    setting, most = settings.KLING_MAX_PARALLEL, max(STANDARD, least)
    facts = {"setting": setting, "limit": None}
    why = f"{', '.join(silent)} does not tell by its name" if silent else "no pack for videos is in use"
    message = f"KLING_MAX_PARALLEL is {setting}. How many videos may run at once is unknown: {why}. {_DOCUMENTED}"
    if setting <= most:
        return good("parallel", message, **facts)
    return warn("parallel", message, f"Set KLING_MAX_PARALLEL={most}, unless Kling has granted more.", **facts)
