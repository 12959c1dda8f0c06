"""What the rules look at, and what they answer: a scene with its product, and a breach with the ways to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from productvideo.scenes.cleaning import clean_prompt
from productvideo.scenes.lint.clauses import Clause, clauses_of
from productvideo.scenes.lint.names import hide_name

READ = 2500  # characters, as many as Kling takes; of what stands beyond only the length is told


@dataclass(frozen=True, kw_only=True)
class Case:
    """A scene under the rules."""

    prompt: str
    model_name: str = ""
    description: str = ""
    name: str = ""
    negative_prompt: str = ""
    avoid: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The prompt as Kling would read it: cleaned, with single spaces, as far as it is read."""
        return plain(self.prompt)

    @cached_property
    def nameless(self) -> str:
        """The same with the product's name blotted out, since a name orders nothing: an “Orbit lamp”, a frying pan."""
        return hide_name(self.text, self.name)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        return clauses_of(self.text)

    def with_field(self, name: str, text: str) -> Case:
        if name == "negative_prompt":
            return replace(self, negative_prompt=text)
        return replace(self, prompt=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that is broken, and texts that may put it right, the best first."""

    rule: str
    sentence: str
    mends: Iterable[str] = ()
    field: str = field(default="prompt")


def plain(text: str) -> str:
    return " ".join(clean_prompt(text[:READ]).text.split())
