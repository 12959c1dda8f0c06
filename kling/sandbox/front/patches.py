"""What is sent to change the sandbox itself: JSON objects, and how one is told of trouble."""

import json
from collections.abc import Mapping
from typing import Any

from kling.sandbox.answers import Answer, Request, json_answer


class WrongPatchError(ValueError):
    """A body that is no JSON object; the text can be shown."""


def trouble(status: int, sentence: str) -> Answer:
    return json_answer({"error": sentence}, status)


def is_json(request: Request) -> bool:
    """Say whether it says that it is JSON.

    A page in a browser cannot send this type to another site without asking, and it is never given leave.
    """
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def read_patch(body: bytes, what: str) -> Mapping[str, Any]:
    """Return a JSON object of `what`."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise WrongPatchError("The body is not valid JSON.") from None
    if not isinstance(told, dict):
        raise WrongPatchError(f"The body must be a JSON object of {what}.")
    return told
