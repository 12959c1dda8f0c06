"""Pictures that come with a create: base64 read at once, pixels judged for the task's later failure."""

import base64
import binascii
import warnings
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from kling.sandbox.answers import invalid

LARGEST_FILE = 10 * 1024 * 1024
SHORTEST_SIDE = 300
LONGEST_SIDE = 65_536
STEEPEST_SHAPE = 2.5
_MOST_PIXELS = 100_000_000  # what this sandbox is ready to unpack


def decode_picture(text: str) -> bytes | None:
    """Return the file behind raw base64, None for a web address; raise Refused as Kling does for anything else."""
    if text.startswith(("http://", "https://")):
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise invalid("File is not in a valid base64 format")
    return content


def measure(content: bytes) -> tuple[int, int] | None:
    """Return width and height as seen upright, or None for what Kling fails with "Image pixel is invalid"."""
    if len(content) > LARGEST_FILE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _measure(content)
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


def draw_stand_in() -> bytes:
    """Return the picture for photos given by web address: an honest card, since nothing is fetched."""
    card = Image.new("RGB", (1280, 720), (38, 42, 50))
    draw = ImageDraw.Draw(card)
    draw.rectangle((340, 180, 940, 540), outline=(120, 128, 140), width=3)
    draw.text(
        (640, 360),
        "The sandbox is offline:\nthis photo was not fetched",
        fill=(225, 228, 233),
        font=ImageFont.load_default(size=40),
        anchor="mm",
        align="center",
    )
    file = BytesIO()
    card.save(file, "PNG")
    return file.getvalue()
