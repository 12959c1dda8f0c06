"""The `contents` of creates in the new API: words, pictures, elements, voices and videos (kling-api §3N.1)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, assert_never

from kling.sandbox.answers import invalid, invalid_value
from kling.sandbox.fields import Body, read_limited, read_text
from kling.sandbox.omni import Inputs, VideoUse
from kling.sandbox.studio.pictures import Picture, read_picture

LARGEST_PICTURE = 50 * 1024 * 1024
_MOST_ELEMENTS, _MOST_VOICES = 3, 2


class Kind(StrEnum):
    """What an entry is, by its `type`."""

    PROMPT = "prompt"
    FIRST = "first_frame"
    LAST = "last_frame"
    REFERENCE = "refer_image"
    FEATURE_VIDEO = "feature_video"
    BASE_VIDEO = "base_video"
    ELEMENT = "element"
    VOICE = "voice"
    IMAGE = "image"
    VIDEO = "video"


OF_IMAGES = (Kind.PROMPT, Kind.FIRST, Kind.LAST, Kind.ELEMENT, Kind.VOICE)
OF_OMNI = (
    *(Kind.PROMPT, Kind.FIRST, Kind.LAST, Kind.REFERENCE),
    *(Kind.FEATURE_VIDEO, Kind.BASE_VIDEO, Kind.ELEMENT),
)
OF_MOTION = (Kind.PROMPT, Kind.IMAGE, Kind.VIDEO, Kind.ELEMENT)
_SINGLE = (Kind.PROMPT, Kind.FIRST, Kind.LAST, Kind.IMAGE)


@dataclass(slots=True, kw_only=True)
class Contents:
    """What the entries say, in any order."""

    prompt: str = ""
    pictures: dict[Kind, Picture] = field(default_factory=dict)
    references: list[Picture] = field(default_factory=list)
    videos: list[VideoUse] = field(default_factory=list)
    elements: int = 0
    voices: int = 0
    seen: set[Kind] = field(default_factory=set)

    @property
    def first(self) -> Picture | None:
        return self.pictures.get(Kind.FIRST)

    @property
    def last(self) -> Picture | None:
        return self.pictures.get(Kind.LAST)

    def inputs(self) -> Inputs:
        """Return what omni rules are about."""
        return Inputs(
            first=self.first,
            last=self.last,
            references=tuple(self.references),
            elements=self.elements,
            video=self.videos[0] if self.videos else None,
        )


def read_contents(body: Body, kinds: tuple[Kind, ...], *, prompt_limit: int) -> Contents:
    """Raise Refused for the first entry that this product does not know, or that is not as it should be."""
    entries = body.get("contents")
    if entries is None or entries == []:
        raise invalid("contents can not be null")
    if not isinstance(entries, list):
        raise invalid_value("contents", entries)
    contents = Contents()
    for entry in entries:
        _take(contents, entry, _read_kind(entry, kinds), prompt_limit)
    _check_numbers(contents)
    return contents


def _read_kind(entry: Any, kinds: tuple[Kind, ...]) -> Kind:
    if not isinstance(entry, dict):
        raise invalid_value("contents", entry)
    told = read_text(entry, "type", label="contents.type")
    if told not in kinds:
        raise invalid_value("contents.type", told)
    return Kind(told)


def _take(contents: Contents, entry: Body, kind: Kind, prompt_limit: int) -> None:
    if kind in contents.seen and kind in _SINGLE:
        raise invalid(f"only one {kind} is supported in contents")
    contents.seen.add(kind)
    match kind:
        case Kind.PROMPT:
            contents.prompt = read_limited(entry, "text", most=prompt_limit, label="prompt")
        case Kind.FIRST | Kind.LAST | Kind.IMAGE:
            contents.pictures[kind] = _read_picture(entry, kind)
        case Kind.REFERENCE:
            contents.references.append(_read_picture(entry, kind))
        case Kind.FEATURE_VIDEO | Kind.VIDEO:
            contents.videos.append(_read_video(entry, VideoUse.FEATURE))
        case Kind.BASE_VIDEO:
            contents.videos.append(_read_video(entry, VideoUse.BASE))
        case Kind.ELEMENT:
            contents.elements += _is_named(entry, "element_id")
        case Kind.VOICE:
            contents.voices += _is_named(entry, "voice_id")
        case _:
            assert_never(kind)


def _read_picture(entry: Body, kind: Kind) -> Picture:
    if not (url := read_text(entry, "url", label="contents.url")):
        raise invalid(f"{kind} can not be null")
    return read_picture(url, largest=LARGEST_PICTURE)


def _read_video(entry: Body, use: VideoUse) -> VideoUse:
    url = read_text(entry, "url", label="contents.url")
    if not url.startswith(("http://", "https://")):
        raise invalid_value("contents.url", url)
    return use


def _is_named(entry: Body, name: str) -> bool:
    if not isinstance(value := entry.get(name), str | int) or not value:
        raise invalid(f"{name} can not be null")
    return True


def _check_numbers(contents: Contents) -> None:
    if contents.voices > _MOST_VOICES:
        raise invalid(f"voice cannot exceed {_MOST_VOICES} in total")
    if len(contents.videos) > 1:
        raise invalid("only one video is supported in contents")


def check_elements(contents: Contents) -> None:
    """Raise Refused for more elements than a film from images may have; omni counts them with its pictures."""
    if contents.elements > _MOST_ELEMENTS:
        raise invalid(f"element cannot exceed {_MOST_ELEMENTS} in total")
