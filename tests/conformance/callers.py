"""Requests as public clients of Kling's write them, byte by byte where that matters."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import jwt
import requests
from factories import jpeg
from foreign import ACCESS, API_KEY, SECRET

from kling.sandbox.front.server import Server

PHOTO = base64.b64encode(jpeg()).decode()
ON_THE_WEB = "https://images.example/cup.png"  # never fetched


def token(**claims: Any) -> str:
    now = int(time.time())
    return jwt.encode({"iss": ACCESS, "exp": now + 1800, "nbf": now - 5} | claims, SECRET, algorithm="HS256")


def call(server: Server, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
    """Send `body` as JSON, as an API key's owner unless a header says otherwise."""
    usual = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body)
    return requests.request(method, server.base_url + path, data=data, headers=usual | headers, timeout=30)


def told(answer: requests.Response) -> Any:
    """Return the data of an answer that is a success."""
    assert answer.status_code == 200, answer.text
    envelope = answer.json()
    assert (envelope["code"], envelope["message"]) == (0, "SUCCEED")
    assert isinstance(envelope["request_id"], str)
    return envelope["data"]


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    envelope = answer.json()
    assert set(envelope) == {"code", "message", "request_id"}
    return answer.status_code, envelope["code"], envelope["message"]


def types(view: Mapping[str, Any]) -> dict[str, type]:
    return {name: type(value) for name, value in view.items()}
