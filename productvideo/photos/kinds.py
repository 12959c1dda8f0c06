"""Tells by its first bytes what an uploaded file is, and what to do about a kind that is not taken."""

import re
from enum import StrEnum

from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

EXPORT = "export it as JPEG and upload that"

# The readers of the three kinds that are taken. Calling them directly, and not Image.open, keeps Pillow's forty
# other parsers and its process-wide pixel limit out of this.
READERS: tuple[tuple[re.Pattern[bytes], type[ImageFile]], ...] = (
    (re.compile(rb"\xff\xd8\xff"), JpegImagePlugin.JpegImageFile),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PngImagePlugin.PngImageFile),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), WebPImagePlugin.WebPImageFile),
)


class Foreign(StrEnum):
    """Kinds that people upload and that are not taken, each with what to do instead."""

    SVG = f"an SVG drawing; open it in a drawing program, {EXPORT}"
    HEIC = f"a HEIC photo; open it in your photo app, {EXPORT} (on an iPhone, choose “Most Compatible” for the camera)"
    AVIF = f"an AVIF picture; open it in an image editor, {EXPORT}"
    GIF = f"a GIF, which may move; {EXPORT}"
    TIFF = f"a TIFF file; {EXPORT}"
    BMP = f"a BMP file; {EXPORT}"
    PDF = f"a PDF document; {EXPORT}"
    PSD = f"a Photoshop file; {EXPORT}"
    JPEG_2000 = f"a JPEG 2000 or JPEG XL file, which few programs read; {EXPORT}"
    ICON = f"an icon file; {EXPORT}"
    VIDEO = "a video; upload a photo instead, as JPEG, PNG or WebP"


# A byte order mark, an XML declaration, comments and a doctype may stand before the drawing.
DRAWING = rb"\s{0,16}(\xef\xbb\xbf)?\s{0,16}<(?!html|!doctype html)(.{0,8000}?<)?(\w{1,20}:)?svg[\s>/]"
SIGNS: tuple[tuple[re.Pattern[bytes], Foreign], ...] = (
    (re.compile(DRAWING, re.DOTALL | re.IGNORECASE), Foreign.SVG),
    (re.compile(rb"....ftyp(avif|avis)", re.DOTALL), Foreign.AVIF),
    (re.compile(rb"....ftyp(he[ivx][a-z]|mif1|msf1)", re.DOTALL), Foreign.HEIC),
    (re.compile(rb"....ftyp", re.DOTALL), Foreign.VIDEO),
    (re.compile(rb"\x1aE\xdf\xa3"), Foreign.VIDEO),
    (re.compile(rb"GIF8[79]a"), Foreign.GIF),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), Foreign.TIFF),
    (re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), Foreign.BMP),
    (re.compile(rb"%PDF-"), Foreign.PDF),
    (re.compile(rb"8BPS"), Foreign.PSD),
    (re.compile(rb"\0\0\0\x0c(jP  |JXL )|\xff\x4f\xff\x51|\xff\x0a"), Foreign.JPEG_2000),
    (re.compile(rb"\0\0[\1\2]\0"), Foreign.ICON),
)
SUFFIXES = {"svg": Foreign.SVG, "svgz": Foreign.SVG, "heic": Foreign.HEIC, "heif": Foreign.HEIC, "avif": Foreign.AVIF}


def find_reader(content: bytes) -> type[ImageFile] | None:
    return next((reader for sign, reader in READERS if sign.match(content)), None)


def foreign_kind(content: bytes, name: str) -> Foreign | None:
    """The kind by content; only a file whose content says nothing is judged by its name."""
    head = content[:8192]
    found = next((kind for sign, kind in SIGNS if sign.match(head)), None)
    return found or SUFFIXES.get(name.rpartition(".")[2].lower())
