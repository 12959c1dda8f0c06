"""A clone for each journey, ended with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from clones import Clone


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    made = Clone(tmp_path / "clone")
    try:
        yield made
    finally:
        made.stop()
