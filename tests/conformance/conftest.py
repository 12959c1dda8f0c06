"""A sandbox for foreign clients: real time, quick films, both kinds of credentials."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from foreign import ACCESS, API_KEY, SECRET, Start

from kling.sandbox.credentials import Credentials
from kling.sandbox.front.server import Server, running
from kling.sandbox.sandbox import Options


@pytest.fixture
def start() -> Iterator[Start]:
    """Start sandboxes with options of the test's choice; they stop when it ends."""
    credentials = Credentials(pairs={ACCESS: SECRET}, api_keys=frozenset([API_KEY]))
    usual = {"credentials": credentials, "render_seconds": (0.8, 1.2), "quick_clips": True}
    with ExitStack() as stack:

        def begin(**changes: Any) -> Server:
            return stack.enter_context(running(Options(**{**usual, **changes})))

        yield begin


@pytest.fixture
def sandbox(start: Start) -> Server:
    return start()
