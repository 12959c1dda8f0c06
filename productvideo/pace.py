"""How long Kling usually takes for a clip, by what it took for the last ones of the same kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor

from django.utils.translation import gettext as _

import kling
from productvideo.models import ProductVideo
from productvideo.states import Stage

LOOKED_BACK = 50
ENOUGH = 5
MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """From how long to how long most clips take, rounded so that people can read it; in seconds."""

    least: int
    most: int

    def __str__(self) -> str:
        if self.most <= MINUTE:
            return _("%(least)d to %(most)d s") % {"least": self.least, "most": self.most}
        if self.least < MINUTE:
            return _("%(least)d s to %(most)d min") % {"least": self.least, "most": self.most // MINUTE}
        return _("%(least)d to %(most)d min") % {"least": self.least // MINUTE, "most": self.most // MINUTE}

    def is_exceeded_by(self, time: timedelta) -> bool:
        return time.total_seconds() > self.most


BEFORE_ANY_HISTORY = Pace(least=1 * MINUTE, most=5 * MINUTE)


def usual_pace(settings: kling.Settings, *, simulated: bool) -> Pace:
    """Return what the middle of the last 50 clips of this model, mode and length took, from when Kling took them."""
    taken = _times(settings, simulated=simulated)
    if len(taken) < ENOUGH:
        return BEFORE_ANY_HISTORY
    return _rounded(_quantile(taken, 0.25), _quantile(taken, 0.9))


def _times(settings: kling.Settings, *, simulated: bool) -> list[float]:
    alike = ProductVideo.objects.filter(
        stage=Stage.COMPLETE,
        account__simulated=simulated,
        model_name=settings.model_name,
        mode=settings.mode,
        duration=settings.duration,
        accepted_at__isnull=False,
        rendered_at__isnull=False,
    )
    newest = alike.order_by("-rendered_at").values_list("accepted_at", "rendered_at")[:LOOKED_BACK]
    return sorted(
        max(0.0, (rendered - accepted).total_seconds()) for accepted, rendered in newest if accepted and rendered
    )


def _quantile(ordered: list[float], part: float) -> float:
    """Return the value below which that part lies; between two values, their mixture."""
    place = (len(ordered) - 1) * part
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _rounded(least: float, most: float) -> Pace:
    """Tens of seconds up to a minute, whole minutes above; never "2 to 2"."""
    upper = _up(most, 10) if most <= MINUTE else _up(most, MINUTE)
    lower = _down(least, 10) if least < MINUTE else _down(least, MINUTE)
    if lower >= upper:
        lower = upper - (10 if upper <= MINUTE else MINUTE)
    return Pace(least=max(lower, min(10, upper - 5)), most=upper)


def _up(seconds: float, step: int) -> int:
    return max(step, ceil(seconds / step) * step)


def _down(seconds: float, step: int) -> int:
    return floor(seconds / step) * step
