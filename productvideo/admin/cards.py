"""A video as its card tells it: where it is, what happened, what it cost, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import kling
from productvideo.admin import badges
from productvideo.models import ProductVideo
from productvideo.prices import Quote, plain, quote
from productvideo.states import Stage

USUAL_LONGEST = timedelta(minutes=5)  # of a render, before there is a history of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One take. `plays` says that a finished film starts by itself."""

    video: ProductVideo
    plays: bool = False

    @property
    def stage(self) -> Stage:
        return Stage(self.video.stage)

    @property
    def state(self) -> str:
        return str(self.stage.label)

    @property
    def badge(self) -> str:
        return badges.STAGES[self.stage]

    @property
    def is_live(self) -> bool:
        return not self.video.is_finished

    @property
    def is_complete(self) -> bool:
        return self.stage == Stage.COMPLETE

    @property
    def is_failed(self) -> bool:
        return self.stage == Stage.FAILED

    @property
    def can_be_cancelled(self) -> bool:
        return self.stage == Stage.QUEUED

    @property
    def can_be_deleted(self) -> bool:
        return self.video.is_finished

    @property
    def sentence(self) -> str:
        """What is going on, or went on."""
        match self.stage:
            case Stage.QUEUED:
                return _("It is sent as soon as Kling has room for it.")
            case Stage.SUBMITTING:
                return _("Kling is asked to make it.")
            case Stage.RENDERING:
                return self._rendering
            case Stage.STORING:
                return _("The film is ready and is being copied to your own storage.")
            case Stage.COMPLETE:
                return ""
            case Stage.FAILED:
                return self.video.error_message or _("It failed, and nobody said why.")
            case unknown:
                assert_never(unknown)

    @property
    def cost(self) -> str:
        """What it cost, or that it cost nothing."""
        if self.video.account.simulated:
            return _("Practice: nothing is charged.")
        if self.video.units_charged is not None:
            units = plain(self.video.units_charged)
            return _("Kling charged %(units)s units.") % {"units": units} if self.video.units_charged else _free()
        if self.is_failed:
            return _free() if not self.video.task_id else _("Kling does not charge for videos that it failed to make.")
        return _("About %(units)s units.") % {"units": plain(self.video.units_estimated)}

    @property
    def specification(self) -> str:
        """Model, mode and length on one line."""
        model = kling.MODELS.get(self.video.model_name)
        words = [model.title if model else self.video.model_name, self.video.mode, f"{self.video.duration} s"]
        return " · ".join([*words, _("sound")] if self.video.sound else words)

    @property
    def retake_price(self) -> Quote | None:
        """What another take costs today; None where it cannot be made again."""
        if not self.video.is_finished or self.video.scene_id is None:
            return None
        try:
            return quote(self.video.settings, clips=1)
        except kling.SettingsError:
            return None

    @property
    def _rendering(self) -> str:
        since = self.video.accepted_at or self.video.created_at
        waited = max(timedelta(), timezone.now() - since)
        if waited > USUAL_LONGEST:
            return _("Kling is at it for %(time)s, longer than usual. We keep looking.") % {"time": _spoken(waited)}
        return _("Kling is at it for %(time)s; usually it takes 1 to 5 minutes.") % {"time": _spoken(waited)}


def cards_of(videos: Sequence[ProductVideo]) -> list[Card]:
    """Return the cards of one scene's takes; of its films only the first starts by itself."""
    first = next((video for video in videos if video.url), None)
    return [Card(video=video, plays=video is first) for video in videos]


def _spoken(time: timedelta) -> str:
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    if not minutes:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}


def _free() -> str:
    return _("Nothing was charged.")
