"""Reads what the language model answered and picks the drafts that can be used."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from productvideo.scenes.prompts import Draft
from productvideo.scenes.trouble import CUT_SHORT, REFUSED, UNREADABLE, Trouble, few_scenes
from productvideo.scenes.types import Told
from productvideo.wording import fingerprint, tidy

RAW_LIMIT = 20_000  # bytes of the answer that are kept with the scenes
LEAST_LETTERS = 3  # "Hi" is no description


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Usable drafts; `trouble` whenever there are fewer than were asked for."""

    drafts: tuple[Draft, ...] = ()
    trouble: Trouble | None = None
    language_model: str = ""
    raw: str = field(default="", repr=False)


def read_answer(text: str, *, count: int, known: Sequence[Told] = ()) -> Answer:
    """Read `count` drafts from the body of a chat completion, none like the known; never raises, whatever it is."""
    body = parsed(text)
    choice = first(body.get("choices"))
    message = as_object(choice.get("message"))
    content = content_text(message.get("content"))
    model = tidy(as_text(body.get("model")), limit=100)
    if as_text(message.get("refusal")) or choice.get("finish_reason") == "content_filter":
        return Answer(trouble=REFUSED, language_model=model, raw=kept(as_text(message.get("refusal")) or content))
    if choice.get("finish_reason") == "length":
        return Answer(trouble=CUT_SHORT, language_model=model, raw=kept(content))
    scenes = parsed(content[content.find("{") : content.rfind("}") + 1]).get("scenes")
    if not isinstance(scenes, list):
        return Answer(trouble=UNREADABLE, language_model=model, raw=kept(content))
    drafts = tuple(usable(scenes, known))[:count]
    trouble = few_scenes(len(drafts)) if len(drafts) < count else None
    return Answer(drafts=drafts, trouble=trouble, language_model=model, raw=kept(content))


def parsed(text: str) -> dict[str, Any]:
    try:
        return as_object(json.loads(text))
    except (ValueError, RecursionError):
        return {}


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
    """Pass on the drafts that say something and repeat neither an earlier one nor a scene that is known already."""
    seen = [(fingerprint(old.title), fingerprint(old.description), fingerprint(old.prompt)) for old in known]
    for scene in scenes[:100]:
        draft = read_draft(as_object(scene))
        texts = (draft.title, draft.description, draft.environment_motion + draft.subject_motion)
        marks = (fingerprint(texts[0]), fingerprint(texts[1]), fingerprint(texts[2]))
        if min(map(len, marks)) >= LEAST_LETTERS and not any(is_repeat(marks, earlier) for earlier in seen):
            seen.append(marks)
            yield draft


def is_repeat(marks: tuple[str, str, str], earlier: tuple[str, str, str]) -> bool:
    """Two of title, description and motion alike make a scene the same one again."""
    return sum(one == other for one, other in zip(marks, earlier, strict=True)) >= 2


def read_draft(scene: dict[str, Any]) -> Draft:
    nouns = scene.get("negative_nouns")
    words = {name: tidy(as_text(scene.get(name)), limit=1000) for name in Draft.__dataclass_fields__}
    words.pop("negative_nouns")
    return Draft(**words, negative_nouns=tuple(map(as_text, nouns)) if isinstance(nouns, list) else ())
