"""Pictures that come with a create: base64 read at once, pixels judged for the task's later failure."""

import base64
import binascii
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from kling.sandbox.answers import invalid

SHORTEST_SIDE = 300
LONGEST_SIDE = 65_536
STEEPEST_SHAPE = 2.5
_MOST_PIXELS = 100_000_000  # what this sandbox is ready to unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a create, of at most `largest` bytes; `content` is None for one by web address, never fetched."""

    content: bytes | None
    largest: int = 0


def read_picture(text: str, *, largest: int) -> Picture:
    """Return what raw base64 or a web address stands for; raise Refused as Kling does for anything else."""
    if text.startswith(("http://", "https://")):
        return Picture(content=None)
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise invalid("File is not in a valid base64 format")
    return Picture(content=content, largest=largest)


def measure(picture: Picture) -> tuple[int, int] | None:
    """Return width and height as seen upright, or None for what Kling fails with "Image pixel is invalid"."""
    if picture.content is None or len(picture.content) > picture.largest:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _measure(picture.content)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None


def _measure(content: bytes) -> tuple[int, int] | None:
    with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as picture:
        width, height = picture.size
        if picture.getexif().get(0x0112, 1) in (5, 6, 7, 8):
            width, height = height, width
        if not _is_fair(width, height):
            return None
        picture.draft("RGB", (width // 8, height // 8))  # enough to see whether the file is whole
        picture.load()
    return width, height


def _is_fair(width: int, height: int) -> bool:
    short, long = sorted((width, height))
    return (
        short >= SHORTEST_SIDE
        and long <= LONGEST_SIDE
        and long <= short * STEEPEST_SHAPE
        and width * height <= _MOST_PIXELS
    )
