"""What Kling delivers to a callback address: whether it is from Kling, and of which task it tells (kling-api §6)."""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from kling.answers import read_id, read_text

SECRET_PREFIX = "whsec_"  # noqa: S105 (what secrets begin with)
TOLERANCE = 300  # seconds that a delivery's clock and ours may differ
MOST_SIGNATURES = 10  # Kling sends one, and two while a secret is being changed
LOOKS_LIKE = "It is “whsec_” and base64 as Kling's console shows it, with nothing around it."


class WebhookSecretError(ValueError):
    """A secret that cannot be one; the text says why and never shows it."""


class CallbackSignatureError(ValueError):
    """A delivery of which nothing shows that it comes from Kling, or comes now; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Of which task a delivery tells. `status` is Kling's own word, of either API; "" for an id that is not told.

    It is a reason to ask Kling and nothing to believe: an address can leak, and not every delivery is signed.
    """

    task_id: str
    external_task_id: str
    status: str


def verify_callback(
    secrets: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    clock: Callable[[], float] = time.time,
) -> None:
    """Raise CallbackSignatureError unless one of the secrets signed this body within the last five minutes.

    `body` are the bytes as they came. Several secrets are for the days in which one is replaced by another. The
    package makes the signature; the time is judged here, since the package knows no clock but its own.
    """
    keys = [Webhook(webhook_key(secret)) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
    found = {name.lower(): value.strip() for name, value in headers.items()}
    delivery, signatures = found.get("webhook-id", ""), found.get("webhook-signature", "")
    if not delivery or not signatures:
        raise CallbackSignatureError("The delivery is not signed.")
    sent_at = _read_timestamp(found.get("webhook-timestamp", ""))
    if abs(clock() - sent_at.timestamp()) > TOLERANCE:
        raise CallbackSignatureError("The delivery was signed more than five minutes before or after now.")
    try:
        expected = [key.sign(delivery, sent_at, body.decode()) for key in keys]
    except UnicodeError:
        raise CallbackSignatureError("The delivery is no text.") from None
    if not _has_match(expected, signatures.split()[:MOST_SIGNATURES]):
        raise CallbackSignatureError("The signature is not by the webhook secret.")


def webhook_key(secret: str) -> bytes:
    """Return the bytes that a secret stands for; raise WebhookSecretError for one that is malformed."""
    if secret != secret.strip() or not secret.isascii() or not secret.isprintable():
        raise WebhookSecretError(f"The webhook secret has signs in or around it that no secret has. {LOOKS_LIKE}")
    coded = secret.removeprefix(SECRET_PREFIX)
    try:
        key = base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise WebhookSecretError(f"The webhook secret is not base64. {LOOKS_LIKE}") from None
    if not key:
        raise WebhookSecretError(f"The webhook secret is empty. {LOOKS_LIKE}")
    return key


def read_callback(body: bytes) -> Callback | None:
    """Read a delivery of either API; None for anything else. Legacy ones have a `task_id`, new ones an `id`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    callback = _read_legacy(found) if "task_id" in found else _read_new(found)
    return callback if callback.task_id and callback.status else None


def _read_legacy(found: dict[str, Any]) -> Callback:
    about = found.get("task_info")
    return Callback(
        task_id=read_id(found.get("task_id")),
        external_task_id=read_id(about.get("external_task_id")) if isinstance(about, dict) else "",
        status=read_text(found.get("task_status")),
    )


def _read_new(found: dict[str, Any]) -> Callback:
    return Callback(
        task_id=read_id(found.get("id")),
        external_task_id=read_id(found.get("external_id")),
        status=read_text(found.get("status")),
    )


def _read_timestamp(text: str) -> datetime:
    """Read whole seconds since 1970, and nothing that two programs could read as two times."""
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        raise CallbackSignatureError("The delivery does not say when it was signed.")
    return datetime.fromtimestamp(int(text), tz=UTC)


def _has_match(expected: Sequence[str], given: Sequence[str]) -> bool:
    """Compare all with all, and each pair in the same time."""
    matches = [
        hmac.compare_digest(ours.encode(), theirs.encode(errors="replace")) for ours in expected for theirs in given
    ]
    return any(matches)
