"""Cards that stand in for pictures which the sandbox does not have, and say so."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

NOT_FETCHED = "The sandbox is offline:\nthis picture was not fetched"
FROM_TEXT = "The sandbox only practises:\nno film was made from this text"
_LONG_SIDE = 1280
_GROUND, _FRAME, _INK = (38, 42, 50), (120, 128, 140), (225, 228, 233)


@cache
def draw_card(words: str, shape: tuple[int, int] = (16, 9)) -> bytes:
    """Return a PNG of this shape with these words in its middle, where no move of the camera loses them."""
    scale = _LONG_SIDE / max(shape)
    width, height = round(shape[0] * scale), round(shape[1] * scale)
    card = Image.new("RGB", (width, height), _GROUND)
    draw = ImageDraw.Draw(card)
    draw.rectangle((width * 0.17, height * 0.2, width * 0.83, height * 0.8), outline=_FRAME, width=3)
    font = ImageFont.load_default(size=round(width * 0.031))
    draw.text((width / 2, height / 2), words, fill=_INK, font=font, anchor="mm", align="center")
    file = BytesIO()
    card.save(file, "PNG")
    return file.getvalue()
