"""A link is judged by where its name leads, before a connection is made. Nothing here connects anywhere."""

import socket
from typing import Any

import pytest
import requests

from productvideo.downloads.guarded_http import GuardedAdapter, PrivateAddressError, is_public

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
]


class Recorder:
    """Stands where the network would be: knows names, and notes who would have been connected to."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.connected: list[tuple[str, int]] = []

    def resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def connect(self, address: tuple[str, int], timeout: Any) -> socket.socket:
        self.connected.append(address)
        raise ConnectionRefusedError

    def get(self, url: str, *, allow_private: bool = False) -> None:
        adapter = GuardedAdapter(allow_private=allow_private, resolve=self.resolve, connect=self.connect)
        with requests.Session() as session:
            session.trust_env = False
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            session.get(url, timeout=1)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_into_a_private_network_is_refused_before_connecting(address: str) -> None:
    network = Recorder([address])

    with pytest.raises(PrivateAddressError):
        network.get("https://films.test/1.mp4")

    assert network.connected == []


@pytest.mark.parametrize("address", PRIVATE)
def test_such_an_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_a_public_address_is_connected_to_as_it_was_judged(address: str) -> None:
    network = Recorder([address])

    with pytest.raises(requests.ConnectionError):
        network.get("https://films.test/1.mp4")

    assert network.connected == [(address, 443)]


def test_one_private_answer_among_public_ones_is_enough_to_refuse() -> None:
    network = Recorder(["8.8.8.8", "10.0.0.1"])

    with pytest.raises(PrivateAddressError):
        network.get("https://films.test/1.mp4")


def test_a_name_that_answers_differently_the_second_time_gains_nothing() -> None:
    network = Recorder(["8.8.8.8"], ["127.0.0.1"])

    with pytest.raises(requests.ConnectionError):
        network.get("https://films.test/1.mp4")

    assert network.asked == ["films.test"]
    assert network.connected == [("8.8.8.8", 443)]


def test_where_private_downloads_are_allowed_a_private_address_is_connected_to() -> None:
    network = Recorder(["127.0.0.1"])

    with pytest.raises(requests.ConnectionError):
        network.get("http://films.test:8080/1.mp4", allow_private=True)

    assert network.connected == [("127.0.0.1", 8080)]


def test_odd_spellings_of_an_address_are_judged_by_where_they_lead() -> None:
    for spelling in ("0x7f.1", "2130706433", "017700000001"):
        network = Recorder(["127.0.0.1"])
        with pytest.raises(PrivateAddressError):
            network.get(f"https://{spelling}/1.mp4")
