"""The prompt templates: text files that carry their version in the name, and that never change under that name.

To change a word, copy both files to the next version and raise `TEMPLATE_VERSION`; every scene keeps the version that
it was written with.
"""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "templates"
TEMPLATE_VERSION = "three-shots-3"


@cache
def template(kind: str) -> str:
    """Return the current template for the language model ("instructions") or for Kling ("kling")."""
    return (FOLDER / f"{TEMPLATE_VERSION}.{kind}.txt").read_text("utf-8").strip()
