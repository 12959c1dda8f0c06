"""A sandbox on a port of its own, whose clock the tests hold."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from callback_receiver import SECRET, Receiver, receiving
from sandbox_caller import Caller, Clock, Start, options

from kling.sandbox.front.server import running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(clock: Clock) -> Iterator[Start]:
    """Start sandboxes with options of the test's choice; they stop when it ends."""
    with ExitStack() as stack:

        def begin(**changes: Any) -> Caller:
            server = stack.enter_context(running(options(clock=clock, **changes)))
            caller = Caller(server.base_url, clock)
            stack.callback(caller.session.close)
            return caller

        yield begin


@pytest.fixture
def kling(start: Start) -> Caller:
    return start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def signing(start: Start) -> Caller:
    """A sandbox that signs its callbacks."""
    return start(webhook_secrets=[SECRET])
