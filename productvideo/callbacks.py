"""Kling's callbacks: the address that an order names, with a token for each video, and what a call does.

A call makes the video's account due and changes nothing else; what is true is what Kling's list says (decision 12).
"""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

import kling
from kling import callbacks as wish
from productvideo.models import KlingAccount, ProductVideo

SALT = "productvideo.callbacks"
MAC_BYTES = 16
STILL_MAKING = (kling.TaskStatus.SUBMITTED, kling.TaskStatus.PROCESSING)
TOKEN_LENGTH = 43  # of a UUID's 16 bytes and as many of the MAC, in base64 without padding


def callback_url_for(video: ProductVideo) -> str:
    """Return where Kling is asked to report a video's changes; "" where it is not asked."""
    if not wish.are_used():
        return ""
    return settings.PUBLIC_URL + reverse("kling-callback", args=[_token(video.pk, settings.SECRET_KEY)])


def video_id_of(token: str) -> UUID | None:
    """Return the video a token was made for, None for any other text; no database is asked."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    try:
        video_id = UUID(bytes=base64.urlsafe_b64decode(token + "=")[:16])
    except (binascii.Error, ValueError):
        return None
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    matches = [hmac.compare_digest(_token(video_id, key), token) for key in keys]
    return video_id if any(matches) else None


def make_due(video_id: UUID, callback: kling.Callback) -> bool:
    """Let the list of the video's account be read soon, if anybody waits for this video; say whether it will be.

    That a known task is still being made is no news, and not worth a request.
    """
    if callback.external_task_id not in ("", str(video_id)):
        return False
    told = Q(task_id="") if callback.status in STILL_MAKING else Q(task_id="") | Q(task_id=callback.task_id)
    awaited = ProductVideo.objects.awaited().filter(told, pk=video_id)
    account = KlingAccount.objects.not_called_just_now().filter(pk__in=awaited.values("account")).first()
    return account is not None and account.note_callback()


def _token(video_id: UUID, key: str | bytes) -> str:
    mac = salted_hmac(SALT, video_id.bytes, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(video_id.bytes + mac[:MAC_BYTES]).rstrip(b"=").decode()
