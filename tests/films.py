"""Films for tests, whole and broken."""

import tempfile
from fractions import Fraction
from pathlib import Path

import av


def mp4(frames: int = 24, *, width: int = 160, height: int = 120, options: dict[str, str] | None = None) -> bytes:
    """Return an H.264 film of grey pictures; its index comes first, as on a file server."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        write_mp4(path, frames, width=width, height=height, options=options or {"movflags": "faststart"})
        return path.read_bytes()


def write_mp4(path: Path, frames: int, *, width: int, height: int, options: dict[str, str]) -> None:
    with av.open(str(path), "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, 24)
        for number in range(frames):
            frame = av.VideoFrame(width, height, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([number * 7 % 256]) * plane.buffer_size)
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
