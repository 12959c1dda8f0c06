"""The form that spends: settings that the chosen model can make, with the price, and what is left to spend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from django.conf import settings as site
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

import kling
from kling.connection import ConfigurationError
from productvideo.admin.credit import Credit, credit_of
from productvideo.admin.month import Month, month_of
from productvideo.defaults import USUAL_SECONDS, nearest_model, offered_models
from productvideo.models import Product, Scene
from productvideo.prices import Quote, quote
from productvideo.services import RefusalError, SeenScene, StoryboardChangedError, refused_before

# What stops a purchase with a sentence that can be shown as it is.
REFUSALS = (RefusalError, kling.SettingsError, kling.KlingError, ConfigurationError)

MODE_TITLES = {
    kling.Mode.STD: gettext_lazy("Standard, 720p"),
    kling.Mode.PRO: gettext_lazy("Professional, 1080p"),
    kling.Mode.FOUR_K: gettext_lazy("4K"),
}
SEEN_MODES = {"yes": True, "no": False}  # whether a page said that this is practice


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line of a select."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A box to tick; where it cannot be changed, `why_fixed` says why, or what would allow it."""

    on: bool
    why_fixed: str = ""
    told: str = ""  # what ticking it does


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What came of pressing the button, in sentences."""

    sentences: tuple[str, ...]
    is_trouble: bool = False


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Settings that can be made, the scenes to make them of, and the news of the last try to buy."""

    settings: kling.Settings
    scenes: tuple[Scene, ...]
    news: News | None = None
    known_refused: tuple[Scene, ...] | None = None  # those of the scenes that Kling has refused, if known already

    @property
    def practice(self) -> bool:
        return bool(site.PRACTICE_MODE)

    @property
    def clips(self) -> int:
        return len(self.scenes)

    @property
    def model(self) -> kling.Model:
        return kling.find_model(self.settings.model_name)

    @property
    def models(self) -> list[Option]:
        return _options(((model.name, model.title) for model in offered_models()), self.settings.model_name)

    @property
    def modes(self) -> list[Option]:
        return _options(((mode.value, str(MODE_TITLES[mode])) for mode in self.model.modes), self.settings.mode)

    @property
    def durations(self) -> list[Option]:
        lengths = ((str(length), _("%d seconds") % length) for length in self._lengths)
        return _options(lengths, str(self.settings.duration))

    @property
    def sound(self) -> Switch | None:
        """Return the box for sound; None for a model that makes silent clips only."""
        if not self.model.sound_modes:
            return None
        if self.model.always_sounds:
            return Switch(on=True, why_fixed=_("always with sound"))
        if self.settings.mode not in self.model.sound_modes:
            return Switch(on=False, why_fixed=_only_in(self.model.sound_modes))
        if self.settings.end_frame and not self.model.offers_end_frame(mode=self.settings.mode, sound=True):
            return Switch(on=False, why_fixed=_("not together with a loop"))
        return Switch(on=self.settings.sound)

    @property
    def loop(self) -> Switch | None:
        """Return the box for a loop; None for a model that takes no end frame."""
        if not self.model.end_frame_modes:
            return None
        if self.settings.mode not in self.model.end_frame_modes:
            return Switch(on=False, why_fixed=_only_in(self.model.end_frame_modes))
        if not self.model.offers_end_frame(mode=self.settings.mode, sound=self.settings.sound):
            return Switch(on=False, why_fixed=_("silent clips only"))
        return Switch(on=self.settings.end_frame, told=_about_loops(self.model))

    @property
    def quote(self) -> Quote:
        return quote(self.settings, clips=self.clips)

    @property
    def each(self) -> Quote:
        return quote(self.settings, clips=1)

    @property
    def button(self) -> str:
        """What the button says, e.g. "Make 3 videos from default scenes · 4.5 units · $0.63 list price"."""
        return f"{self._what} · {self.quote}"

    @cached_property
    def credit(self) -> Credit | None:
        return credit_of(needed=self.quote.units)

    @cached_property
    def refused(self) -> str:
        """Say which of the chosen scenes Kling has refused before; "" for none."""
        found = refused_before(self.scenes) if self.known_refused is None else self.known_refused
        titles = [_("“%s”") % scene.title for scene in found]
        if not titles:
            return ""
        text = ngettext(
            "Kling refused %(titles)s before, with the same words and photo; it will most likely be refused again.",
            "Kling refused %(titles)s before, with the same words and photos; they will most likely be refused again.",
            len(titles),
        )
        return text % {"titles": ", ".join(titles)}

    @property
    def _lengths(self) -> tuple[int, ...]:
        return self.model.lengths(end_frame=self.settings.end_frame)

    @property
    def _what(self) -> str:
        made = ngettext("Make %d video", "Make %d videos", self.clips) % self.clips
        plain = sum(scene.source == Scene.Source.FALLBACK for scene in self.scenes)
        if not plain:
            return made
        if plain < self.clips:
            return ngettext("%(made)s, %(n)d from a default scene", "%(made)s, %(n)d from default scenes", plain) % {
                "made": made,
                "n": plain,
            }
        return ngettext("%(made)s from a default scene", "%(made)s from default scenes", plain) % {"made": made}


@dataclass(frozen=True, kw_only=True)
class Spending(Offer):
    """What can be bought on one product's page."""

    product: Product

    @cached_property
    def month(self) -> Month | None:
        return month_of(self.product.persona, needed=self.quote.units)

    @property
    def has_told_month(self) -> bool:
        """Say whether the news says already what the persona's month warns of."""
        return bool(self.news and self.month and self.month.budget.warning in self.news.sentences)


def spending_from(
    query: QueryDict,
    *,
    product: Product,
    scenes: Iterable[Scene],
    news: News | None = None,
    refused: Iterable[Scene] | None = None,
) -> Spending:
    """Return what was chosen, or the nearest thing that the chosen model can do.

    `refused` are those of the scenes that Kling has refused before; it is looked up where that is not known.
    """
    return Spending(
        product=product,
        settings=nearest_settings(query),
        scenes=tuple(scenes),
        news=news,
        known_refused=None if refused is None else tuple(refused),
    )


def chosen_model(query: QueryDict) -> str:
    """Return the name of the model that a page has chosen, or else of the usual one."""
    return nearest_model(query.get("model", "")).name


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
        end_frame=form.get("loop") == "on",
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


def read_practice(form: QueryDict) -> bool | None:
    """Read whether the page said that nothing is charged; None if it said neither."""
    return SEEN_MODES.get(form.get("practice", ""))


def sentences(refusal: Exception) -> Sequence[str]:
    """Return what stopped a purchase, sentence by sentence."""
    return refusal.changes if isinstance(refusal, StoryboardChangedError) else [str(refusal)]


def news_of(refusal: Exception) -> News:
    """Return what stopped a purchase; that one has bought it oneself already is no trouble."""
    own = isinstance(refusal, StoryboardChangedError) and refusal.own
    return News(sentences=tuple(sentences(refusal)), is_trouble=not own)


def nearest_settings(query: QueryDict) -> kling.Settings:
    """Return what was chosen, or the nearest thing that the chosen model can do."""
    model = nearest_model(query.get("model", ""))
    mode = next((mode for mode in model.modes if mode == query.get("mode")), model.modes[0])
    sound = model.always_sounds or (query.get("sound") == "on" and mode in model.sound_modes)
    loop = query.get("loop") == "on" and model.offers_end_frame(mode=mode, sound=sound)
    length = query.get("duration", "")
    asked = int(length) if _is_number(length) else USUAL_SECONDS
    duration = min(model.lengths(end_frame=loop), key=lambda seconds: abs(seconds - asked))
    return kling.Settings(model_name=model.name, mode=mode, duration=duration, sound=sound, end_frame=loop)


def _about_loops(model: kling.Model) -> str:
    if not model.end_frame_durations:
        return _("ends on the photo, at the same price")
    lengths = {"least": min(model.end_frame_durations), "most": max(model.end_frame_durations)}
    return _("ends on the photo, at the same price; from %(least)d to %(most)d seconds") % lengths


def _only_in(modes: Iterable[kling.Mode]) -> str:
    return _("only in %(modes)s") % {"modes": _(" or ").join(str(MODE_TITLES[mode]) for mode in modes)}


def _options(pairs: Iterable[tuple[str, str]], chosen: str) -> list[Option]:
    return [Option(value=value, title=title, chosen=value == chosen) for value, title in pairs]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
