"""What an uploaded picture must be, and how it becomes the clean JPEG that is kept and sent."""

import hashlib
import io
import math
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageChops, ImageCms
from PIL.ImageFile import ImageFile

from productvideo.photos import kinds
from productvideo.wording import tidy

MAX_BYTES = 40 * 1024 * 1024
MAX_PIXELS = 64 * 1024 * 1024  # cameras sold as "64 megapixels" give up to 64.2 million
MAX_SCANS = 100  # a camera's progressive JPEG has about ten; each one costs a walk over all pixels
MIN_SIDE = 300  # these two are Kling's own limits
MAX_RATIO = 2.5
FRAMED_RATIO = 6.0  # of a photo that is then brought to another shape; shrunk, its short side is still long enough
KEPT_SIDE = 2048
KEPT_BYTES = 10_000_000
QUALITIES = (92, 85, 75, 60)
WHITE = "#ffffff"
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112
# What Pillow's three readers raise over a damaged file.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error)

# One picture at a time: the largest takes half a gigabyte, and Python's warning filters belong to the whole process.
decoding = threading.Lock()


class PhotoError(ValueError):
    """Says in one sentence why the photo is not taken and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPhoto:
    """An upright RGB JPEG without metadata, at most 2048 px long and under 10 MB."""

    content: bytes
    sha256: str
    width: int
    height: int

    @property
    def name(self) -> str:
        return f"{self.sha256}.jpg"


def clean_photo(
    file: IO[bytes] | bytes, *, name: str = "", ground: str = WHITE, longest: float = MAX_RATIO
) -> CleanPhoto:
    """Mend what can be mended and refuse the rest; the name only helps the sentence.

    A see-through photo is laid on `ground` ("#rrggbb"); one longer than 1:`longest` is refused. Raises PhotoError.
    """
    content = read_bounded(file)
    subject = f"“{tidy(name, limit=60)}”" if name else "The file"
    with decoding, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = open_picture(content, subject=subject, name=name)
        check_shape(picture, longest=longest)
        upright = decode(picture, subject=subject, ground=ground)
    return encode(upright)


def read_bounded(file: IO[bytes] | bytes) -> bytes:
    if isinstance(file, bytes):
        content = file
    else:
        if file.seekable():
            file.seek(0)
        content = file.read(MAX_BYTES + 1)
    if not content:
        raise PhotoError("The photo file is empty; choose the photo again and upload it.")
    if len(content) > MAX_BYTES:
        raise PhotoError("The photo is larger than 40 MB; export it as a smaller JPEG and upload that.")
    return content


def open_picture(content: bytes, *, subject: str, name: str) -> ImageFile:
    """Read the header only."""
    reader = kinds.find_reader(content)
    if reader is None:
        if kind := kinds.foreign_kind(content, name):
            raise PhotoError(f"{subject} is {kind}.")
        raise PhotoError(f"{subject} is not a picture that can be read; upload a JPEG, PNG or WebP photo.")
    if count_scans(content) > MAX_SCANS:
        raise damaged(subject)
    try:
        return reader(io.BytesIO(content))
    except Image.DecompressionBombError:  # the WebP reader has a limit of its own
        raise too_large("more than 170 million") from None
    except (*DAMAGE, MemoryError):
        raise damaged(subject) from None


def count_scans(content: bytes) -> int:
    """Count JPEG's start-of-scan markers with a plausible length: what stands behind the picture hardly counts."""
    return sum(content.count(b"\xff\xda\x00" + bytes((6 + 2 * parts, parts))) for parts in (1, 2, 3, 4))


def damaged(subject: str) -> PhotoError:
    return PhotoError(f"{subject} is damaged or cut short; export the photo again as JPEG and upload that.")


def too_large(pixels: str) -> PhotoError:
    return PhotoError(
        f"The photo has {pixels} pixels, and at most 64 megapixels are taken; "
        f"export it as a JPEG of {KEPT_SIDE} px on the long side and upload that."
    )


def check_shape(picture: ImageFile, *, longest: float) -> None:
    """Judge the size that the header states, before a single pixel is decoded."""
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise too_large(f"{width} × {height}")
    if getattr(picture, "is_animated", False):
        raise PhotoError("The picture is animated; export one frame of it as JPEG and upload that.")
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            f"The photo is {width} × {height} px, and each side must have at least {MIN_SIDE} px; "
            "upload a larger version of it."
        )
    if max(width, height) > longest * min(width, height):
        raise PhotoError(
            f"The photo is {width} × {height} px, which is longer than 1:{longest:g}; "
            "crop it closer to a square and upload that."
        )


def decode(picture: ImageFile, *, subject: str, ground: str) -> Image.Image:
    """Decode to an upright sRGB picture of the kept size on a ground of one colour."""
    try:
        box = kept_size(picture.size)
        picture.draft(None, (2 * box[0], 2 * box[1]))  # lets the JPEG decoder leave out what would be thrown away
        picture.load()
    except (*DAMAGE, MemoryError):
        raise damaged(subject) from None
    small = shrink(resizable(picture), box)
    flat = flatten(small, ground=ground, profile=picture.info.get("icc_profile"))
    turn = TURNS.get(orientation(picture))
    return flat.transpose(turn) if turn is not None else flat


def kept_size(size: tuple[int, int]) -> tuple[int, int]:
    """Fit into the kept side; the short side is rounded up, or 5000 × 2000 would end beyond 1:2.5."""
    long = max(size)
    if long <= KEPT_SIDE:
        return size
    width, height = (math.ceil(side * KEPT_SIDE / long) for side in size)
    return width, height


def resizable(picture: Image.Image) -> Image.Image:
    """Bring odd modes (palette, bilevel, 16 bits, a colour that means transparent) to one that resizes well."""
    if picture.mode.startswith("I"):
        return from_sixteen_bits(picture)
    if picture.mode == "CMYK" and "adobe" not in picture.info:
        # Pillow takes every CMYK JPEG for Adobe's, whose inks are inverted; without the marker they are not.
        return ImageChops.invert(picture)
    if picture.has_transparency_data and picture.mode not in ("RGBA", "LA"):
        return picture.convert("RGBA")
    return picture if picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK") else picture.convert("RGB")


def from_sixteen_bits(picture: Image.Image) -> Image.Image:
    """Scale to 8 bits; Pillow's own conversion cuts off everything above 255 instead."""
    grey = picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        grey.info.pop("transparency", None)
        grey.putalpha(picture.convert("LA").getchannel("A"))
    return grey


def shrink(picture: Image.Image, box: tuple[int, int]) -> Image.Image:
    if picture.size == box:
        return picture
    return picture.resize(box, Image.Resampling.LANCZOS, reducing_gap=3.0)


def flatten(picture: Image.Image, *, ground: str, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB; a see-through one laid on the ground, whose colour is sRGB already."""
    if picture.mode not in ("RGBA", "LA"):
        return as_srgb(picture, profile=profile)
    visible = as_srgb(picture.convert(picture.mode.removesuffix("A")), profile=profile)
    flat = Image.new("RGB", picture.size, ground)
    flat.paste(visible, mask=picture.getchannel("A"))
    return flat


def as_srgb(picture: Image.Image, *, profile: bytes | None) -> Image.Image:
    """Move the colours into sRGB where the embedded profile can be used; else take them as they are."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile, or one for another kind of picture
    return picture.convert("RGB")


def orientation(picture: ImageFile) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except DAMAGE:
        return 1  # unreadable EXIF says nothing


def encode(picture: Image.Image) -> CleanPhoto:
    picture.info.clear()  # Pillow would write an old comment into the new file
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, subsampling="4:4:4")
        if out.tell() < KEPT_BYTES:
            break
    content = out.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    return CleanPhoto(content=content, sha256=digest, width=picture.width, height=picture.height)
