"""The sandbox calls this machine, and nothing outside it."""

import socket
import time
from contextlib import ExitStack
from typing import Any

import pytest
from callback_receiver import (
    Receiver,
    ended,
    outcomes,
    receiving,
    wait_until_noted,
)
from sandbox_caller import Caller, Clock

from kling.sandbox.callbacks.near import find_target
from kling.sandbox.callbacks.outcomes import Outcome

OUTSIDE = [
    "http://example.com/hook",
    "https://videos.example.com/webhooks/kling/t/",
    "http://10.0.0.1/",
    "http://0.0.0.0:8000/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://127.0.0.1.nip.io/",
    "http://localhost.example.com/",
    "http://localhost./",
    "http://127.0.0.1@8.8.8.8/",
    "http://[::ffff:8.8.8.8]/",
    "http://[fe80::1%25lo]/",
    "http://[::1%25lo]/",
]
NO_ADDRESS = [
    "nonsense",
    "ftp://127.0.0.1/",
    "http://",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/",
    "http://[::1/",
]


@pytest.mark.parametrize(
    ("address", "outcome"),
    [*((address, Outcome.OUTSIDE) for address in OUTSIDE), *((each, Outcome.NO_ADDRESS) for each in NO_ADDRESS)],
)
def test_nothing_outside_this_machine_is_called_or_looked_up(
    kling: Caller, clock: Clock, monkeypatch: pytest.MonkeyPatch, address: str, outcome: Outcome
) -> None:
    asked: list[Any] = []
    connect = socket.socket.connect

    def watched(line: socket.socket, to: Any) -> None:
        asked.append(to)
        connect(line, to)

    kling.made(callback_url=address)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *names, **_: pytest.fail(f"looked up {names}"))
    monkeypatch.setattr(socket.socket, "connect", watched)
    clock.forward(41)
    end = time.monotonic() + 10
    while sum(outcomes(kling).values()) < 2:
        assert time.monotonic() < end
        time.sleep(0.02)

    assert outcomes(kling) == {str(outcome): 2}
    assert asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.8.7", "[::1]", "localhost", "LOCALHOST"])
def test_every_name_of_this_machine_is_good(host: str) -> None:
    target = find_target(f'http://{host}:8000/a b/ü?x=%41&y="')

    assert target.numbers
    assert all(number == "::1" or number.startswith("127.") for number in target.numbers)
    assert target.place == f"{host.lower()}:8000"
    assert target.path == "/a%20b/%C3%BC?x=%41&y=%22"


def test_a_localhost_that_leads_elsewhere_is_outside(
    kling: Caller, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]
    kling.made(callback_url="http://localhost:1/")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: elsewhere)
    clock.forward(41)
    end = time.monotonic() + 10
    while sum(outcomes(kling).values()) < 2:
        assert time.monotonic() < end
        time.sleep(0.02)

    assert outcomes(kling) == {str(Outcome.OUTSIDE): 2}


def test_of_two_numbers_of_localhost_the_one_that_answers_is_taken(
    kling: Caller, clock: Clock, receiver: Receiver
) -> None:
    receiver.url = receiver.url.replace("127.0.0.1", "localhost")
    ended(kling, clock, receiver)

    wait_until_noted(kling, 2)
    assert outcomes(kling) == {"delivered": 2}


def test_ipv6_is_this_machine_too(kling: Caller, clock: Clock) -> None:
    with ExitStack() as stack:
        try:
            found = stack.enter_context(receiving(family=socket.AF_INET6))
        except OSError:  # a machine without IPv6 has nothing to be called by it
            assert find_target("http://[::1]:1/").numbers == ["::1"]
            return
        ended(kling, clock, found)
        wait_until_noted(kling, 2)
        assert outcomes(kling) == {"delivered": 2}
