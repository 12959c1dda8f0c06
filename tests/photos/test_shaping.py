"""A photo in another shape: what is added is one colour, what is kept is the product as it was."""

import io

import pytest
from PIL import Image, ImageChops

from productvideo.models.storyboard import Shape
from productvideo.photos import CleanPhoto, Fill, Framing, PhotoError, clean_photo, shape_photo
from productvideo.photos.shaping import cropped_size, padded_size

PINK = "#ff5078"
SHAPES = [shape.value for shape in Shape if shape is not Shape.AS_PHOTO]


def photo(width: int = 800, height: int = 600) -> CleanPhoto:
    """Return a photo on which every place looks different."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    out = io.BytesIO()
    Image.merge("RGB", (across, down, ImageChops.invert(across))).save(out, "PNG")
    return clean_photo(out.getvalue())


def pixels(clean: CleanPhoto) -> Image.Image:
    return Image.open(io.BytesIO(clean.content)).convert("RGB")


def farthest(one: Image.Image, other: Image.Image) -> int:
    """Return the largest difference of any channel anywhere."""
    assert one.size == other.size
    return max(high for _, high in ImageChops.difference(one, other).getextrema())


def near(pixel: tuple[int, ...], colour: tuple[int, ...], by: int = 6) -> bool:
    return all(abs(one - other) <= by for one, other in zip(pixel, colour, strict=True))


def test_as_the_photo_is_the_photo_itself() -> None:
    clean = photo()

    assert shape_photo(clean, Framing()) is clean


@pytest.mark.parametrize(("shape", "size"), [("1:1", (800, 800)), ("16:9", (1600, 900)), ("9:16", (900, 1600))])
def test_a_photo_that_has_the_shape_already_is_left_alone(shape: str, size: tuple[int, int]) -> None:
    clean = photo(*size)

    assert shape_photo(clean, Framing(shape=shape, fill=Fill.CROP)) is clean


@pytest.mark.parametrize("fill", list(Fill))
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [(800, 600), (2048, 1365), (600, 1500), (2048, 2048), (801, 533)])
def test_the_result_has_the_ratio_and_a_size_that_kling_takes(size: tuple[int, int], shape: str, fill: Fill) -> None:
    wide, high = (int(side) for side in shape.split(":"))

    shaped = shape_photo(photo(*size), Framing(shape=shape, fill=fill))

    assert pixels(shaped).size == (shaped.width, shaped.height)
    assert abs(shaped.width / shaped.height - wide / high) < 0.003
    assert min(shaped.width, shaped.height) >= 300
    assert max(shaped.width, shaped.height) <= 2048
    assert len(shaped.content) < 10_000_000


def test_padding_adds_one_colour_and_leaves_the_photo_as_it_was() -> None:
    clean = photo(800, 600)

    shaped = pixels(shape_photo(clean, Framing(shape="9:16", colour=PINK)))

    assert shaped.size == (800, 1422)
    assert farthest(shaped.crop((8, 419, 792, 1003)), pixels(clean).crop((8, 8, 792, 592))) <= 6
    for place in ((0, 0), (799, 0), (400, 390), (400, 1030), (799, 1421)):
        assert near(shaped.getpixel(place), (255, 80, 120))


def test_padding_is_white_unless_something_else_is_said() -> None:
    shaped = pixels(shape_photo(photo(), Framing(shape="16:9")))

    assert near(shaped.getpixel((2, 300)), (255, 255, 255))


def test_a_large_photo_is_shrunk_evenly_with_its_padding() -> None:
    clean = photo(2048, 1024)

    shaped = pixels(shape_photo(clean, Framing(shape="9:16")))

    assert shaped.size == (1152, 2048)
    small = pixels(clean).resize((1152, 576), Image.Resampling.LANCZOS)
    assert farthest(shaped.crop((8, 744, 1144, 1304)), small.crop((8, 8, 1144, 568))) <= 8


@pytest.mark.parametrize(("shift", "left"), [(0, 0), (0.5, 100), (1, 200)])
def test_cropping_only_cuts_and_the_cut_can_be_moved(shift: float, left: int) -> None:
    clean = photo(800, 600)

    shaped = pixels(shape_photo(clean, Framing(shape="1:1", fill=Fill.CROP, shift=shift)))

    assert farthest(shaped, pixels(clean).crop((left, 0, left + 600, 600))) <= 6


def test_cropping_a_tall_photo_cuts_above_and_below() -> None:
    clean = photo(600, 800)

    shaped = pixels(shape_photo(clean, Framing(shape="16:9", fill=Fill.CROP, shift=1)))

    assert farthest(shaped, pixels(clean).crop((0, 800 - shaped.height, 600, 800))) <= 6


def test_a_crop_that_would_leave_too_little_says_what_to_do() -> None:
    with pytest.raises(PhotoError, match=r"Cropped to 9:16, only 281 × 500 px .* add to its sides"):
        shape_photo(photo(500, 500), Framing(shape="9:16", fill=Fill.CROP))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_photo_too_long_for_kling_can_be_padded(shape: str) -> None:
    upload = io.BytesIO()
    Image.new("RGB", (3000, 600), "green").save(upload, "JPEG")
    framing = Framing(shape=shape)

    shaped = shape_photo(clean_photo(upload.getvalue(), longest=framing.longest), framing)

    assert min(shaped.width, shaped.height) >= 300


def test_a_photo_too_long_for_kling_is_refused_as_it_is() -> None:
    upload = io.BytesIO()
    Image.new("RGB", (3000, 600), "green").save(upload, "JPEG")
    clean = clean_photo(upload.getvalue(), longest=Framing(shape="1:1").longest)

    with pytest.raises(PhotoError, match=r"longer than 1:2\.5; choose another shape"):
        shape_photo(clean, Framing())


def test_what_is_transparent_gets_the_chosen_colour() -> None:
    upload = io.BytesIO()
    picture = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    picture.paste((20, 120, 60, 255), (200, 200, 400, 400))
    picture.save(upload, "PNG")

    clean = pixels(clean_photo(upload.getvalue(), ground=PINK))

    assert near(clean.getpixel((20, 20)), (255, 80, 120))
    assert near(clean.getpixel((300, 300)), (20, 120, 60))


def test_a_grey_see_through_photo_gets_the_chosen_colour_too() -> None:
    upload = io.BytesIO()
    Image.new("LA", (400, 400), (0, 0)).save(upload, "PNG")

    assert near(pixels(clean_photo(upload.getvalue(), ground=PINK)).getpixel((9, 9)), (255, 80, 120))


@pytest.mark.parametrize("words", [{"shape": "9x16"}, {"shape": "0:1"}, {"colour": "pink"}, {"shift": 2}])
def test_a_framing_that_makes_no_sense_is_refused(words: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="is no"):
        Framing(**words)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_size_keeps_its_ratio_to_a_pixel(shape: str) -> None:
    wide, high = (int(side) for side in shape.split(":"))

    for size in ((1000, 700), (333, 777), (2048, 820), (1152, 2048)):
        for width, height in (padded_size(size, (wide, high)), cropped_size(size, (wide, high))):
            assert abs(width - height * wide / high) <= 1 or abs(height - width * high / wide) <= 1
