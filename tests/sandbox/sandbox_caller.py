"""A plain client for the sandbox's tests: it signs, sends and shows exactly what came back."""

import base64
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import jwt
import requests
from PIL import Image, ImageDraw

from kling.sandbox.credentials import Credentials
from kling.sandbox.sandbox import Options

ACCESS, SECRET, API_KEY = "a" * 32, "s" * 32, "api-key-kling-" + "k" * 43
COSTS = "/account/costs?start_time=1&end_time=2"
IMAGE2VIDEO, TEXT2VIDEO, OMNI_VIDEO = "/v1/videos/image2video", "/v1/videos/text2video", "/v1/videos/omni-video"
NEW_I2V, NEW_T2V, NEW_OMNI = "/image-to-video/kling-2.6", "/text-to-video/kling-3.0", "/omni-video/kling-3.0-omni"


class Clock:
    """The sandbox's clock; it stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


def options(**changes: Any) -> Options:
    credentials = Credentials(pairs={ACCESS: SECRET}, api_keys=frozenset([API_KEY]))
    return Options(**{"credentials": credentials, "render_seconds": (20, 40), "quick_clips": True, **changes})


def draw_photo(width: int = 600, height: int = 400, kind: str = "JPEG", *, seed: int = 0) -> bytes:
    photo = Image.new("RGB", (width, height), (180, 150, 120))
    draw = ImageDraw.Draw(photo)
    for step in range(0, width + height, 40):
        draw.line((step, 0, step - height, height), fill=(120, 90 + seed, 60), width=9)
    draw.ellipse((width * 0.3, height * 0.3, width * 0.7, height * 0.7), fill=(200, 30, 30))
    file = BytesIO()
    photo.save(file, kind)
    return file.getvalue()


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


PHOTO = encoded(draw_photo())


def token(*, now: float, key: str = ACCESS, secret: str = SECRET, **claims: Any) -> str:
    times = {"exp": int(now) + 1800, "nbf": int(now) - 5}
    return jwt.encode({"iss": key, **times, **claims}, secret, algorithm="HS256")


PROMPT = {"type": "prompt", "text": "The camera pushes in."}
FIRST_FRAME = {"type": "first_frame", "url": PHOTO}


def new_body(path: str, **changes: Any) -> dict[str, Any]:
    """Return the least that a new path takes, with changes; None leaves a field out."""
    least = {"prompt": PROMPT["text"]} if "text-to-video" in path else {"contents": [PROMPT, FIRST_FRAME]}
    return {name: value for name, value in {**least, **changes}.items() if value is not None}


class Caller:
    def __init__(self, base_url: str, clock: Callable[[], float] = time.time) -> None:
        self.base_url, self.clock = base_url, clock
        self.session = requests.Session()
        self.session.trust_env = False
        self.patience = 20.0  # seconds

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token(now=self.clock())}", **more.pop("headers", {})}
        return self.session.request(method, self.base_url + path, headers=headers, timeout=self.patience, **more)

    def new_call(self, method: str, path: str, **more: Any) -> requests.Response:
        """Call with the API key, which is all that the new API takes."""
        return self.call(
            method, path, headers={"Authorization": f"Bearer {API_KEY}", **more.pop("headers", {})}, **more
        )

    def create(self, **changes: Any) -> requests.Response:
        body = {"model_name": "kling-v2-5-turbo", "image": PHOTO, "prompt": "The camera pushes in.", **changes}
        return self.call("POST", IMAGE2VIDEO, json={name: value for name, value in body.items() if value is not None})

    def made(self, **changes: Any) -> str:
        return str(self.create(**changes).json()["data"]["task_id"])

    def new_made(self, path: str = NEW_I2V, **body: Any) -> str:
        """Make a task by a new path, with the least that it takes, and return its id."""
        answer = self.new_call("POST", path, json=new_body(path, **body))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["data"]["id"])

    def new_task(self, name: str) -> dict[str, Any]:
        (task,) = self.new_call("GET", f"/tasks?task_ids={name}").json()["data"]
        return dict(task)

    def task(self, name: str) -> dict[str, Any]:
        task: dict[str, Any] = self.call("GET", f"{IMAGE2VIDEO}/{name}").json()["data"]
        return task

    def url(self, name: str) -> str:
        return str(self.task(name)["task_result"]["videos"][0]["url"])

    def fetch(self, url: str, **headers: str) -> requests.Response:
        return self.session.get(url, headers=headers, timeout=60)

    def books(self) -> dict[str, Any]:
        books: dict[str, Any] = self.session.get(f"{self.base_url}/?format=json", timeout=20).json()
        return books

    def set_faults(self, **values: Any) -> None:
        answer = self.session.patch(f"{self.base_url}/sandbox/faults", json=values, timeout=20)
        assert answer.status_code == 200, answer.text

    def all_tasks(self) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self.session.get(f"{self.base_url}/sandbox/tasks", timeout=20).json()
        return tasks


Start = Callable[..., Caller]


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    told = answer.json()
    assert set(told) == {"code", "message", "request_id"}
    return answer.status_code, told["code"], told["message"]
