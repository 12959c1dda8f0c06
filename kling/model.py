"""What one model can do and what a second of it costs; and why it cannot do something, in one sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from kling.errors import SettingsError
from kling.types import Dialect, Listing, Mode, Product, Settings

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A live model under one of its names.

    `silent` and `sounding` hold the units per second of each mode it has, without and with sound; one that
    `always_sounds` has both, and they are the same. `durations` are seconds; `end_frame_durations` where they differ
    for a clip that is given its last frame. `twin` is its name in the other API, "" where it has none there. Prompts
    are limited in characters, pictures in bytes. `with_voice`, `with_video` and `motion` are the units per second of
    what this library does not order: sound with a chosen voice, omni clips made from a video, motion control.
    """

    name: str
    title: str
    durations: tuple[int, ...]
    silent: Mapping[Mode, Decimal]
    sounding: Mapping[Mode, Decimal]
    with_voice: Mapping[Mode, Decimal] = field(default_factory=dict)
    with_video: Mapping[Mode, Decimal] = field(default_factory=dict)
    motion: Mapping[Mode, Decimal] = field(default_factory=dict)
    end_frame_modes: tuple[Mode, ...]
    end_frame_with_sound: bool = True
    end_frame_durations: tuple[int, ...] = ()
    always_sounds: bool = False
    cuts_by_itself: bool = False  # makes several shots of one clip unless told not to
    negative_prompt: bool = True
    prompt_limit: int = 2500
    largest_picture: int = 10 * MEGABYTE
    fps: int = 24
    dialect: Dialect = Dialect.LEGACY
    product: Product = Product.IMAGE_TO_VIDEO
    twin: str = ""

    @property
    def listing(self) -> Listing:
        """Where its tasks are found again."""
        if self.dialect is Dialect.NEW:
            return Listing.TASKS
        return Listing.OMNI_VIDEO if self.product is Product.OMNI_VIDEO else Listing.IMAGE2VIDEO

    @property
    def modes(self) -> tuple[Mode, ...]:
        return tuple(self.silent)

    @property
    def sound_modes(self) -> tuple[Mode, ...]:
        return tuple(self.sounding)

    def offers_end_frame(self, *, mode: Mode, sound: bool) -> bool:
        """Say whether a clip in this mode, with or without sound, can be given its last frame."""
        return mode in self.end_frame_modes and (self.end_frame_with_sound or not sound)

    def check_order(self, *, prompt: str, largest_picture: int) -> None:
        """Raise SettingsError for a prompt of too many characters, or a picture of too many bytes."""
        if len(prompt) > self.prompt_limit:
            raise SettingsError(
                f"The prompt has {len(prompt)} characters; {self.title} takes up to {self.prompt_limit}."
            )
        if largest_picture > self.largest_picture:
            raise SettingsError(
                f"The picture has {_megabytes(largest_picture)} MB; {self.title} takes up to"
                f" {self.largest_picture // MEGABYTE} MB."
            )

    def lengths(self, *, end_frame: bool) -> tuple[int, ...]:
        """Return the lengths in seconds of clips with or without a given last frame."""
        return self.end_frame_durations if end_frame and self.end_frame_durations else self.durations

    def check(self, settings: Settings) -> None:
        """Raise SettingsError, naming what this model can do, unless it can do this."""
        self._check_mode(settings)
        self._check_duration(settings)
        self._check_sound(settings)
        self._check_end_frame(settings)
        self._check_negative_prompt(settings)

    def units(self, settings: Settings) -> Decimal:
        """Return the exact price of a clip in units, e.g. Decimal("1.5")."""
        self.check(settings)
        rates = self.sounding if settings.sound else self.silent
        return units_of(rates[Mode(settings.mode)], settings.duration)

    def _check_mode(self, settings: Settings) -> None:
        if settings.mode not in self.silent:
            raise SettingsError(f"{self.title} has no mode {str(settings.mode)!r}; it offers {listed(self.modes)}.")

    def _check_duration(self, settings: Settings) -> None:
        lengths = self.lengths(end_frame=settings.end_frame)
        if settings.duration not in lengths:
            kind = " without an end frame" if self.end_frame_durations and not settings.end_frame else ""
            raise SettingsError(
                f"{self.title} makes no clips of {settings.duration} seconds{kind}; it makes {_lengths(lengths)}."
            )

    def _check_sound(self, settings: Settings) -> None:
        if not settings.sound or settings.mode in self.sounding:
            return
        if self.sounding:
            raise SettingsError(
                f"{self.title} makes sound only in mode {listed(self.sound_modes)}, not in {str(settings.mode)!r}."
            )
        raise SettingsError(f"{self.title} makes silent clips only; choose a model with sound, such as kling-v3.")

    def _check_end_frame(self, settings: Settings) -> None:
        if not settings.end_frame or self.offers_end_frame(mode=settings.mode, sound=settings.sound):
            return
        if not self.end_frame_modes:
            raise SettingsError(f"{self.title} takes no end frame.")
        kind = "" if self.end_frame_with_sound else " for silent clips"
        raise SettingsError(f"{self.title} takes an end frame only{kind} in mode {listed(self.end_frame_modes)}.")

    def _check_negative_prompt(self, settings: Settings) -> None:
        if settings.negative_prompt and not self.negative_prompt:
            raise SettingsError(f"{self.title} takes no negative prompt; say it in the prompt instead.")
        if len(settings.negative_prompt) > self.prompt_limit:
            raise SettingsError(
                f"The negative prompt has {len(settings.negative_prompt)} characters;"
                f" {self.title} takes up to {self.prompt_limit}."
            )


def units_of(rate: Decimal, seconds: Decimal | int) -> Decimal:
    """Return the price in units of a film at so many units a second: whole seconds, rounded (kling-api §4.3)."""
    billed = Decimal(seconds).quantize(Decimal(1), ROUND_HALF_UP)
    return (rate * billed).normalize() + Decimal(0)  # adding zero turns 3E+1 into 30


def _megabytes(size: int) -> float:
    """Return megabytes with one digit, rounded up: a byte too many is not the limit itself."""
    return ceil(size / MEGABYTE * 10) / 10


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence lists them: a, b and c."""
    *most, last = map(str, names)
    return f"{', '.join(most)} and {last}" if most else last


def _lengths(seconds: tuple[int, ...]) -> str:
    if len(seconds) > 2 and seconds == tuple(range(seconds[0], seconds[-1] + 1)):
        return f"{seconds[0]} to {seconds[-1]} seconds"
    return f"{listed(map(str, seconds))} seconds"
