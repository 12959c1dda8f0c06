"""Pictures and films that nobody took, for trying the software with many videos."""

from __future__ import annotations

import colorsys
import io
import tempfile
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw

SIZE = (960, 720)  # pixels
FILM = (480, 360)
FPS = 12
FRAMES = 37  # three seconds


def draw_photo(number: int) -> Image.Image:
    """Draw a thing on a table; each number has colours and a shape of its own."""
    width, height = SIZE
    hue = number * 0.381966 % 1
    photo = Image.new("RGB", SIZE, _colour(hue, 0.18, 0.93))
    pen = ImageDraw.Draw(photo)
    pen.rectangle((0, height * 2 // 3, width, height), fill=_colour(hue, 0.3, 0.72))
    middle, floor, half = width // 2, height * 5 // 6, 90 + number * 37 % 90
    top = floor - 240 - number * 53 % 200
    box = (middle - half, top, middle + half, floor)
    if number % 3 == 0:
        pen.ellipse(box, fill=_colour(hue + 0.5, 0.6, 0.75))
    else:
        pen.rounded_rectangle(box, radius=20 + number * 11 % 60, fill=_colour(hue + 0.5, 0.6, 0.7))
    pen.ellipse((middle - half // 2, top + 40, middle, top + 100), fill=_colour(hue + 0.5, 0.25, 0.95))
    return photo


def as_jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def film_of(photo: Image.Image) -> bytes:
    """Return three seconds of H.264 in which the view comes slowly closer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as film:
            stream = film.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "crf": "30"})
            stream.width, stream.height, stream.pix_fmt = *FILM, "yuv420p"
            stream.time_base = Fraction(1, FPS)
            for number in range(FRAMES):
                frame = av.VideoFrame.from_image(_closer(photo, number / FRAMES))  # type: ignore[no-untyped-call]
                frame.pts = number
                film.mux(stream.encode(frame))
            film.mux(stream.encode())
        return path.read_bytes()


def _closer(photo: Image.Image, part: float) -> Image.Image:
    cut = part * 0.12
    width, height = photo.size
    box = (width * cut, height * cut, width * (1 - cut), height * (1 - cut))
    return photo.resize(FILM, Image.Resampling.BILINEAR, box=box)


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
