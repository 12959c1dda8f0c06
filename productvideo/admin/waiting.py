"""What an unfinished video waits for, in sentences."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never

from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kling.connection import ConfigurationError, current_host
from productvideo import ledger
from productvideo.ages import age_of, in_words
from productvideo.line import places_in_line
from productvideo.models import KlingAccount, ProductVideo
from productvideo.pace import BEFORE_ANY_HISTORY, Pace, usual_pace
from productvideo.states import Stage

ANSWERED_WITHIN = timedelta(seconds=45)  # a sending without an answer after that has lost it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is known of the videos of one page together, asked of the database once."""

    account: KlingAccount | None = None  # the one in use; None when the keys are half set
    places: Mapping[uuid.UUID, int] = field(default_factory=dict)
    unanswered: frozenset[uuid.UUID] = frozenset()
    paces: Mapping[object, Pace] = field(default_factory=dict)

    def sentence(self, video: ProductVideo) -> str:
        """Say what goes on with a video; "" when it is finished."""
        match Stage(video.stage):
            case Stage.QUEUED:
                return self._queued(video)
            case Stage.SUBMITTING:
                return self._submitting(video)
            case Stage.RENDERING:
                return self._rendering(video)
            case Stage.STORING:
                return _storing(video)
            case Stage.COMPLETE | Stage.FAILED:
                return ""
            case unknown:
                assert_never(unknown)

    def _queued(self, video: ProductVideo) -> str:
        if self.account is None or video.account_id != self.account.pk:
            return _("Waiting for the keys of %(host)s to be set again.") % {"host": video.account.host}
        if self.account.pause_reason:
            reason = self.account.pause_reason
            return _("Waiting: nothing is sent to Kling just now. %(reason)s It goes on by itself.") % {
                "reason": reason
            }
        place = self.places.get(video.pk, 1)
        if place == 1:
            return _("Waiting for a slot, next in line.")
        return _("Waiting for a slot, %(place)s in line.") % {"place": ordinal(place)}

    def _submitting(self, video: ProductVideo) -> str:
        if video.pk not in self.unanswered:
            return _("Being sent to Kling.")
        return _(
            "Kling's answer got lost; making sure that it is not already being made before sending again;"
            " you cannot be charged twice."
        )

    def _rendering(self, video: ProductVideo) -> str:
        waited = age_of(video.accepted_at or video.created_at)
        usual = self.paces.get(_kind(video), BEFORE_ANY_HISTORY)
        words = {"time": spoken(waited), "usual": usual}
        if video.missing_since:
            return _("At Kling for %(time)s; Kling does not show it just now, we keep looking.") % words
        if usual.is_exceeded_by(waited):
            return _("At Kling for %(time)s, longer than usual, we keep looking.") % words
        return _("At Kling for %(time)s, usually %(usual)s.") % words


def outlook_of(videos: Sequence[ProductVideo]) -> Outlook:
    """Ask what the sentences of these videos need, and nothing when all are finished."""
    stages = {Stage(video.stage) for video in videos}
    account = _current_account() if Stage.QUEUED in stages else None
    return Outlook(
        account=account,
        places=places_in_line(account) if account else {},
        unanswered=_unanswered(videos) if Stage.SUBMITTING in stages else frozenset(),
        paces=_paces(videos),
    )


def spoken(time: timedelta) -> str:
    """Say a time to the second: 45 s, 1 min 20 s, 1 h 5 min."""
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}
    return _("%d s") % seconds


def _storing(video: ProductVideo) -> str:
    if not video.downloads:
        return _("Saving: the film is ready and is being copied to your own storage.")
    broken = ngettext(
        "Saving: the download broke off and is tried again.",
        "Saving: the download broke off %d times and is tried again.",
        video.downloads,
    )
    return " ".join([broken % video.downloads if "%d" in broken else broken, _kept(video)])


def _kept(video: ProductVideo) -> str:
    if video.source_expires_at is None:
        return ""
    left = video.source_expires_at - timezone.now()
    if left <= timedelta():
        return _("Kling's copy ends about now.")
    return _("Kling keeps its copy for another %(time)s.") % {"time": in_words(left)}


def _current_account() -> KlingAccount | None:
    try:
        return KlingAccount.objects.filter(host=current_host().name).first()
    except ConfigurationError:
        return None


def _unanswered(videos: Sequence[ProductVideo]) -> frozenset[uuid.UUID]:
    sent = [video for video in videos if video.stage == Stage.SUBMITTING]
    silent = {video.pk for video in sent if video.submitted_at and age_of(video.submitted_at) > ANSWERED_WITHIN}
    return ledger.answers_lost([video.pk for video in sent]) | silent


def _paces(videos: Sequence[ProductVideo]) -> dict[object, Pace]:
    rendering = {_kind(video): video for video in videos if video.stage == Stage.RENDERING}
    return {kind: usual_pace(video.settings, simulated=video.account.simulated) for kind, video in rendering.items()}


def _kind(video: ProductVideo) -> object:
    return (video.account.simulated, video.model_name, video.mode, video.duration)
