"""The fields that DRF does not have: photos in any spelling, words that are text, addresses in full."""

import base64
import binascii
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers

from productvideo.photos import AS_IT_IS, CleanPhoto, Fill, Framing, PhotoError, clean_photo


class WordsField(serializers.CharField):
    """Text and nothing that merely can be written as text, such as a number."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class PromptField(WordsField):
    """A prompt as it was typed: not trimmed, and with characters that are taken out later, where that is told."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **kwargs)
        self.validators = []  # that would refuse such characters


class PhotoField(serializers.Field[CleanPhoto, Any, Any, Any]):
    """A picture as a file of a form, or as base64 with or without `data:` in front; comes out clean."""

    def to_internal_value(self, data: Any) -> CleanPhoto:
        try:
            if isinstance(data, UploadedFile):
                return self.clean(data, name=data.name or "")
            return self.clean(decoded(data))
        except PhotoError as error:
            raise serializers.ValidationError(str(error)) from None

    def clean(self, file: IO[bytes] | bytes, *, name: str = "") -> CleanPhoto:
        return clean_photo(file, name=name)


class FramedPhotoField(PhotoField):
    """A picture that the same request may ask to have in another shape; here it only becomes clean."""

    def clean(self, file: IO[bytes] | bytes, *, name: str = "") -> CleanPhoto:
        try:
            framing = framing_of(self.root.initial_data)
        except (ValueError, TypeError):
            framing = AS_IT_IS  # said beside the field that is wrong
        return clean_photo(file, name=name, ground=framing.colour, longest=framing.longest)


def framing_of(said: Any) -> Framing:
    """Return the shape that a request asks for; what it leaves out is as the photo, padded, and white."""
    return Framing(
        shape=said.get("shape") or AS_IT_IS.shape,
        fill=Fill(said.get("fill") or AS_IT_IS.fill),
        colour=said.get("colour") or AS_IT_IS.colour,
    )


def decoded(text: Any) -> bytes:
    """Return the bytes of a base64 text or `data:` URI; raise PhotoError."""
    if not isinstance(text, str):
        raise PhotoError("Send the photo as a file or as base64 text.")
    if text[:5].lower() == "data:":
        header, _, text = text.partition(",")
        if not header.lower().endswith(";base64"):
            raise PhotoError("The photo's data: URI is not base64; write data:image/jpeg;base64,… .")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise PhotoError("The photo is not valid base64; send it as a file, or encode it again.") from None


class FullURLField(serializers.Field[Any, Any, str, Any]):
    """One of our own paths as an address that can be opened from elsewhere; "" stays empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: str) -> str:
        return full_url(value, self.context["request"])


def full_url(path: str, request: Any) -> str:
    """Put PUBLIC_URL in front of a path, or where it is not set the address that the request came to."""
    if not path or urlsplit(path).netloc:
        return path
    base: str = settings.PUBLIC_URL or request.build_absolute_uri("/")
    return base.rstrip("/") + path
