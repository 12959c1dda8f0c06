"""Blots a product's name out of a prompt: what a thing is called is no order to the camera and no claim."""

import re

from productvideo.wording import main_name, short_name

BLOT = "X"


def hide_name(text: str, name: str) -> str:
    """Put as many blots where the name stands, whole or shortened as the scene writer shortens it."""
    for spelling in spellings(name):
        ignore_case = re.IGNORECASE if " " in spelling else re.NOFLAG
        text = re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", BLOT * len(spelling), text, flags=ignore_case)
    return text


def spellings(name: str) -> list[str]:
    """The longest first."""
    if not name.strip():
        return []
    whole = " ".join(name[:200].split())
    return sorted({whole, main_name(name, limit=200), short_name(name)} - {"The product"}, key=len, reverse=True)
