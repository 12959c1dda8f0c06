"""An HTTP transport whose answers end: at a size, and at a moment. Imported lazily, as httpx2 is slow to load."""

import time
from collections.abc import Iterator

import httpx2
from httpx2 import SyncByteStream

MAX_ANSWER = 1024 * 1024  # bytes on the wire; three scenes take about five thousand
MAX_PACKED_ANSWER = 32 * 1024  # where the answer comes compressed although it is asked for plain


class AnswerTooLongError(httpx2.ReadError):
    """More bytes than any honest answer has."""


class BoundedStream(SyncByteStream):
    """Passes bytes on until there are too many or it is too late, so that a drip cannot hold the call."""

    def __init__(self, stream: SyncByteStream, *, most: int, ends_at: float) -> None:
        self.stream, self.most, self.ends_at = stream, most, ends_at

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self.stream:
            size += len(part)
            if size > self.most:
                raise AnswerTooLongError(f"more than {self.most} bytes")
            if time.monotonic() > self.ends_at:
                raise httpx2.ReadTimeout("the deadline passed while the answer was coming")
            yield part

    def close(self) -> None:
        self.stream.close()


class BoundedTransport(httpx2.HTTPTransport):
    def __init__(self, *, ends_at: float) -> None:
        super().__init__(trust_env=False)
        self.ends_at = ends_at

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = super().handle_request(request)
        if isinstance(response.stream, SyncByteStream):
            most = MAX_PACKED_ANSWER if "content-encoding" in response.headers else MAX_ANSWER
            response.stream = BoundedStream(response.stream, most=most, ends_at=self.ends_at)
        return response


def open_client(*, ends_at: float) -> httpx2.Client:
    """A client without proxies, redirects or credentials from the environment."""
    return httpx2.Client(transport=BoundedTransport(ends_at=ends_at), trust_env=False, follow_redirects=False)
