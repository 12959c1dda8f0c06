"""What happens to each kind of picture that somebody may upload."""

import hashlib
import io
import struct
import subprocess
import sys
import time
import warnings
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, PngImagePlugin

from productvideo.photos import CleanPhoto, PhotoError, clean_photo

GREEN = (30, 140, 60)


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def decoded(photo: CleanPhoto) -> Image.Image:
    return Image.open(io.BytesIO(photo.content))


def plain(mode: str = "RGB", size: tuple[int, int] = (400, 300), colour: object = GREEN) -> Image.Image:
    return Image.new(mode, size, colour)


def near(left: tuple[int, ...], right: tuple[int, ...], by: int = 4) -> bool:
    return all(abs(one - other) <= by for one, other in zip(left, right, strict=True))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def raw_png(width: int, height: int, depth: int, colour: int, row: bytes, extra: bytes = b"") -> bytes:
    body = zlib.compress((b"\0" + row) * height)
    return png_header(width, height, depth, colour) + extra + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


# What is taken


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_become_an_rgb_jpeg(kind: str) -> None:
    photo = clean_photo(encoded(plain(), kind))

    kept = decoded(photo)
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (400, 300))
    assert (photo.width, photo.height) == (400, 300)
    assert near(kept.getpixel((200, 150)), GREEN)


def test_the_same_photo_gives_the_same_bytes_and_its_name_is_their_hash() -> None:
    upload = encoded(plain())

    first, second = clean_photo(upload), clean_photo(upload)

    assert first == second
    assert first.sha256 == hashlib.sha256(first.content).hexdigest()
    assert first.name == f"{first.sha256}.jpg"


def test_an_uploaded_file_is_read_from_its_start_and_its_suffix_does_not_matter() -> None:
    upload = SimpleUploadedFile("photo.gif", encoded(plain(), "PNG"))
    upload.read(10)

    assert clean_photo(upload, name="photo.gif").width == 400


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_photo_is_set_upright(orientation: int) -> None:
    upright = plain(size=(400, 320))
    upright.paste((250, 20, 20), (0, 0, 200, 160))
    stored = upright.transpose(
        {
            2: Image.Transpose.FLIP_LEFT_RIGHT,
            3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_90,
            7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }[orientation]
    )
    exif = Image.Exif()
    exif[0x0112] = orientation

    kept = decoded(clean_photo(encoded(stored, exif=exif)))

    assert kept.size == (400, 320)
    assert near(kept.getpixel((50, 50)), (250, 20, 20))
    assert near(kept.getpixel((350, 50)), GREEN)
    assert near(kept.getpixel((50, 270)), GREEN)
    assert not kept.getexif()


def test_unreadable_exif_is_no_reason_to_refuse() -> None:
    assert clean_photo(encoded(plain(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff broken")).width == 400


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    kept = decoded(clean_photo(encoded(plain("CMYK", colour=(0, 255, 255, 0)))))

    assert near(kept.getpixel((200, 150)), (255, 0, 0), by=12)


def test_a_cmyk_jpeg_without_adobes_marker_is_not_taken_for_inverted() -> None:
    inverted = encoded(plain("CMYK", colour=(255, 0, 0, 255)))
    start = inverted.index(b"\xff\xee")
    length = struct.unpack(">H", inverted[start + 2 : start + 4])[0]

    kept = decoded(clean_photo(inverted[:start] + inverted[start + 2 + length :]))

    assert near(kept.getpixel((200, 150)), (255, 0, 0), by=12)


def test_a_wide_gamut_photo_is_moved_to_srgb() -> None:
    # No wide profile ships with Pillow: an sRGB profile whose red and green columns are swapped shows the move.
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * struct.unpack(">I", profile[128:132])[0], 12):
        swap = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(bytes(profile[at : at + 4]))
        profile[at : at + 4] = swap or profile[at : at + 4]

    kept = decoded(clean_photo(encoded(plain(colour=(220, 40, 40)), icc_profile=bytes(profile))))

    red, green, _ = kept.getpixel((200, 150))
    assert green > red + 100
    assert "icc_profile" not in kept.info


def test_a_broken_profile_is_passed_over() -> None:
    kept = decoded(clean_photo(encoded(plain(), icc_profile=b"not a profile" * 20)))

    assert near(kept.getpixel((200, 150)), GREEN)


def test_grey_with_a_profile_for_colour_is_taken_as_it_is() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    kept = decoded(clean_photo(encoded(plain("L", colour=90), "PNG", icc_profile=profile)))

    assert near(kept.getpixel((200, 150)), (90, 90, 90))


@pytest.mark.parametrize(
    ("upload", "colour"),
    [
        (encoded(plain("L", colour=120), "PNG"), (120, 120, 120)),
        (encoded(plain("1", colour=1), "PNG"), (255, 255, 255)),
        (encoded(plain().quantize(8), "PNG"), GREEN),
        (encoded(plain("I;16", colour=0x8000), "PNG"), (128, 128, 128)),
        (raw_png(400, 300, 16, 2, struct.pack(">3H", 0x1E00, 0x8C00, 0x3C00) * 400), GREEN),
        (encoded(plain("L", colour=120)), (120, 120, 120)),
    ],
    ids=["grey", "bilevel", "palette", "16 bits of grey", "16 bits of colour", "grey JPEG"],
)
def test_other_depths_keep_their_colours(upload: bytes, colour: tuple[int, ...]) -> None:
    assert near(decoded(clean_photo(upload)).getpixel((200, 150)), colour)


def see_through_palette() -> bytes:
    picture = plain("P", colour=1)
    picture.putpalette([0, 0, 0, *GREEN])
    picture.paste(0, (0, 0, 200, 300))
    return encoded(picture, "PNG", transparency=bytes([0, 255]))


def half_see_through(mode: str, colour: tuple[int, ...]) -> Image.Image:
    picture = plain(mode, colour=(*colour, 255))
    picture.paste((0,) * len(mode), (0, 0, 200, 300))
    return picture


TWO_HALVES_GREY = b"\0\0" * 200 + struct.pack(">H", 0x8000) * 200
SEE_THROUGH = {
    "RGBA PNG": (encoded(half_see_through("RGBA", GREEN), "PNG"), GREEN),
    "RGBA WebP": (encoded(half_see_through("RGBA", GREEN), "WEBP", lossless=True, exact=True), GREEN),
    "LA": (encoded(half_see_through("LA", (90,)), "PNG"), (90, 90, 90)),
    "palette": (see_through_palette(), GREEN),
    "one colour of RGB": (
        raw_png(400, 300, 8, 2, b"\0\0\0" * 200 + bytes(GREEN) * 200, png_chunk(b"tRNS", b"\0\0\0\0\0\0")),
        GREEN,
    ),
    "one grey": (
        raw_png(400, 300, 8, 0, b"\0" * 200 + b"\x80" * 200, png_chunk(b"tRNS", b"\0\0")),
        (128, 128, 128),
    ),
    "one of 65536 greys": (
        raw_png(400, 300, 16, 0, TWO_HALVES_GREY, png_chunk(b"tRNS", b"\0\0")),
        (128, 128, 128),
    ),
}


@pytest.mark.parametrize(("upload", "colour"), SEE_THROUGH.values(), ids=SEE_THROUGH)
def test_transparency_becomes_white_and_never_black(upload: bytes, colour: tuple[int, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept = decoded(clean_photo(upload))

    assert near(kept.getpixel((100, 150)), (255, 255, 255))
    assert near(kept.getpixel((300, 150)), colour)


def test_place_author_and_everything_behind_the_picture_are_dropped() -> None:
    exif = Image.Exif()
    exif[0x013B] = "SECRET AUTHOR"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 0.0)
    upload = encoded(plain(), exif=exif, comment=b"SECRET COMMENT", xmp=b"<x:xmpmeta>SECRET XMP</x:xmpmeta>")

    photo = clean_photo(upload + b"PK\x03\x04<script>SECRET TAIL</script>")

    assert b"SECRET" not in photo.content
    assert b"Exif" not in photo.content
    assert b"<script>" not in photo.content
    assert set(decoded(photo).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_words_inside_a_png_are_dropped() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_itxt("XML:com.adobe.xmp", "SECRET XMP")
    words.add_text("Comment", "SECRET TEXT", zip=True)

    assert b"SECRET" not in clean_photo(encoded(plain(), "PNG", pnginfo=words)).content


def test_a_photo_with_a_second_picture_inside_counts_as_a_photo() -> None:
    out = io.BytesIO()
    plain().save(out, "MPO", save_all=True, append_images=[plain(size=(320, 300))])

    assert clean_photo(out.getvalue()).width == 400


# Sizes


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((300, 300), (300, 300)),
        ((750, 300), (750, 300)),
        ((2048, 2048), (2048, 2048)),
        ((5000, 2000), (2048, 820)),
        ((2000, 5000), (820, 2048)),
        ((4032, 3024), (2048, 1536)),
        ((2049, 1100), (2048, 1100)),
    ],
)
def test_the_kept_size_stays_within_klings_rules(size: tuple[int, int], kept: tuple[int, int]) -> None:
    photo = clean_photo(encoded(plain(size=size)))

    assert (photo.width, photo.height) == kept == decoded(photo).size
    assert max(kept) <= 2.5 * min(kept)


def test_the_noisiest_photo_stays_under_ten_megabytes() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((2048, 2048), 250) for _ in range(3)])

    assert len(clean_photo(encoded(noise, quality=98)).content) < 10_000_000


def test_64_megapixels_work_in_seconds() -> None:
    upload = encoded(plain(size=(9248, 6936)))
    started = time.monotonic()

    photo = clean_photo(upload)

    assert (photo.width, photo.height) == (2048, 1536)
    assert time.monotonic() - started < 10


def test_64_megapixels_of_see_through_png_work() -> None:
    upload = encoded(plain("P", size=(8000, 8000), colour=0), "PNG", transparency=0, compress_level=1)

    assert near(decoded(clean_photo(upload)).getpixel((9, 9)), (255, 255, 255))


def test_a_leaked_pillow_limit_of_another_library_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)

    assert clean_photo(encoded(plain())).width == 400


# What is refused


def refusal(upload: bytes, name: str = "") -> str:
    with pytest.raises(PhotoError) as caught:
        clean_photo(upload, name=name)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert caught.value.__cause__ is None
    return sentence


FTYP = b"\0\0\0\x18ftyp"
FOREIGN = {
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "SVG drawing": b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg>\n<svg width="9"/>',
    "HEIC": FTYP + b"heic\0\0\0\0mif1heic",
    "HEIC photo": FTYP + b"mif1\0\0\0\0heic",
    "AVIF": FTYP + b"avif\0\0\0\0mif1",
    "GIF": encoded(plain(), "GIF"),
    "TIFF": encoded(plain(), "TIFF"),
    "BMP": encoded(plain(), "BMP"),
    "PDF": encoded(plain(), "PDF"),
    "Photoshop": b"8BPS\0\1" + b"\0" * 30,
    "video": FTYP + b"isom\0\0\2\0isomiso2avc1mp41",
    "icon": b"\0\0\1\0\1\0" + b"\0" * 40,
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
}


@pytest.mark.parametrize(("kind", "upload"), FOREIGN.items(), ids=FOREIGN)
def test_a_foreign_kind_is_named_with_what_to_do(kind: str, upload: bytes) -> None:
    sentence = refusal(upload, name="photo.png")

    assert kind in sentence
    assert "JPEG" in sentence
    assert "“photo.png”" in sentence


def test_a_heic_photo_is_known_by_its_name_too() -> None:
    assert "HEIC" in refusal(b"\0\1\2\3" * 100, name="IMG_0001.HEIC")


@pytest.mark.parametrize("upload", [b"hello", b"<!doctype html><svg></svg>", b"PK\x03\x04" + b"\0" * 50, b"\0", b"MZ"])
def test_what_is_no_picture_is_called_so(upload: bytes) -> None:
    assert "not a picture" in refusal(upload)


def test_an_empty_file_is_called_empty() -> None:
    assert "empty" in refusal(b"")


def test_a_hostile_name_cannot_shape_the_sentence() -> None:
    assert "\u202e" not in refusal(b"hello", name="a\u202e\n<<<" + "x" * 500 + ".png")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    frames = [plain(colour=(shade, 0, 0)) for shade in (0, 120, 240)]

    assert "animated" in refusal(encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=90))


@pytest.mark.parametrize("size", [(299, 400), (400, 299), (1, 1), (299, 2000)])
def test_a_side_under_300_px_is_refused(size: tuple[int, int]) -> None:
    assert "300 px" in refusal(encoded(plain(size=size)))


@pytest.mark.parametrize("size", [(751, 300), (300, 751), (4000, 1500)])
def test_a_shape_beyond_one_to_two_and_a_half_is_refused(size: tuple[int, int]) -> None:
    assert "1:2.5" in refusal(encoded(plain(size=size)))


def test_more_than_40_megabytes_are_refused_without_reading_on() -> None:
    class Endless(io.RawIOBase):
        def seekable(self) -> bool:
            return False

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 40 * 1024 * 1024 + 1
            return b"\xff" * size

    with pytest.raises(PhotoError, match="40 MB"):
        clean_photo(Endless())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_file_cut_short_is_called_damaged(kind: str, share: float) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((400, 300), 90) for _ in range(3)])
    whole = encoded(noise, kind)

    assert "damaged" in refusal(whole[: max(20, int(len(whole) * share))])


def test_a_png_with_broken_pixels_is_called_damaged() -> None:
    broken = bytearray(encoded(plain(), "PNG"))
    at = broken.index(b"IDAT") + 12
    broken[at : at + 20] = b"\xaa" * 20

    assert "damaged" in refusal(bytes(broken))


BOMBS = {
    "PNG": png_header(60_000, 60_000) + png_chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000)),
    "WebP": b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xfe\x3f\0" * 2,
    "JPEG": encoded(plain()).replace(struct.pack(">HH", 300, 400), struct.pack(">HH", 65_000, 65_000), 1),
    "72 megapixels": encoded(plain("1", size=(9000, 8000), colour=0), "PNG"),
    "words": png_header(400, 300) + png_chunk(b"zTXt", b"c\0\0" + zlib.compress(b"\0" * 200_000_000)),
    "scans": encoded(plain(), progressive=True) + b"\xff\xda\x00\x08\x01" * 2000,
}


# VmHWM where there is one: Linux hands ru_maxrss down from the process that started this one.
MEASURE = """
import pathlib, re, resource, sys
from productvideo.photos import PhotoError, clean_photo
def peak():
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
bomb = sys.stdin.buffer.read()
before = peak()
try:
    clean_photo(bomb)
except PhotoError:
    print(peak() - before)
"""


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_at_once_and_without_a_warning(bomb: bytes) -> None:
    started = time.monotonic()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refusal(bomb)

    assert time.monotonic() - started < 2


@pytest.mark.parametrize("bomb", [BOMBS["PNG"], BOMBS["WebP"], BOMBS["words"]], ids=["PNG", "WebP", "words"])
def test_a_bomb_takes_little_memory(bomb: bytes) -> None:
    measured = subprocess.run([sys.executable, "-c", MEASURE], input=bomb, capture_output=True, check=True)

    assert int(measured.stdout) < 60_000  # KiB
