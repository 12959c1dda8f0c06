"""What can go wrong with a prompt at Kling, told before anybody pays; advice for people, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Finding", "lint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that a scene breaks: what is wrong and what to do, and the text with just that put right.

    `mended` is the whole new text of `field`, or None where only a person can mend it.
    """

    rule: str  # its code, such as "one_move"
    sentence: str
    mended: str | None = None
    field: str = "prompt"  # or "negative_prompt"


def lint(
    prompt: str,
    *,
    model_name: str = "",
    description: str = "",
    name: str = "",
    negative_prompt: str = "",
    avoid: Sequence[str] = (),
    others: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Return what the rules find in a scene's `prompt`, the gravest first.

    `description` and `name` are the product's (a claim must stand there), `avoid` the persona's words to avoid,
    `others` the prompts of the storyboard's other scenes, which shall show other shots.
    """
    return ()
