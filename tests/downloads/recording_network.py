"""What stands where the network would be, so that no test connects to anything."""

import socket
from typing import Any

import requests

from productvideo.downloads.guarded_http import GuardedAdapter


class Recorder:
    """Knows names, and notes who would have been connected to.

    It gives its answers one after the other, the last for ever; without any, it reads addresses as the system does,
    and knows no name. It refuses connections, or says what it was told to `say`.
    """

    def __init__(self, *answers: list[str], say: bytes = b"") -> None:
        self.answers = list(answers)
        self.say = say
        self.asked: list[str] = []
        self.connected: list[tuple[str, int]] = []

    def resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if self.answers:
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [str(sockaddr[0]) for *_, sockaddr in found]

    def connect(self, address: tuple[str, int], timeout: Any) -> socket.socket:
        self.connected.append(address)
        if not self.say:
            raise ConnectionRefusedError
        ours, theirs = socket.socketpair()
        with theirs:
            theirs.sendall(self.say)
        return ours

    def adapter(self, *, allow_private: bool = False) -> GuardedAdapter:
        return GuardedAdapter(allow_private=allow_private, resolve=self.resolve, connect=self.connect)

    def get(self, url: str, *, allow_private: bool = False) -> None:
        adapter = self.adapter(allow_private=allow_private)
        with requests.Session() as session:
            session.trust_env = False
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            session.get(url, timeout=1)
