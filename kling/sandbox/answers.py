"""What goes over the wire, apart from sockets: a request as it came, an answer as it leaves, a refusal."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str  # decoded, without the query
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    target: str = ""  # path and query as they came
    address: str = "127.0.0.1"  # the sandbox as this client calls it: host and port


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that fits in memory. `is_lost`: the connection is cut instead; `delay`: seconds until either."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_lost: bool = False
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer:
    """A film, or `part` of its bytes. `stops_early`: the connection ends in the middle of them."""

    path: Path
    size: int
    part: range | None = None
    stops_early: bool = False


class Refused(Exception):  # noqa: N818 (a refusal is an answer of Kling's, not an error of ours)
    """Kling's no: an HTTP status, a code of kling-api §5 and Kling's text."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def answer(self) -> Answer:
        """The envelope of kling-api §2 for errors: no `data`."""
        return json_answer({"code": self.code, "message": self.message, "request_id": _request_id()}, self.status)


def invalid(message: str) -> Refused:
    return Refused(400, 1201, message)


def invalid_value(field_name: str, value: object) -> Refused:
    """Kling's general pattern (§3.7); long values are shortened, since nobody wants a photo back."""
    text = value if isinstance(value, str) else json.dumps(value)
    return invalid(f"{field_name} value '{text[:100]}' is invalid")


def succeed(data: Any) -> Answer:
    """The envelope of kling-api §2."""
    return json_answer({"code": 0, "message": "SUCCEED", "request_id": _request_id(), "data": data})


def json_answer(content: Mapping[str, Any] | list[Any], status: int = 200) -> Answer:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status=status, body=body, headers={"Content-Type": "application/json;charset=utf-8"})


def text_answer(status: int, text: str, *, kind: str = "text/plain") -> Answer:
    return Answer(status=status, body=text.encode(), headers={"Content-Type": f"{kind}; charset=utf-8"})


def _request_id() -> str:
    return str(uuid.uuid4())
