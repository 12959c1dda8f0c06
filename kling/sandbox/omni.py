"""What omni films are made from, and which of it goes together, in both APIs (kling-api §3.5, §3N.1)."""

from dataclasses import dataclass
from enum import StrEnum

from kling.model import Model
from kling.sandbox.answers import invalid
from kling.sandbox.studio.pictures import Picture

# How many pictures and elements there may be without a video to refer to, and with one.
_MOST_THINGS, _MOST_BESIDE_VIDEO = 7, 4
_MOST_PICTURES_WITH_LAST = 2


class VideoUse(StrEnum):
    """What a given video is for: to be changed itself, or to be looked at."""

    BASE = "base"
    FEATURE = "feature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Pictures and elements of a create, and what it has a video for, if it has one."""

    first: Picture | None = None
    last: Picture | None = None
    references: tuple[Picture, ...] = ()
    elements: int = 0
    video: VideoUse | None = None

    @property
    def pictures(self) -> int:
        return len(self.references) + (self.first is not None) + (self.last is not None)

    @property
    def need_shape(self) -> bool:
        """Say whether nothing here tells how wide and how high the film is to be."""
        return self.first is None and self.video is not VideoUse.BASE

    @property
    def is_plain(self) -> bool:
        """Say whether there is nothing but words, or words and a first frame."""
        return not (self.last or self.references or self.elements or self.video)


def check_inputs(inputs: Inputs) -> None:
    """Raise Refused for what does not go together."""
    if inputs.last is not None and inputs.first is None:
        raise invalid("end frame is only supported with first frame")
    if inputs.last is not None and inputs.pictures > _MOST_PICTURES_WITH_LAST:
        raise invalid(f"end frame is not supported with more than {_MOST_PICTURES_WITH_LAST} images")
    most = _MOST_BESIDE_VIDEO if inputs.video else _MOST_THINGS
    if inputs.pictures + inputs.elements > most:
        raise invalid(f"images and elements cannot exceed {most} in total")
    if inputs.video is VideoUse.BASE and inputs.first is not None:
        raise invalid("first frame and end frame are not supported with a base video")


def check_length(model: Model, duration: int, inputs: Inputs) -> None:
    """Raise Refused for lengths that this model makes only from more than words and a first frame (O1)."""
    if inputs.is_plain and duration not in model.durations:
        raise invalid("Duration only supports 5 or 10 seconds when no refer_image is provided")
