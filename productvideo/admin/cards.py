"""A video as its card tells it: where it is, what happened, what it cost, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings as site
from django.utils.translation import gettext as _

import kling
from productvideo.admin import badges
from productvideo.admin.other_model import OtherModel, other_model_for
from productvideo.admin.waiting import Outlook, outlook_of
from productvideo.models import ProductVideo
from productvideo.prices import Quote, quote, units_label
from productvideo.services import retake_settings
from productvideo.states import Stage

CANCELLED = "cancelled"
WORDS_REFUSED = ("policy", "kling_1200", "kling_1201", "kling_1202", "kling_1203", "kling_1300", "kling_1301")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One take. `plays` says that a finished film starts by itself."""

    video: ProductVideo
    outlook: Outlook = field(default_factory=Outlook)
    plays: bool = False

    @property
    def stage(self) -> Stage:
        return Stage(self.video.stage)

    @property
    def state(self) -> str:
        return _("cancelled") if self.was_cancelled else str(self.stage.label)

    @property
    def badge(self) -> str:
        return "default" if self.was_cancelled else badges.STAGES[self.stage]

    @property
    def was_cancelled(self) -> bool:
        return self.video.error_code == CANCELLED

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
    def is_chosen(self) -> bool:
        scene = self.video.scene
        return scene is not None and scene.chosen_id == self.video.pk

    @property
    def can_be_chosen(self) -> bool:
        return self.is_complete and self._scene_is_there

    @property
    def chosen_now(self) -> str:
        """The id of the take that this page shows as chosen, or ""."""
        scene = self.video.scene
        return str(scene.chosen_id or "") if scene else ""

    @property
    def can_be_cancelled(self) -> bool:
        return self.stage == Stage.QUEUED

    @property
    def sentence(self) -> str:
        """What is going on, or went on."""
        if self.is_failed:
            return self.video.error_message or _("It failed, and nobody said why.")
        return self.outlook.sentence(self.video)

    @property
    def cost(self) -> str:
        """What it cost, or that it cost nothing."""
        if self.video.account.simulated:
            return _("Practice: nothing is charged.")
        if self.video.units_charged is not None:
            units = units_label(self.video.units_charged)
            return _("Kling charged %(units)s.") % {"units": units} if self.video.units_charged else _free()
        if self.is_failed:
            return _free() if not self.video.task_id else _("Kling does not charge for videos that it failed to make.")
        return _("About %(units)s.") % {"units": units_label(self.video.units_estimated)}

    @property
    def specification(self) -> str:
        """Model, mode and length on one line."""
        words = [kling.title_of(self.video.model_name), self.video.mode, f"{self.video.duration} s"]
        words += [_("sound")] if self.video.sound else []
        words += [_("loop")] if self.video.loop else []
        return " · ".join(words)

    @property
    def wants_other_words(self) -> bool:
        """Whether the same words would most likely fail again."""
        return self.is_failed and self.video.error_code in WORDS_REFUSED and self._scene_is_there

    @property
    def retake_label(self) -> str:
        if self.video.account.simulated and not site.PRACTICE_MODE:
            return _("Make it for real")
        return _("Make it again") if self.was_cancelled else _("Retake")

    @property
    def retake_price(self) -> Quote | None:
        """What another take costs today; None where it cannot be made again."""
        if not self._may_have_another:
            return None
        try:
            return quote(retake_settings(self.video), clips=1)
        except kling.SettingsError:
            return None

    @property
    def other_model(self) -> OtherModel | None:
        """Why another take can be made with another model only, and where; None where the same one can make it."""
        return other_model_for(self.video) if self._may_have_another else None

    @property
    def _may_have_another(self) -> bool:
        return self.video.is_finished and self._scene_is_there

    @property
    def _scene_is_there(self) -> bool:
        return self.video.scene is not None and self.video.scene.dropped_at is None


def cards_of(videos: Sequence[ProductVideo], *, outlook: Outlook | None = None) -> list[Card]:
    """Return the cards of one scene's takes; of its films only the first starts by itself."""
    first = next((video for video in videos if video.url), None)
    known = outlook_of(videos) if outlook is None else outlook
    return [Card(video=video, outlook=known, plays=video is first) for video in videos]


def card_of(video: ProductVideo) -> Card:
    """Return a card that has just changed: a film that has arrived plays."""
    return Card(video=video, outlook=outlook_of([video]), plays=True)


def _free() -> str:
    return _("Nothing was charged.")
