"""The sandbox as the storm sees it, over HTTP: faults on demand, its books, its tasks, their films."""

import hashlib
import json
import urllib.error
import urllib.request
from typing import Any

import kling
from kling.auth import auth_for

KEYS = ("storm-access-key-0123456789abcdef", "storm-secret-key-0123456789abcdef")


class KlingDoor:
    """One sandbox on this machine; what cannot be reached raises OSError."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.faults: dict[str, Any] = {}

    def repeat_faults(self) -> None:
        """End all faults, then begin those of this moment: also for a sandbox that was started anew."""
        self._ask("DELETE", "/sandbox/faults")
        if self.faults:
            self._ask("PATCH", "/sandbox/faults", self.faults)

    def books(self) -> dict[str, Any]:
        return dict(self._ask("GET", "/?format=json"))

    def tasks(self) -> list[dict[str, Any]]:
        return list(self._ask("GET", "/sandbox/tasks"))

    def films(self) -> dict[str, str]:
        """Return the SHA-256 of every finished film, by task id, as Kling hands it out."""
        client = kling.Client(auth=auth_for(*KEYS), base_url=self.address)
        found: dict[str, str] = {}
        for number in range(1, 1001):
            page = client.list_tasks(page=number, page_size=500)
            found |= {task.task_id: _sha256_of(task.video_url) for task in page.tasks if task.video_url}
            if page.size < 500:
                break
        return found

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")


def _sha256_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as film:
        return hashlib.sha256(film.read()).hexdigest()
