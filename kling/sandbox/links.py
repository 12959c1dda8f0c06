"""Links to finished films: open to whoever has them, until they expire (kling-api §8)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

RETENTION_SECONDS = 30 * 24 * 3600


class Links:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def url(self, task_id: int, *, address: str, expires: int) -> str:
        """Return the link as the client that calls us by `address` can follow it."""
        return f"http://{address}{self.sign(task_id, expires=expires)}"

    def sign(self, task_id: int, *, expires: int) -> str:
        """Return path and query of a film that can be fetched until the second `expires`."""
        return f"/files/{task_id}.mp4?Expires={expires}&Signature={self._signature(task_id, str(expires))}"

    def is_good(self, task_id: int, query: Mapping[str, str], *, target: str, now: float) -> bool:
        """Say whether `target`, path and query as they came, is byte for byte a link of ours that has not expired."""
        expires = query.get("Expires", "")
        if not (expires.isascii() and expires.isdigit() and len(expires) < 20):
            return False
        if not hmac.compare_digest(target.encode(), self.sign(task_id, expires=int(expires)).encode()):
            return False
        return now < int(expires)

    def _signature(self, task_id: int, expires: str) -> str:
        digest = hmac.new(self._secret, f"{task_id}?{expires}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
