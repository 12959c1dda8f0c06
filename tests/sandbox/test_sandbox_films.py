"""The films themselves, opened and looked at: format, size, motion, sound, the PRACTICE mark."""

from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageStat
from sandbox_caller import draw_photo

from kling.sandbox.studio.films import Shot, render
from kling.sandbox.studio.moves import PATHS, Move
from kling.sandbox.studio.sizes import film_size
from kling.types import Mode


def make(folder: Path, *, photo: bytes = b"", move: Move = Move.PUSH_IN, **changes: object) -> Path:
    (folder / "photo").write_bytes(photo or draw_photo())
    shot = Shot(**{"width": 320, "height": 214, "seconds": 3, "move": move, **changes})  # type: ignore[arg-type]
    render(photos=folder, photo="photo", shot=shot, target=folder / "film.mp4")
    return folder / "film.mp4"


def frames(film: Path) -> list[Image.Image]:
    with av.open(str(film), format="mp4") as opened:
        return [frame.to_image() for frame in opened.decode(video=0)]


def difference(one: Image.Image, other: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one.convert("L"), other.convert("L"))).mean[0]


def test_a_film_is_h264_at_24_frames_with_one_more_at_the_end(tmp_path: Path) -> None:
    film = make(tmp_path, seconds=5)

    with av.open(str(film), format="mp4") as opened:
        video = opened.streams.video[0]
        packets = [packet for packet in opened.demux(video) if packet.size]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height, video.average_rate) == (320, 214, 24)
        assert len(packets) == video.frames == 121
        assert opened.duration == pytest.approx(121 / 24 * 1e6, abs=2)
        assert not opened.streams.audio


def test_sound_is_a_silent_aac_track_of_the_same_length(tmp_path: Path) -> None:
    film = make(tmp_path, sound=True)

    with av.open(str(film), format="mp4") as opened:
        audio = opened.streams.audio[0]
        assert audio.codec_context.name == "aac"
        assert float(audio.duration * audio.time_base) == pytest.approx(3, abs=0.1)


def red_thing(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return where the photo's red ellipse is: left, top, right, bottom."""
    red, green, _ = picture.split()
    return ImageChops.subtract(red, green).point(lambda level: 255 * (level > 110)).getbbox() or (0, 0, 0, 0)


@pytest.mark.parametrize("move", list(Move))
def test_every_move_moves_and_settles(tmp_path: Path, move: Move) -> None:
    seen = frames(make(tmp_path, move=move))

    assert difference(seen[0], seen[-1]) > 2
    steps = [difference(one, other) for one, other in pairwise(seen)]
    middle = sum(steps[30:42]) / 12
    assert max(steps[:4] + steps[-4:]) < middle


@pytest.mark.parametrize(
    ("move", "wider", "righter", "lower"),
    [
        (Move.PUSH_IN, 1, 0, 0),
        (Move.PULL_BACK, -1, 0, 0),
        (Move.PAN_RIGHT, 0, -1, 0),
        (Move.PAN_LEFT, 0, 1, 0),
        (Move.TILT_UP, 0, 0, 1),
        (Move.TILT_DOWN, 0, 0, -1),
        (Move.TRACK_RIGHT, 0, -1, 0),
        (Move.TRACK_LEFT, 0, 1, 0),
    ],
)
def test_the_product_goes_the_other_way_than_the_camera(
    tmp_path: Path, move: Move, wider: int, righter: int, lower: int
) -> None:
    seen = frames(make(tmp_path, move=move))
    first, last = red_thing(seen[0]), red_thing(seen[-1])

    grown = (last[2] - last[0]) / (first[2] - first[0])
    shifted, sunk = (last[0] + last[2] - first[0] - first[2]) / 2, (last[1] + last[3] - first[1] - first[3]) / 2
    assert wider * (grown - 1) > 0.08 or not wider
    assert righter * shifted > 15 or (not righter and abs(shifted) < 3)
    assert lower * sunk > 10 or (not lower and abs(sunk) < 3)


def test_no_move_loses_the_middle_of_the_photo() -> None:
    for start, end in PATHS.values():
        for view in (start, end):
            assert view.x - view.size / 2 >= 0
            assert view.x + view.size / 2 <= 1
            assert max(view.x, view.y) - view.size / 2 <= 0.13
            assert min(view.x, view.y) + view.size / 2 >= 0.87


def test_the_practice_mark_stays_in_its_corner(tmp_path: Path) -> None:
    blank = Image.new("RGB", (600, 400), (200, 200, 200))
    file = BytesIO()
    blank.save(file, "PNG")

    for picture in (seen := frames(make(tmp_path, photo=file.getvalue())))[0], seen[-1]:
        dark = picture.convert("L").point(lambda level: 255 * (level < 170)).getbbox()
        assert dark is not None
        left, top, right, bottom = dark
        assert 2 <= left < right < 110
        assert 2 <= top < bottom < 40


@pytest.mark.parametrize(
    ("photo", "mode", "size"),
    [
        ((1600, 900), Mode.STD, (1280, 720)),
        ((900, 1600), Mode.STD, (720, 1280)),
        ((1600, 900), Mode.PRO, (1920, 1080)),
        ((900, 1600), Mode.PRO, (1080, 1920)),
        ((1600, 900), Mode.FOUR_K, (3840, 2160)),
        ((500, 500), Mode.STD, (720, 720)),
        ((600, 400), Mode.STD, (1080, 720)),
        ((1000, 400), Mode.STD, (1518, 608)),
    ],
)
def test_the_size_follows_mode_and_photo(photo: tuple[int, int], mode: Mode, size: tuple[int, int]) -> None:
    assert film_size(width=photo[0], height=photo[1], mode=mode) == size


def test_quick_clips_are_tiny_in_the_same_shape() -> None:
    assert film_size(width=900, height=1600, mode=Mode.PRO, quick=True) == (180, 320)


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "1", "RGBA", "LA", "I;16"])
def test_every_kind_of_picture_becomes_a_film_of_its_brightness(tmp_path: Path, mode: str) -> None:
    grey = Image.new("L", (400, 400), 128)
    picture = (
        grey.convert("I").point(lambda level: level * 256).convert("I;16") if mode == "I;16" else grey.convert(mode)
    )
    file = BytesIO()
    picture.save(file, "JPEG" if mode == "CMYK" else "PNG")

    film = frames(make(tmp_path, photo=file.getvalue(), width=200, height=200))

    assert ImageStat.Stat(film[0].convert("L").crop((50, 100, 150, 200))).mean[0] == pytest.approx(128, abs=4)


def test_transparency_is_white_and_a_turned_photo_upright(tmp_path: Path) -> None:
    clear = BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(clear, "PNG")
    turned = BytesIO()
    photo = Image.new("RGB", (600, 400), "white")
    photo.paste("black", (0, 0, 300, 400))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise: what was left is then above
    photo.save(turned, "JPEG", exif=exif)

    white = frames(make(tmp_path, photo=clear.getvalue(), width=200, height=200))[0].convert("L")
    upright = frames(make(tmp_path, photo=turned.getvalue(), width=200, height=300))[0].convert("L")

    assert white.getpixel((100, 150)) == pytest.approx(255, abs=4)
    assert upright.getpixel((150, 100)) == pytest.approx(0, abs=4)
    assert upright.getpixel((150, 250)) == pytest.approx(255, abs=4)


@pytest.mark.parametrize("move", list(Move))
def test_a_film_with_the_photo_as_end_frame_repeats_without_a_jump(tmp_path: Path, move: Move) -> None:
    seen = frames(make(tmp_path, move=move, end_photo="photo"))

    assert difference(seen[0], seen[-1]) < 3  # what compression leaves
    assert difference(seen[0], seen[len(seen) // 2]) > 20


def test_a_film_ends_on_the_end_frame_it_was_given(tmp_path: Path) -> None:
    Image.new("RGB", (600, 400), "navy").save(tmp_path / "end", "JPEG")

    seen = frames(make(tmp_path, end_photo="end"))

    red, green, blue = ImageStat.Stat(seen[-1].crop((60, 60, 260, 150))).mean
    assert (red, green, blue) == pytest.approx((0, 0, 128), abs=12)
    assert difference(seen[0], seen[-1]) > 20
