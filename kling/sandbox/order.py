"""What a create asks for, whichever path it came by: read by `legacy` and `new`, made by the sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kling.model import Model, units_of
from kling.sandbox.products import Product
from kling.sandbox.studio.pictures import Picture
from kling.types import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What a create says beside its film; `watermark` is None when it does not speak of one."""

    external_id: str = ""
    watermark: bool | None = None
    callback_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A create that keeps every rule."""

    product: Product
    model: Model
    mode: Mode
    duration: int  # seconds
    sound: bool
    prompt: str  # with shots of their own prompts, those of all shots
    first: Picture | None = None
    last: Picture | None = None
    references: tuple[Picture, ...] = ()  # pictures that the film is to look like, but not to begin with
    shape: tuple[int, int] | None = None  # sides of the film, where no first frame gives it
    video_input: bool = False
    chosen_voice: bool = False
    original_sound: bool = False  # that of the video it is made from
    notes: Notes

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(picture for picture in (self.first, self.last, *self.references) if picture is not None)

    @property
    def audio(self) -> str:
        if self.sound:
            return "native"
        return "original" if self.original_sound else "off"

    @property
    def units(self) -> Decimal:
        return units_of(self._rates[self.mode], self.duration)

    @property
    def _rates(self) -> Mapping[Mode, Decimal]:
        if self.product is Product.MOTION:
            return self.model.motion
        if self.chosen_voice:
            return self.model.with_voice
        if self.video_input:
            return self.model.with_video
        return self.model.sounding if self.sound else self.model.silent


# How long a film is taken to be whose length is that of a video which was never fetched.
UNTOLD_SECONDS = 5
