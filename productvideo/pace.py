"""How long Kling usually takes for a clip, by what it took for the last ones of the same kind."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor
from typing import NamedTuple

from django.utils.translation import gettext as _

import kling
from productvideo.models import ProductVideo
from productvideo.states import Stage

LOOKED_BACK = 50
ENOUGH = 5
MINUTE = 60
BELIEVED = 60.0  # seconds


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


class Clip(NamedTuple):
    """What makes clips take alike: who makes them, the model, the mode, the length in seconds."""

    simulated: bool
    model_name: str
    mode: str
    duration: int


class Window(NamedTuple):
    """Between which ages nearly all clips of a kind become ready."""

    opens: timedelta
    closes: timedelta


def usual_pace(settings: kling.Settings, *, simulated: bool) -> Pace:
    """Return what the middle of the last 50 clips of this model, mode and length took, from when Kling took them."""
    taken = _times(Clip(simulated, settings.model_name, settings.mode, settings.duration))
    if len(taken) < ENOUGH:
        return BEFORE_ANY_HISTORY
    return _rounded(_quantile(taken, 0.25), _quantile(taken, 0.9))


def window_of(clip: Clip) -> Window | None:
    """Return when a clip of this kind can be expected, with room on both sides; None before there is a history."""
    asked = _windows.get(clip)
    if asked is None or time.monotonic() - asked[0] > BELIEVED:
        asked = _windows[clip] = (time.monotonic(), _window(_times(clip)))
    return asked[1]


_windows: dict[Clip, tuple[float, Window | None]] = {}  # asked of the database once a minute


def forget() -> None:
    """Forget what was asked of the database, as a new process would; for tests."""
    _windows.clear()


def _window(taken: list[float]) -> Window | None:
    if len(taken) < ENOUGH:
        return None
    opens, closes = _quantile(taken, 0.05) * 0.75, _quantile(taken, 0.95) * 1.5
    return Window(timedelta(seconds=opens), timedelta(seconds=closes))


def _times(clip: Clip) -> list[float]:
    alike = ProductVideo.objects.filter(
        stage=Stage.COMPLETE,
        account__simulated=clip.simulated,
        model_name=clip.model_name,
        mode=clip.mode,
        duration=clip.duration,
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
