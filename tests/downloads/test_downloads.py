"""A download is whole, bounded and ours, or it is an error in words; nothing of it stays behind."""

import errno
import hashlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from productvideo.downloads import DownloadError, download, streaming

CONTENT = bytes(range(256)) * 1024


class FileServer(BaseHTTPRequestHandler):
    """Serves one file in the ways that file servers go wrong."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        match self.path.split("?")[0]:
            case "/whole":
                self.answer(CONTENT)
            case "/chunked":
                self.send_response(200)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(CONTENT), CONTENT))
            case "/short":
                self.answer(CONTENT[:1000], length=len(CONTENT))
                self.close_connection = True
            case "/drip":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                for _ in range(100):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.05)
            case "/drip-head":
                for sign in "HTTP/1.1 200 OK\r\n" + "X-Slow: 1\r\n" * 20:
                    self.wfile.write(sign.encode())
                    self.wfile.flush()
                    time.sleep(0.05)
            case "/elsewhere":
                self.redirect("/whole")
            case "/round":
                self.redirect("/round")
            case "/file":
                self.redirect("file:///etc/passwd")
            case "/empty":
                self.answer(b"")
            case _:
                self.send_error(403)

    def answer(self, body: bytes, *, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some of these tests are about."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = Server(("127.0.0.1", 0), FileServer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fetch(url: str, folder: Path, *, allow_private: bool = True, mine: bool = True) -> tuple[bytes, str]:
    with download(url, folder=folder, allow_private=allow_private, still_mine=lambda: mine) as found:
        return found.path.read_bytes(), found.sha256


@pytest.mark.parametrize("path", ["/whole", "/chunked", "/elsewhere", "/whole?Signature=a%2Fb~c&x=ü"])
def test_a_whole_file_arrives_with_its_hash(address: str, tmp_path: Path, path: str) -> None:
    content, sha256 = fetch(address + path, tmp_path)

    assert content == CONTENT
    assert sha256 == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/short", "broke"),
        ("/forbidden", "403"),
        ("/round", "too often"),
        ("/file", "no web address"),
        ("/empty", "empty"),
    ],
)
def test_anything_less_is_an_error_in_words(address: str, tmp_path: Path, path: str, reason: str) -> None:
    with pytest.raises(DownloadError, match=reason):
        fetch(f"{address}{path}?Signature=geheim", tmp_path)


@pytest.mark.parametrize("path", ["/whole", "/short", "/empty"])
def test_nothing_stays_behind(address: str, tmp_path: Path, path: str) -> None:
    try:
        fetch(address + path, tmp_path)
    except DownloadError as error:
        assert "127.0.0.1" not in str(error)

    assert list(tmp_path.iterdir()) == []


def test_plain_http_is_refused_where_private_downloads_are_not_allowed(address: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="ALLOW_PRIVATE_DOWNLOADS"):
        fetch(f"{address}/whole", tmp_path, allow_private=False)


def test_a_loopback_address_is_refused_also_over_https(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="private network"):
        fetch("https://127.0.0.1:9/whole", tmp_path, allow_private=False)


def test_a_dripping_server_cannot_hold_a_download(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "MOST_SECONDS", 0.3)
    began = time.monotonic()

    with pytest.raises(DownloadError):
        fetch(f"{address}/drip", tmp_path)

    assert time.monotonic() - began < 3


def test_a_server_that_drips_the_head_of_its_answer_cannot_outlast_a_lease(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "HOP_SECONDS", 0.3)
    began = time.monotonic()

    with pytest.raises(DownloadError, match="broke"):
        fetch(f"{address}/drip-head", tmp_path)

    assert time.monotonic() - began < 3


def test_what_there_is_no_room_for_is_not_fetched(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = len(CONTENT) - 1
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=free))
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("Something was written."))

    with pytest.raises(OSError, match="No space left") as refused:
        fetch(f"{address}/whole", tmp_path)

    assert refused.value.errno == errno.ENOSPC


def test_a_file_that_is_too_large_is_given_up(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MOST_BYTES", 1000)

    with pytest.raises(DownloadError, match="larger"):
        fetch(f"{address}/whole", tmp_path)


def test_a_download_that_another_worker_took_over_ends(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "LOOK_SECONDS", 0)

    with pytest.raises(DownloadError, match="Another worker"):
        fetch(f"{address}/whole", tmp_path, mine=False)
