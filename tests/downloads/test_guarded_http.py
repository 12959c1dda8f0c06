"""A link is judged by where its name leads, before a connection is made. Nothing here connects anywhere."""

import pytest
import requests
from recording_network import Recorder

from productvideo.downloads.guarded_http import PrivateAddressError, is_public

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


def test_a_name_that_moves_into_a_private_network_between_two_requests_is_refused() -> None:
    network = Recorder(["8.8.8.8"], ["127.0.0.1"], say=b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")
    adapter = network.adapter()

    with requests.Session() as session:
        session.mount("http://", adapter)
        session.get("http://films.test/1.mp4", timeout=1, headers={"Connection": "close"}).close()
        adapter.close()
        with pytest.raises(PrivateAddressError):
            session.get("http://films.test/2.mp4", timeout=1)

    assert network.connected == [("8.8.8.8", 80)]
