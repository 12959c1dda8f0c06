"""HTTP for the sandbox: a thread per connection on the loopback address, kept alive between requests."""

import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from kling.sandbox.answers import Answer, FileAnswer, Refused, Request
from kling.sandbox.front import api
from kling.sandbox.sandbox import Options, Sandbox

LARGEST_BODY = 70 * 1024 * 1024  # §12 #15
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9a-fA-F:]+\](:[0-9]{1,5})?")
_PIECE = 256 * 1024


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # idle keep-alive connections must not hold up a stop
    request_queue_size = 128

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        self.sandbox = sandbox
        self.is_stopping = False
        super().__init__(("127.0.0.1", port), Connection)

    def server_bind(self) -> None:
        """Bind without the look-up of our own name, which can take seconds on a machine without DNS."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none of our troubles; the rest is shown."""
        if not self.is_stopping and not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Connection(BaseHTTPRequestHandler):
    """One client's connection: reads requests, writes what `api` answers."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "kling-sandbox", ""
    timeout = 120
    wbufsize = -1  # headers and body leave together
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        try:
            body = self._read_body()
        except Refused as refusal:
            self.close_connection = True
            self._send(refusal.answer())
            return
        answer = api.answer(self._sandbox, self._request(body))
        if isinstance(answer, FileAnswer):
            self._send_file(answer)
        else:
            self._send(answer)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def handle_expect_100(self) -> bool:
        """Say at once that the body may come: who asks so, as curl does with a photo, sends nothing before."""
        super().handle_expect_100()
        self.wfile.flush()
        return True

    @property
    def _sandbox(self) -> Sandbox:
        return cast(Server, self.server).sandbox

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Kling's clock goes into the Date header."""
        return super().date_time_string(self._sandbox.kling_now if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a line per poll would bury the tasks."""

    def _request(self, body: bytes) -> Request:
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = headers.get("host", "")
        server = cast(Server, self.server)
        return Request(
            method=self.command,
            path=url.path,
            target=f"{url.path}?{url.query}",
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers=headers,
            body=body,
            address=host if _HOST.fullmatch(host) else f"127.0.0.1:{server.server_port}",
        )

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        told = self.headers.get("Content-Length", "0")
        if not re.fullmatch(r"[0-9]{1,15}", told):
            raise Refused(400, 1200, "The Content-Length is not a number")
        if int(told) > LARGEST_BODY:
            self._skip(int(told))
            raise _too_large()
        return self._read(int(told))

    def _read(self, size: int) -> bytes:
        content = self.rfile.read(size)
        if len(content) < size:
            raise ConnectionAbortedError("The client hung up in the middle of its request.")
        return content

    def _skip(self, size: int) -> None:
        """Read on to the end: an answer on a connection that is still being written to would be lost."""
        while size > 0 and (piece := self.rfile.read(min(size, _PIECE))):
            size -= len(piece)

    def _read_chunks(self) -> bytes:
        content = bytearray()
        while size := self._chunk_size():
            if len(content) + size > LARGEST_BODY:
                raise _too_large()
            content += self._read(size)
            self.rfile.readline(10)
        while self.rfile.readline(65_537).strip():
            pass  # trailers
        return bytes(content)

    def _chunk_size(self) -> int:
        try:
            return int(self.rfile.readline(1000).split(b";")[0], 16)
        except ValueError:
            raise Refused(400, 1200, "The chunked body is malformed") from None

    def _send(self, answer: Answer) -> None:
        time.sleep(answer.delay)  # this connection's thread alone
        if answer.is_lost:
            self._cut()
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _send_file(self, answer: FileAnswer) -> None:
        span = range(answer.size) if answer.part is None else answer.part
        self.send_response(200 if answer.part is None else 206)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Content-Length", str(len(span)))
        self.send_header("Accept-Ranges", "bytes")
        if answer.part is not None:
            self.send_header("Content-Range", f"bytes {span.start}-{span.stop - 1}/{answer.size}")
        self.end_headers()
        if self.command != "HEAD":
            self._copy(answer.path, span[: len(span) // 2] if answer.stops_early else span)
        if answer.stops_early:
            self._cut()

    def _copy(self, path: Path, span: range) -> None:
        left = len(span)
        with path.open("rb") as film:
            film.seek(span.start)
            while left > 0:
                piece = film.read(min(_PIECE, left))
                self.wfile.write(piece)
                left -= len(piece)

    def _cut(self) -> None:
        """End the connection with nothing more sent, as a network does."""
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _too_large() -> Refused:
    return Refused(413, 1200, "The request body is larger than 70 MB")


@contextmanager
def running(options: Options, *, port: int = 0) -> Iterator[Server]:
    """Serve in a thread of this process for as long as the block lasts; port 0 means a free one."""
    sandbox = Sandbox(options)
    try:
        server = Server(sandbox, port)
    except OSError:
        sandbox.close()
        raise
    sandbox.callbacks.start(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.is_stopping = True
        server.shutdown()
        server.server_close()
        sandbox.close()
