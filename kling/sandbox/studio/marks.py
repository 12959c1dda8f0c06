"""The small PRACTICE mark in a corner of every film of the sandbox."""

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

TEXT = "PRACTICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One plane of the mark: what to paste, where, and how strongly."""

    shade: Image.Image
    mask: Image.Image
    place: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    layers: tuple[Layer, Layer, Layer]  # brightness, then the two colours at half the size


def draw_mark(width: int, height: int) -> Mark:
    """Return white letters on a dark plate for the upper left corner, where no player has its buttons."""
    letters = max(9, round(min(width, height) * 0.026))
    font = ImageFont.load_default(size=letters)
    left, top, right, bottom = font.getbbox(TEXT)
    pad = letters * 0.55
    size = (_even(right - left + 2 * pad), _even(bottom - top + 2 * pad * 0.8))
    shade = Image.new("L", size, 24)
    ImageDraw.Draw(shade).text((size[0] / 2, size[1] / 2), TEXT, fill=235, font=font, anchor="mm")
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius=letters * 0.4, fill=135)
    draw.text((size[0] / 2, size[1] / 2), TEXT, fill=235, font=font, anchor="mm")
    place = (_even(letters), _even(letters))
    half = (size[0] // 2, size[1] // 2)
    grey = Layer(shade=Image.new("L", half, 128), mask=mask.resize(half), place=(place[0] // 2, place[1] // 2))
    return Mark(layers=(Layer(shade=shade, mask=mask, place=place), grey, grey))


def _even(length: float) -> int:
    return 2 * round(length / 2)
