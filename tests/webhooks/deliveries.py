"""Deliveries as Kling makes them, of both APIs, signed or not."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from standardwebhooks import Webhook

from productvideo import callbacks
from productvideo.models import ProductVideo

PUBLIC_URL = "https://videos.example.com"
SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="


def legacy(video: ProductVideo, status: str = "succeed", **columns: Any) -> bytes:
    told = {"task_id": video.task_id, "task_status": status, "task_info": {"external_task_id": str(video.pk)}}
    return json.dumps(told | columns).encode()


def new(video: ProductVideo, status: str = "succeeded", **columns: Any) -> bytes:
    return json.dumps({"id": video.task_id, "status": status, "external_id": str(video.pk)} | columns).encode()


def signed(body: bytes, *, secret: str = SECRET, age: float = 0, delivery: str = "msg-1") -> dict[str, str]:
    at = int(time.time() - age)
    signature = Webhook(secret).sign(delivery, datetime.fromtimestamp(at, tz=UTC), body.decode())
    return {"webhook-id": delivery, "webhook-timestamp": str(at), "webhook-signature": signature}


def address_of(video: ProductVideo) -> str:
    """Return the path of the address that Kling is told."""
    return callbacks.callback_url_for(video).removeprefix(PUBLIC_URL)


def deliver(address: str, body: bytes, headers: dict[str, str] | None = None) -> Any:
    """POST as Kling does: without cookies, from a machine that never saw our pages."""
    kling = Client(enforce_csrf_checks=True)
    return kling.post(address, body, content_type="application/json; charset=utf-8", headers=headers or {})
