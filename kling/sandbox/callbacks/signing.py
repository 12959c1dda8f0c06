"""The headers of a delivery: those of the capture, and the signature where there is a secret (kling-api §6.1)."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from kling.sandbox.callbacks.changes import Change
from kling.webhooks import webhook_key

STALE_SECONDS = 600  # twice of what a receiver should let pass
CAPTURED = {
    "User-Agent": "Apache-HttpClient/4.5.13 (Java/11.0.14-internal)",
    "Content-Type": "application/json; charset=utf-8",
    "Accept-Encoding": "gzip,deflate",
}
Headers = dict[str, str]


class Signer:
    """Signs with each of its secrets: two of them are a rotation's, none leaves deliveries unsigned."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [Webhook(webhook_key(secret)) for secret in secrets]

    @property
    def signs(self) -> bool:
        return bool(self._keys)

    def headers(self, delivery_id: str, body: bytes, *, at: float) -> Headers:
        """`at` is the second that the signature names."""
        return CAPTURED | (_signed(self._keys, delivery_id, body, at=at) if self._keys else {})


def forge_headers(body: bytes, *, at: float) -> Headers:
    """Return the headers of one who does not have the secret."""
    stranger = Webhook(secrets.token_bytes(32))
    return CAPTURED | _signed([stranger], random_delivery_id(), body, at=at)


def delivery_id(secret: bytes, task_id: int, change: Change) -> str:
    """Return the id of what is told, the same for every attempt: a receiver knows repeats by it."""
    digest = hmac.new(secret, f"{task_id} {change}".encode(), hashlib.sha256).digest()
    return _eighteen_digits(int.from_bytes(digest[:8]))


def random_delivery_id() -> str:
    return _eighteen_digits(secrets.randbits(64))


def _eighteen_digits(number: int) -> str:
    return str(10**17 + number % (9 * 10**17))


def _signed(keys: Sequence[Webhook], delivery: str, body: bytes, *, at: float) -> Headers:
    moment = datetime.fromtimestamp(int(at), tz=UTC)
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at)),
        "webhook-signature": " ".join(key.sign(delivery, moment, body.decode()) for key in keys),
    }
