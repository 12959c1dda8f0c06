"""How many pixels a film has: the class of its mode, in the shape of its photo."""

from kling.types import Mode

RESOLUTIONS = {Mode.STD: "720p", Mode.PRO: "1080p", Mode.FOUR_K: "4k"}  # as the new API and bills call the classes
RATIOS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}  # the shapes that both APIs can be asked for
_SHORT_SIDE = {Mode.STD: 720, Mode.PRO: 1080, Mode.FOUR_K: 2160}
_QUICK_LONG_SIDE = 320


def film_size(*, width: int, height: int, mode: Mode, quick: bool = False) -> tuple[int, int]:
    """Return even sides in the photo's shape.

    16:9 gives 1280 x 720, 1920 x 1080 or 3840 x 2160 (kling-api §8). Other shapes, which Kling does not tell, keep
    the short side of the class as long as they have no more pixels than 16:9 would.
    """
    if quick:
        scale = _QUICK_LONG_SIDE / max(width, height)
    else:
        short = _SHORT_SIDE[mode]
        scale = min(short / min(width, height), (short * short * 16 / 9 / (width * height)) ** 0.5)
    return _even(width * scale), _even(height * scale)


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))
