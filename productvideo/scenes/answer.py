"""Reads what the language model answered and picks the drafts that can be used."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from productvideo.scenes.draft import Draft
from productvideo.scenes.trouble import CUT_SHORT, REFUSED, UNREADABLE, Trouble, few_scenes
from productvideo.scenes.types import Told, Usage
from productvideo.wording import fingerprint, tidy

RAW_LIMIT = 20_000  # bytes of the answer that are kept with the scenes
LEAST_LETTERS = 3  # "Hi" is no description
MOST_TOKENS = 10_000_000  # in one call; more is no honest number


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Usable drafts; `trouble` whenever there are fewer than were asked for."""

    drafts: tuple[Draft, ...] = ()
    trouble: Trouble | None = None
    language_model: str = ""
    raw: str = field(default="", repr=False)
    usage: Usage = field(default_factory=Usage)


def read_answer(text: str, *, count: int, known: Sequence[Told] = (), key: str = "") -> Answer:
    """Read `count` drafts from the body of a chat completion, none like the known; never raises, whatever it is.

    A server that echoes the `key`, escaped or not, does not get it stored with the scenes.
    """
    body = parsed(without_key(text, key))
    choice = first(body.get("choices"))
    message = as_object(choice.get("message"))
    content = content_text(message.get("content"))
    answer = Answer(
        language_model=tidy(as_text(body.get("model")), limit=100),
        raw=kept(content),
        usage=read_usage(as_object(body.get("usage"))),
    )
    if as_text(message.get("refusal")) or choice.get("finish_reason") == "content_filter":
        return replace(answer, trouble=REFUSED, raw=kept(as_text(message.get("refusal")) or content))
    if choice.get("finish_reason") == "length":
        return replace(answer, trouble=CUT_SHORT)
    scenes = parsed(content[content.find("{") : content.rfind("}") + 1]).get("scenes")
    if not isinstance(scenes, list):
        return replace(answer, trouble=UNREADABLE)
    drafts = tuple(usable(scenes, known))[:count]
    return replace(answer, drafts=drafts, trouble=few_scenes(len(drafts)) if len(drafts) < count else None)


def read_usage(usage: dict[str, Any]) -> Usage:
    """Read the tokens of one call; a number that is missing or odd counts nothing."""
    return Usage(input_tokens=tokens(usage.get("prompt_tokens")), output_tokens=tokens(usage.get("completion_tokens")))


def tokens(value: object) -> int:
    return value if type(value) is int and 0 <= value <= MOST_TOKENS else 0


def parsed(text: str) -> dict[str, Any]:
    try:
        return as_object(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def without_key(text: str, key: str) -> str:
    """Blot out a key, also where letters of it are written as \\u0073, once or inside another JSON string."""
    if not key:
        return text
    signs = (rf"(?:{re.escape(sign)}|\\{{1,3}}u{ord(sign):04x})" for sign in key)
    return re.sub("".join(signs), "[key]", text, flags=re.IGNORECASE)


def as_object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def first(value: object) -> dict[str, Any]:
    return as_object(value[0]) if isinstance(value, list) and value else {}


def content_text(content: object) -> str:
    """Some services answer with a list of parts instead of a string."""
    if isinstance(content, list):
        return "".join(as_text(as_object(part).get("text")) for part in content)
    return as_text(content)


def kept(text: str) -> str:
    """Bounded, and without what a database refuses: NUL and half characters."""
    return text.replace("\0", "").encode("utf-8", "replace")[:RAW_LIMIT].decode("utf-8", "ignore")


def usable(scenes: list[Any], known: Sequence[Told] = ()) -> Iterator[Draft]:
    """Pass on the drafts that say something and share no title, description or motion with another scene."""
    seen = {fingerprint(words) for scene in known for words in (scene.title, scene.description)}
    for scene in scenes[:100]:
        draft = read_draft(as_object(scene))
        texts = (draft.title, draft.description, draft.environment_motion + draft.subject_motion)
        marks = set(map(fingerprint, texts))
        if min(map(len, marks)) >= LEAST_LETTERS and not seen & marks:
            seen |= marks
            yield draft


def read_draft(scene: dict[str, Any]) -> Draft:
    nouns = scene.get("negative_nouns")
    words = {name: tidy(as_text(scene.get(name)), limit=1000) for name in Draft.__dataclass_fields__}
    words.pop("negative_nouns")
    return Draft(**words, negative_nouns=tuple(map(as_text, nouns)) if isinstance(nouns, list) else ())
