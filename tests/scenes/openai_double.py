"""A stand-in for OpenAI: it reads the schema from the request and fills it, or misbehaves as told."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx2

Respond = Callable[[httpx2.Request], httpx2.Response]
KEY = "sk-canary-0123456789"


def fill(schema: dict[str, Any], label: str) -> Any:
    """Anything that fits: numbered words for strings, the first value of every closed list."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "string":
            return f"lorem {label}"
        case "array":
            return [fill(schema["items"], f"{label} {number}") for number in range(schema.get("minItems", 2))]
        case "object":
            return {name: fill(part, f"{name} {label}") for name, part in schema["properties"].items()}
    raise AssertionError(schema)


def completion(content: Any, **message: Any) -> dict[str, Any]:
    text = content if isinstance(content, str) else json.dumps(content)
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text, **message}}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "stand-in-1", "choices": [choice]}


def scene(number: int, **changes: Any) -> dict[str, Any]:
    shots = ("hero", "detail", "context")
    moves = ("push-in", "tracking left", "pan right")
    return {
        "seen_in_image": "A cup on a table.",
        "title": f"Morning calm {number}",
        "description": f"The cup wakes up with the day, part {number}.",
        "shot_type": shots[number % 3],
        "camera_move": moves[number % 3],
        "stillness": "stays upright on the oak table",
        "subject_motion": f"Thin steam number {number} rises from the cup.",
        "environment_motion": f"Leaves behind it sway, {number} times as softly.",
        "mood": "Warm morning light.",
        "negative_nouns": ["extra cups", "smoke"],
        "risk": "liquid",
        **changes,
    }


def storyboard(*scenes: dict[str, Any], usage: object = None) -> dict[str, Any]:
    answer = completion({"scenes": list(scenes or (scene(0), scene(1), scene(2)))})
    return answer if usage is None else answer | {"usage": usage}


def tokens(read: object, written: object) -> dict[str, Any]:
    """What OpenAI says a call took."""
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": 0}


class Double:
    """Answers each call with the next of the given responses, the last one again and again."""

    def __init__(self, *answers: httpx2.Response | dict[str, Any] | Exception | Respond) -> None:
        self.answers, self.requests = list(answers), list[httpx2.Request]()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
        self.requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, dict):
            return httpx2.Response(200, json=answer)
        return answer if isinstance(answer, httpx2.Response) else answer(request)

    @property
    def client(self) -> httpx2.Client:
        return httpx2.Client(transport=httpx2.MockTransport(self))

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]


def schema_filler(request: httpx2.Request) -> httpx2.Response:
    form = json.loads(request.content)["response_format"]["json_schema"]["schema"]
    return httpx2.Response(200, json=completion(fill(form, "")))


def error(
    status: int, code: str | None = None, message: str = f"Incorrect API key provided: {KEY}"
) -> httpx2.Response:
    body = {"error": {"message": message, "type": code, "param": None, "code": code}}
    return httpx2.Response(status, json=body, headers={"x-request-id": "req_1"})


def schemas_in(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from schemas_in(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from schemas_in(part)
