"""What a film file says of itself, and a still of it. PyAV does the reading."""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass

POSTER_AT = 1.0  # seconds into the film
POSTER_WIDTH = 960
SLACK = 0.25  # seconds by which the last packet of a film without declared frames may miss its declared end


class FilmError(ValueError):
    """The file is no whole film; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """Facts about a whole film: pixels of its picture, length in seconds."""

    width: int
    height: int
    seconds: Decimal


def inspect_film(path: Path) -> Film:
    """Read every packet of an MP4 and return its facts; raise FilmError unless it is whole.

    Half a film can open, show a poster and play; only its packets tell. Their number must be the declared number of
    frames; a fragmented file declares none, so its last timestamp must reach the declared length.
    """
    import av

    try:
        with av.open(str(path), format="mp4") as container:
            if not container.streams.video:
                raise FilmError("The file holds no video.")
            return _judge(container)
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, FilmError):
            raise
        raise FilmError("The file is not a readable MP4.") from None


def _judge(container: Any) -> Film:
    stream = container.streams.video[0]
    packets, end = 0, 0.0
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise FilmError("The film is damaged.")
        if packet.size:
            packets += 1
            end = max(end, _end_of(packet))
    declared = _declared_seconds(container, stream)
    if stream.frames and packets != stream.frames:
        raise FilmError(f"The film is cut off: {packets} of {stream.frames} frames are there.")
    if not packets or (not stream.frames and declared and end < declared - SLACK):
        raise FilmError(f"The film is cut off: {end:.2f} of {declared:.2f} seconds are there.")
    return Film(
        width=stream.codec_context.width,
        height=stream.codec_context.height,
        seconds=Decimal(f"{declared or end:.3f}"),
    )


def _end_of(packet: Any) -> float:
    if packet.pts is None:
        return 0.0
    return float((packet.pts + (packet.duration or 0)) * packet.time_base)


def _declared_seconds(container: Any, stream: Any) -> float:
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return float(container.duration or 0) / 1_000_000


def poster_of(path: Path) -> bytes:
    """Return a JPEG of the picture one second into the film (its last, if it is shorter)."""
    import av

    picture = None
    try:
        with av.open(str(path), format="mp4") as container:
            for frame in container.decode(video=0):
                picture = frame
                if frame.time is not None and frame.time >= POSTER_AT:
                    break
    except (av.FFmpegError, ValueError, IndexError):
        pass  # the frames before the trouble are as good
    if picture is None:
        raise FilmError("No picture of the film can be read.")
    return _jpeg(picture)


def _jpeg(frame: Any) -> bytes:
    image = frame.to_image()
    image.thumbnail((POSTER_WIDTH, POSTER_WIDTH))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
