"""Who may ask: API keys and access/secret key pairs, checked as kling-api §1 tells."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kling.sandbox.answers import Refused
from kling.types import Dialect

API_KEY_PREFIX = "api-key-kling-"
LONGEST_TOKEN, ALLOWANCE = 1800, 60  # seconds ahead that `exp` may lie, and by how many more it may (§12 #1)
# The beginning is Kling's; where it goes on is not recorded, only that it points at the console's page for keys.
NO_KEY_PAIRS = (
    "Authentication error. The current API does not support AK/SK authentication."
    " Please create an API key at https://kling.ai/dev/api-key"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Everything that opens this sandbox; all of it is one account."""

    pairs: Mapping[str, str] = field(default_factory=dict)  # access key -> secret key
    api_keys: frozenset[str] = frozenset()
    is_strict: bool = False  # no allowance for tokens that last longer than Kling's sample

    def __repr__(self) -> str:
        return f"Credentials({len(self.pairs)} pairs, {len(self.api_keys)} API keys)"

    def check(self, authorization: str | None, *, now: float, dialect: Dialect = Dialect.LEGACY) -> None:
        """Raise Refused (HTTP 401) unless the header's value opens the paths of this API; `now` in seconds."""
        is_new = dialect is Dialect.NEW
        if not authorization or not authorization.strip():
            raise _denied(1002, NO_KEY_PAIRS) if is_new else _denied(1001, "Authorization is empty")
        scheme, _, token = authorization.strip().partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer":
            raise _denied(1002, NO_KEY_PAIRS)
        if token.startswith(API_KEY_PREFIX):
            self._check_api_key(token)
        elif token.count(".") == 2 and not is_new:
            self._check_token(token, now)
        else:
            raise _denied(1002, NO_KEY_PAIRS)

    def key_name(self, authorization: str | None) -> str:
        """Return what the bill calls the API key of a header that was let in: key-1, key-2 ...; "" for a key pair."""
        key = (authorization or "").partition(" ")[2].strip()
        return f"key-{sorted(self.api_keys).index(key) + 1}" if key in self.api_keys else ""

    def _check_api_key(self, key: str) -> None:
        if not any(hmac.compare_digest(key.encode(), known.encode()) for known in self.api_keys):
            raise _denied(1002, "api key not found")

    def _check_token(self, token: str, now: float) -> None:
        signed, _, signature = token.rpartition(".")
        header, claims = (_read_part(part) for part in signed.split("."))
        if header.get("alg") != "HS256":
            raise _denied(1000, "authentication failed")
        secret = self.pairs.get(str(claims.get("iss")))
        if secret is None:
            raise _denied(1002, "Authorization invalid")
        if not hmac.compare_digest(_sign(secret, signed), signature.encode()):
            raise _denied(1000, "authentication failed")
        _check_times(claims, now, longest=LONGEST_TOKEN + ALLOWANCE * (not self.is_strict))


def _check_times(claims: Mapping[str, Any], now: float, *, longest: int) -> None:
    begins, ends = _read_time(claims.get("nbf", 0)), _read_time(claims.get("exp"))
    if begins > now:
        raise _denied(1003, "token not valid yet")
    if ends <= now:
        raise _denied(1004, "token expired")
    if ends > now + longest:
        raise _denied(1002, "Authorization invalid")


def _read_time(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _denied(1000, "authentication failed")
    return value


def _read_part(part: str) -> dict[str, Any]:
    try:
        read = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise _denied(1000, "authentication failed") from None
    if not isinstance(read, dict):
        raise _denied(1000, "authentication failed")
    return read


def _sign(secret: str, text: str) -> bytes:
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=")


def _denied(code: int, message: str) -> Refused:
    return Refused(401, code, message)
