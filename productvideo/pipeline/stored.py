"""Whether a file in our storage is still what was written there."""

from __future__ import annotations

import hashlib

from django.core.files.storage import default_storage


def trouble_with(name: str, *, size: int, sha256: str = "") -> str:
    """Say what is wrong with a stored file, "" when it is as it was; its bytes are read only for a `sha256`."""
    try:
        there = default_storage.size(name)
    except FileNotFoundError:
        return "is missing"
    if there != size:
        return f"has {there} bytes instead of {size}"
    if sha256 and _sha256(name) != sha256:
        return "holds other bytes than were stored (its SHA-256 differs)"
    return ""


def _sha256(name: str) -> str:
    digest = hashlib.sha256()
    with default_storage.open(name, "rb") as file:
        for block in file.chunks():
            digest.update(block)
    return digest.hexdigest()
