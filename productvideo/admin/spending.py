"""What a person chooses to buy, as a form shows it: only combinations that a live model can make, with the price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from django.conf import settings as site
from django.http import QueryDict
from django.utils.translation import gettext as _

import kling
from kling.connection import ConfigurationError
from productvideo.prices import Quote, quote
from productvideo.services import RefusalError, SeenScene, StoryboardChangedError

# What stops a purchase with a sentence that can be shown as it is.
REFUSALS = (RefusalError, kling.SettingsError, kling.KlingError, ConfigurationError)

USUAL_SECONDS = 5
MODE_TITLES = {
    kling.Mode.STD: _("Standard, 720p"),
    kling.Mode.PRO: _("Professional, 1080p"),
    kling.Mode.FOUR_K: _("4K"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line of a select."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Settings that can be made, how many clips of them, and why the last try to buy them was refused."""

    settings: kling.Settings
    clips: int
    problems: tuple[str, ...] = ()

    @property
    def model(self) -> kling.Model:
        return kling.find_model(self.settings.model_name)

    @property
    def models(self) -> list[Option]:
        return _options(((model.name, model.title) for model in kling.MODELS.values()), self.settings.model_name)

    @property
    def modes(self) -> list[Option]:
        return _options(((mode.value, MODE_TITLES[mode]) for mode in self.model.modes), self.settings.mode)

    @property
    def durations(self) -> list[Option]:
        lengths = ((str(length), _("%d seconds") % length) for length in self.model.durations)
        return _options(lengths, str(self.settings.duration))

    @property
    def offers_sound(self) -> bool:
        return self.settings.mode in self.model.sound_modes

    @property
    def quote(self) -> Quote:
        return quote(self.settings, clips=self.clips)

    @property
    def each(self) -> Quote:
        return quote(self.settings, clips=1)


def spending_from(query: QueryDict, *, clips: int, problems: Iterable[str] = ()) -> Spending:
    """Return what was chosen, or the nearest thing that the chosen model can do."""
    return Spending(settings=_nearest(query), clips=clips, problems=tuple(problems))


def read_settings(form: QueryDict) -> kling.Settings:
    """Return the settings exactly as posted; raise kling.SettingsError for what is not even readable."""
    mode, duration = form.get("mode", ""), form.get("duration", "")
    if mode not in list(kling.Mode) or not _is_number(duration):
        raise kling.SettingsError(_("Choose a mode and a length."))
    return kling.Settings(
        model_name=form.get("model", ""),
        mode=kling.Mode(mode),
        duration=int(duration),
        sound=form.get("sound") == "on",
    )


def read_seen(texts: Iterable[str]) -> list[SeenScene]:
    """Read the scenes that a page showed: "id:version:takes" each."""
    seen = [text.split(":") for text in texts]
    if not all(len(parts) == 3 and all(map(_is_number, parts)) for parts in seen):
        raise RefusalError(_("The page is out of date; load it again. Nothing was bought."))
    return [SeenScene(scene_id=int(pk), version=int(version), takes=int(takes)) for pk, version, takes in seen]


def read_units(text: str) -> Decimal:
    """Read the price that the button named."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise RefusalError(_("The page is out of date; load it again. Nothing was bought.")) from None


def sentences(refusal: Exception) -> list[str]:
    """Return what stopped a purchase, sentence by sentence."""
    return refusal.changes if isinstance(refusal, StoryboardChangedError) else [str(refusal)]


def _nearest(query: QueryDict) -> kling.Settings:
    model = _model(query.get("model", site.KLING_MODEL))
    mode = next((mode for mode in model.modes if mode == query.get("mode")), model.modes[0])
    length = query.get("duration", "")
    asked = int(length) if _is_number(length) else USUAL_SECONDS
    duration = min(model.durations, key=lambda seconds: abs(seconds - asked))
    settings = kling.Settings(model_name=model.name, mode=mode, duration=duration)
    return replace(settings, sound=query.get("sound") == "on" and mode in model.sound_modes)


def _model(name: str) -> kling.Model:
    if name in kling.ENDED:
        name = kling.ENDED[name].successor
    return kling.MODELS.get(name) or next(iter(kling.MODELS.values()))


def _options(pairs: Iterable[tuple[str, str]], chosen: str) -> list[Option]:
    return [Option(value=value, title=title, chosen=value == chosen) for value, title in pairs]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
