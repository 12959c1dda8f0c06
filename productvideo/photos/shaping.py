"""Brings a clean photo to the shape that its film shall have; it only adds around the photo or cuts off, evenly."""

import io
import re
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

from productvideo.photos.cleaning import FRAMED_RATIO, KEPT_SIDE, MAX_RATIO, MIN_SIDE, CleanPhoto, PhotoError, encode

AS_PHOTO = "photo"
WHITE = "#ffffff"
Size = tuple[int, int]


class Fill(StrEnum):
    """What becomes of a photo whose shape is another one."""

    PAD = "pad"
    CROP = "crop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """The shape that is wanted ("9:16", or "photo" for the photo's own), and how to come to it."""

    shape: str = AS_PHOTO
    fill: Fill = Fill.PAD
    colour: str = WHITE  # of what is added, and of what is seen through a transparent photo
    shift: float = 0.5  # of a crop: 0 keeps the left or upper end, 1 the right or lower one

    def __post_init__(self) -> None:
        if not re.fullmatch(r"photo|[1-9]\d?:[1-9]\d?", self.shape):
            raise ValueError(f"{self.shape!r} is no shape; write for example 9:16.")
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.colour):
            raise ValueError(f"{self.colour!r} is no colour; write for example #ffffff.")
        if not 0 <= self.shift <= 1:
            raise ValueError(f"{self.shift} is no shift; it lies between 0 and 1.")

    @property
    def ratio(self) -> Size | None:
        width, colon, height = self.shape.partition(":")
        return (int(width), int(height)) if colon else None

    @property
    def longest(self) -> float:
        """How many times longer than wide the uploaded photo may be."""
        return MAX_RATIO if self.shape == AS_PHOTO else FRAMED_RATIO


AS_IT_IS = Framing()


def shape_photo(clean: CleanPhoto, framing: Framing) -> CleanPhoto:
    """Return the photo in the wanted shape; the same one when it has that shape already. Raises PhotoError."""
    size = (clean.width, clean.height)
    if framing.ratio is None:
        _require_filmable(size)
        return clean
    shaped = (padded_size if framing.fill is Fill.PAD else cropped_size)(size, framing.ratio)
    if shaped == size:
        return clean
    if min(shaped) < MIN_SIDE:
        raise PhotoError(
            f"Cropped to {framing.shape}, only {shaped[0]} × {shaped[1]} px of the photo would be left, and each side "
            f"must have at least {MIN_SIDE} px; add to its sides instead, or upload a larger version of it."
        )
    with Image.open(io.BytesIO(clean.content), formats=["JPEG"]) as picture:
        return encode(_pad(picture, shaped, framing) if framing.fill is Fill.PAD else _crop(picture, shaped, framing))


def padded_size(size: Size, ratio: Size) -> Size:
    """Return the smallest size of that ratio around the photo; it is shrunk where it would become too long."""
    width, height = _around(size, ratio)
    scale = min(1.0, KEPT_SIDE / max(width, height))
    return round(width * scale), round(height * scale)


def cropped_size(size: Size, ratio: Size) -> Size:
    """Return the largest size of that ratio within the photo."""
    (width, height), (wide, high) = size, ratio
    if width * high > height * wide:
        return round(height * wide / high), height
    return width, round(width * high / wide)


def _around(size: Size, ratio: Size) -> tuple[float, float]:
    (width, height), (wide, high) = size, ratio
    return (width, width * high / wide) if width * high > height * wide else (height * wide / high, height)


def _pad(picture: Image.Image, size: Size, framing: Framing) -> Image.Image:
    scale = min(size[0] / picture.width, size[1] / picture.height, 1.0)
    inner = (round(picture.width * scale), round(picture.height * scale))
    if inner != picture.size:
        picture = picture.resize(inner, Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", size, framing.colour)
    canvas.paste(picture, ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2))
    return canvas


def _crop(picture: Image.Image, size: Size, framing: Framing) -> Image.Image:
    left, top = (round((full - kept) * framing.shift) for full, kept in zip(picture.size, size, strict=True))
    return picture.crop((left, top, left + size[0], top + size[1]))


def _require_filmable(size: Size) -> None:
    if max(size) > MAX_RATIO * min(size) + 1:
        raise PhotoError(
            f"The photo is {size[0]} × {size[1]} px, which is longer than 1:2.5; choose another shape for the videos."
        )
