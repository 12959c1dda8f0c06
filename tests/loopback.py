"""A server on 127.0.0.1 that does to each connection exactly what a test says, byte by byte."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Deed = Callable[[socket.socket], None]


@dataclass
class Loopback:
    """`requests` holds what each connection sent, `base_url` is where it listens."""

    base_url: str
    requests: list[bytes] = field(default_factory=list, repr=False)


@contextmanager
def loopback(deed: Deed, *, listens: bool = True) -> Iterator[Loopback]:
    """Serve; a server that does not listen begins with its deed, whatever it is sent."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Loopback(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
    stopped = threading.Event()
    threads: list[threading.Thread] = []

    def serve() -> None:
        while not stopped.is_set():
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=attend, args=(line,), daemon=True))
            threads[-1].start()

    def attend(line: socket.socket) -> None:
        with line:
            line.settimeout(10)
            try:
                if listens:
                    server.requests.append(read_request(line))
                deed(line)
            except OSError:
                return

    acceptor = threading.Thread(target=serve, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join(5)
        for thread in threads:
            thread.join(5)


@contextmanager
def speaking_first(words: bytes) -> Iterator[Loopback]:
    """Answer each connection at once, as a server without TLS answers a handshake."""

    def speak(line: socket.socket) -> None:
        line.sendall(words)
        line.recv(65536)

    with loopback(speak, listens=False) as server:
        yield server


def read_request(line: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        if not (chunk := line.recv(65536)):
            return received
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = 0
    for row in head.split(b"\r\n"):
        if row.lower().startswith(b"content-length:"):
            length = int(row.split(b":")[1])
    while len(body) < length and (chunk := line.recv(65536)):
        body += chunk
    return head + b"\r\n\r\n" + body


def http_answer(body: Any, *, status: int = 200) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} Word\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def answering(*answers: bytes) -> Deed:
    """Give the answers in turn, the last one for ever."""
    left = list(answers)

    def deed(line: socket.socket) -> None:
        line.sendall(left.pop(0) if len(left) > 1 else left[0])

    return deed
