"""A link is judged at its first step and at every redirect, however it is spelled. Nothing here connects anywhere."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import responses
from recording_network import Recorder

from productvideo.downloads import DownloadError, TakenOverError, download, streaming
from productvideo.downloads.guarded_http import GuardedAdapter, resolve

LINK = "https://films.test/1.mp4"
SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "017700000001",
    "0.0.0.0",
    "169.254.169.254",
    "0xa9fea9fe",
    "10.0.0.1:8443",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::7f00:1]",
    "[fd00::1]",
    "[fe80::1]",
    "films.test@192.168.0.1",
    "films.test:443@192.168.0.1",
    "films.test%2F@192.168.0.1",
]
NO_ADDRESSES = [
    "file:///etc/passwd",
    "ftp://films.test/1.mp4",
    "gopher://films.test:6379/_FLUSHALL",
    "data:video/mp4;base64,AAAA",
    "javascript:alert(1)",
    "unix:/run/docker.sock",
    "https://[films.test/1.mp4",
]


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    """What the first link answers; any other goes to the guard."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_passthru(re.compile("."))
        yield mock


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch) -> Callable[[Recorder], None]:
    def put(network: Recorder) -> None:
        monkeypatch.setattr(streaming, "GuardedAdapter", network.adapter)

    return put


def fetch(url: str, folder: Path, still_mine: Callable[[], bool] = lambda: True) -> None:
    with download(url, folder=folder, allow_private=False, still_mine=still_mine):
        raise AssertionError("Nothing can have been downloaded.")


@pytest.mark.parametrize("place", SPELLINGS)
def test_a_private_address_is_refused_however_it_is_spelled(
    enter: Callable[[Recorder], None], tmp_path: Path, place: str
) -> None:
    network = Recorder()
    enter(network)

    with pytest.raises(DownloadError, match="private network"):
        fetch(f"https://{place}/1.mp4", tmp_path)

    assert network.connected == []


@pytest.mark.parametrize("place", SPELLINGS)
def test_a_redirect_to_a_private_address_is_refused(
    mock: responses.RequestsMock, enter: Callable[[Recorder], None], tmp_path: Path, place: str
) -> None:
    network = Recorder()
    enter(network)
    mock.add(responses.GET, LINK, status=302, headers={"Location": f"https://{place}/1.mp4"})

    with pytest.raises(DownloadError, match="private network"):
        fetch(LINK, tmp_path)

    assert network.connected == []
    assert len(mock.calls) == 1


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "fd00::1", "fe80::1"])
def test_a_redirect_to_a_name_that_leads_into_a_private_network_is_refused(
    mock: responses.RequestsMock, enter: Callable[[Recorder], None], tmp_path: Path, address: str
) -> None:
    network = Recorder([address])
    enter(network)
    mock.add(responses.GET, LINK, status=307, headers={"Location": "//cdn.films.test/1.mp4"})

    with pytest.raises(DownloadError, match="private network"):
        fetch(LINK, tmp_path)

    assert (network.asked, network.connected) == (["cdn.films.test"], [])


def test_a_redirect_to_a_public_address_is_followed_to_that_address(
    mock: responses.RequestsMock, enter: Callable[[Recorder], None], tmp_path: Path
) -> None:
    network = Recorder(["8.8.8.8"])
    enter(network)
    mock.add(responses.GET, LINK, status=302, headers={"Location": "https://cdn.films.test/1.mp4"})

    with pytest.raises(DownloadError, match="broke"):
        fetch(LINK, tmp_path)

    assert network.connected == [("8.8.8.8", 443)]


@pytest.mark.parametrize("address", [*NO_ADDRESSES, "https:///etc/passwd"])
def test_what_is_no_web_address_is_not_asked_for(
    enter: Callable[[Recorder], None], tmp_path: Path, address: str
) -> None:
    network = Recorder(["8.8.8.8"])
    enter(network)

    with pytest.raises(DownloadError, match="no web address"):
        fetch(address, tmp_path)

    assert network.asked == []


@pytest.mark.parametrize("address", [*NO_ADDRESSES, "//[films.test/1.mp4"])
def test_nor_after_a_redirect(
    mock: responses.RequestsMock, enter: Callable[[Recorder], None], tmp_path: Path, address: str
) -> None:
    network = Recorder(["8.8.8.8"])
    enter(network)
    mock.add(responses.GET, LINK, status=302, headers={"Location": address})

    with pytest.raises(DownloadError, match="no web address"):
        fetch(LINK, tmp_path)

    assert network.asked == []


def test_a_redirect_from_https_to_http_is_refused(
    mock: responses.RequestsMock, enter: Callable[[Recorder], None], tmp_path: Path
) -> None:
    network = Recorder(["8.8.8.8"])
    enter(network)
    mock.add(responses.GET, LINK, status=302, headers={"Location": "http://films.test/1.mp4"})

    with pytest.raises(DownloadError, match="not https"):
        fetch(LINK, tmp_path)

    assert network.asked == []


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".test"])
def test_a_name_that_cannot_be_one_is_an_error_in_words(tmp_path: Path, host: str) -> None:
    with pytest.raises(UnicodeError):
        resolve(host, 443)  # before anybody is asked

    with pytest.raises(DownloadError, match="broke"):
        fetch(f"https://{host}/1.mp4", tmp_path)


def test_the_lease_is_asked_for_before_every_step_of_a_redirect(mock: responses.RequestsMock, tmp_path: Path) -> None:
    answers = [True, True, False]
    mock.add(responses.GET, LINK, status=302, headers={"Location": LINK})

    with pytest.raises(TakenOverError):
        fetch(LINK, tmp_path, still_mine=lambda: answers.pop(0))

    assert (len(mock.calls), answers) == (2, [])


def test_the_lease_is_asked_for_before_the_first_byte(mock: responses.RequestsMock, tmp_path: Path) -> None:
    answers = [True, False]
    mock.add(responses.GET, LINK, body=b"film")

    with pytest.raises(TakenOverError):
        fetch(LINK, tmp_path, still_mine=lambda: answers.pop(0))

    assert list(tmp_path.iterdir()) == []


def test_the_guard_that_downloads_use_is_the_one_that_is_tested_here() -> None:
    assert streaming.GuardedAdapter is GuardedAdapter
    assert GuardedAdapter(allow_private=False).resolve is resolve
