"""Drives PyPI's klingai-api, its code unchanged: reads calls as lines of JSON, writes what came of each."""

import json
import os
import sys
from typing import Any

import api
import requests

api.API.base = os.environ["KLING_BASE_URL"]


def told(client: api.KlingAiAPI, call: dict[str, Any]) -> dict[str, Any]:
    method = costs if call["method"] == "costs" else getattr(type(client), call["method"])
    try:
        return {"answer": method(client, *call["arguments"], **call["options"])}
    except requests.HTTPError as error:
        return {"error": {"kind": "HTTPError", "status": error.response.status_code, **error.response.json()}}


def costs(client: api.KlingAiAPI, **query: Any) -> Any:
    """What the client's test of credentials reads and then drops."""
    return client._active_session.get(client.Endpoints.cost_tracker, params=query).json()


def say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


try:
    with api.KlingAiAPI() as client:  # this is where it tests its credentials
        say({"answer": "ready"})
        for line in sys.stdin:
            say(told(client, json.loads(line)))
except api.BadCredentials as error:
    say({"error": {"kind": "BadCredentials", "message": str(error)}})
