"""The folder in which a sandbox keeps tasks, photos and films; one sandbox at a time."""

import fcntl
import os
import secrets
import shutil
import tempfile
from pathlib import Path


class StateTakenError(Exception):
    """Another sandbox works in this folder."""


class StateFolder:
    def __init__(self, folder: Path | None) -> None:
        """Open and lock `folder`; without one, a temporary folder that is removed on closing."""
        self._is_temporary = folder is None
        self.path = folder if folder is not None else Path(tempfile.mkdtemp(prefix="kling-sandbox-"))
        for place in (self.path, self.photos, self.films):
            place.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self.path / "lock")
        for place in (self.photos, self.films):
            for leftover in place.glob("*.new"):
                leftover.unlink(missing_ok=True)

    @property
    def photos(self) -> Path:
        return self.path / "photos"

    @property
    def films(self) -> Path:
        return self.path / "films"

    @property
    def database(self) -> Path:
        return self.path / "sandbox.sqlite3"

    def keep_photo(self, name: str, content: bytes) -> None:
        """Store a photo; the first one to finish wins, and nobody sees half of it."""
        if not (path := self.photos / name).exists():
            temporary = self.photos / f"{name}.{secrets.token_hex(4)}.new"
            temporary.write_bytes(content)
            temporary.replace(path)

    def close(self) -> None:
        os.close(self._lock)
        if self._is_temporary:
            shutil.rmtree(self.path, ignore_errors=True)


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StateTakenError(f"Another sandbox already works in {path.parent}.") from None
    return descriptor
