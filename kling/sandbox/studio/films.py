"""Films: a real H.264 MP4 made from one photo, the camera moving over it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from PIL import Image, ImageOps

from kling.sandbox.studio.marks import Mark, draw_mark
from kling.sandbox.studio.moves import PATHS, Move, View

FPS = 24
SAMPLE_RATE = 44_100
# The photo is prepared this much larger than the film, so that the closest view is still sharp.
MARGIN = 1.17


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What decides every pixel of a film; equal shots are equal films."""

    width: int
    height: int
    seconds: int
    move: Move
    sound: bool = False
    end_photo: str = ""  # the name of the last frame's photo; the same one as the first's makes a loop

    @property
    def frames(self) -> int:
        """N·24+1, as Kling's files have (kling-api §8)."""
        return self.seconds * FPS + 1

    @property
    def is_huge(self) -> bool:
        """4k has nine times the pixels of 720p: nobody waits that long for the best scaling and compression."""
        return self.width * self.height > 1920 * 1080


Planes = tuple[Image.Image, Image.Image, Image.Image]


def render(*, photos: Path, photo: str, shot: Shot, target: Path) -> None:
    """Write the film of a photo in the folder `photos` to `target`; nobody must see it before this returns."""
    planes = _prepare(photos / photo, shot)
    ending = _prepare(photos / shot.end_photo, shot) if shot.end_photo not in ("", photo) else None
    mark = draw_mark(shot.width, shot.height)
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as film:
        video = _add_video(film, shot)
        audio = film.add_stream("aac", rate=SAMPLE_RATE, layout="stereo") if shot.sound else None
        for number, view in enumerate(_views(shot)):
            shown = planes if ending is None else _faded(planes, ending, _eased(number / (shot.frames - 1)))
            frame = _frame(shown, view, mark, shot)
            frame.pts = number
            film.mux(video.encode(frame))
        film.mux(video.encode(None))
        if audio is not None:
            _add_silence(film, audio, shot)


def _add_video(film: av.container.OutputContainer, shot: Shot) -> VideoStream:
    preset = "ultrafast" if shot.is_huge else "superfast"
    video = film.add_stream("libx264", rate=FPS, options={"preset": preset, "crf": "20", "g": "48"})
    video.width, video.height, video.pix_fmt = shot.width, shot.height, "yuv420p"
    context = video.codec_context
    context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
    context.color_primaries = context.color_trc = 1  # BT.709, told, not guessed by the player
    return video


def _add_silence(film: av.container.OutputContainer, audio: AudioStream, shot: Shot) -> None:
    size = 1024
    for start in range(0, shot.seconds * SAMPLE_RATE, size):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=size)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        film.mux(audio.encode(frame))
    film.mux(audio.encode(None))


def _prepare(photo: Path, shot: Shot) -> Planes:
    """Return brightness and colours apart, each as a picture: 1.5 planes to scale per frame and not 3."""
    with Image.open(photo) as opened:
        upright = ImageOps.exif_transpose(_in_8_bits(opened)).convert("RGBA")
    flat = Image.new("RGBA", upright.size, "white")
    flat.alpha_composite(upright)
    size = (2 * round(shot.width * MARGIN / 2), 2 * round(shot.height * MARGIN / 2))
    picture = ImageOps.fit(flat.convert("RGB"), size, Image.Resampling.LANCZOS)
    frame = av.VideoFrame.from_image(picture).reformat(  # type: ignore[no-untyped-call]
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    luma, blue, red = (_picture(plane) for plane in frame.planes)
    return luma, blue, red


def _in_8_bits(picture: Image.Image) -> Image.Image:
    """Scale 16-bit greys down; Pillow would turn nearly all of them white."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")


def _picture(plane: av.video.plane.VideoPlane) -> Image.Image:
    return Image.frombytes("L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1)


def _views(shot: Shot) -> Iterator[View]:
    start, end = PATHS[shot.move]
    if shot.end_photo:
        start, end = View(), start if end == View() else end
    for number in range(shot.frames):
        part = _part(number / (shot.frames - 1), returns=bool(shot.end_photo))
        yield View(
            x=start.x + (end.x - start.x) * part,
            y=start.y + (end.y - start.y) * part,
            size=math.exp(math.log(start.size) + (math.log(end.size) - math.log(start.size)) * part),
        )


def _part(time: float, *, returns: bool) -> float:
    """Say how far the camera has come; one that is to end on a given picture returns to the whole of it."""
    return _eased(1 - abs(2 * time - 1)) if returns else _eased(time)


def _faded(planes: Planes, ending: Planes, part: float) -> Planes:
    luma, blue, red = (Image.blend(one, other, part) for one, other in zip(planes, ending, strict=True))
    return luma, blue, red


def _eased(part: float) -> float:
    """Begin gently and settle before the end: no speed and no jerk at either side."""
    return part**3 * (part * (part * 6 - 15) + 10)


def _frame(planes: Planes, view: View, mark: Mark, shot: Shot) -> av.VideoFrame:
    frame = av.VideoFrame(shot.width, shot.height, "yuv420p")
    scaling = Image.Resampling.BILINEAR if shot.is_huge else Image.Resampling.BICUBIC
    for source, plane, stamp in zip(planes, frame.planes, mark.layers, strict=True):
        picture = source.resize((plane.width, plane.height), scaling, box=_box(source, view))
        picture.paste(stamp.shade, stamp.place, stamp.mask)
        plane.update(picture.tobytes("raw", "L", plane.line_size, 1))
    return frame


def _box(source: Image.Image, view: View) -> tuple[float, float, float, float]:
    half = view.size / 2
    left, right = max(0.0, view.x - half), min(1.0, view.x + half)
    top, bottom = max(0.0, view.y - half), min(1.0, view.y + half)
    return (left * source.width, top * source.height, right * source.width, bottom * source.height)
