"""Plans of shots, read from the files in `plans/`: which three shots a film of a kind of product consists of.

A plan has a hero, a detail and a context shot, and a second look of each for scenes beyond the three and for scenes
written again. No two of its six shots have the same usual move.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from productvideo.scenes.moves import Move
from productvideo.wording import tidy

FOLDER = Path(__file__).parent / "plans"
USUAL = "packshot"
ENOUGH_WORDS = 2  # so many words of the description say what a product is, where its name does not


class Shot(StrEnum):
    HERO = "hero"
    DETAIL = "detail"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place in a plan, and the words of its default scene. The first of its moves is the usual one."""

    shot: Shot
    moves: tuple[Move, ...]
    stillness: str
    motion: str
    title: str
    description: str
    # Title and description, by language.
    translations: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    code: str
    label: str
    words: tuple[str, ...]  # in names and descriptions of products that it fits; * stands for any letters
    slots: tuple[Slot, ...]
    second: tuple[Slot, ...]


@cache
def plans() -> tuple[Plan, ...]:
    """Return all plans, the usual one first."""
    read = [read_plan(path) for path in sorted(FOLDER.glob("*.toml"))]
    return tuple(sorted(read, key=lambda plan: plan.code != USUAL))


def plan_for(code: str, name: str, description: str) -> Plan:
    """Return the plan of that code, or else the one whose words the product's name has, or else its description."""
    for plan in plans():
        if plan.code == code:
            return plan
    return max(plans(), key=lambda plan: fitness(plan, name, description))


def fitness(plan: Plan, name: str, description: str) -> tuple[int, int]:
    in_name, in_description = words_found(plan, name, 200), words_found(plan, description, 5000)
    return in_name, in_description if in_name or in_description >= ENOUGH_WORDS else 0


def words_found(plan: Plan, text: str, limit: int) -> int:
    """Count the different words of a plan that a text has."""
    plain = unicodedata.normalize("NFKC", tidy(text, limit=limit)).casefold()
    return len(set(pattern_of(plan.words).findall(plain)))


@cache
def pattern_of(words: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)" if words else r"(?!)")


def read_plan(path: Path) -> Plan:
    """Read one file; raise KeyError or ValueError where something is missing or no shot or move has that name."""
    content = tomllib.loads(path.read_text("utf-8"))
    slots = {kind: [read_slot(slot) for slot in content[kind]] for kind in ("slots", "second")}
    return Plan(
        code=path.stem,
        label=content["label"],
        words=tuple(content["words"]),
        slots=tuple(slots["slots"]),
        second=tuple(slots["second"]),
    )


def read_slot(content: dict[str, Any]) -> Slot:
    return Slot(
        shot=Shot(content["shot"]),
        moves=tuple(map(Move, content["moves"])),
        stillness=content["stillness"],
        motion=content["motion"],
        title=content["title"],
        description=content["description"],
        translations={code: (words[0], words[1]) for code, words in content.get("translations", {}).items()},
    )
