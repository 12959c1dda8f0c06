"""Who we are to Kling: auth objects that sign each request and never show a secret (kling-api §1.2, §1.3)."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import jwt
import requests
from requests.auth import AuthBase

API_KEY_PREFIX = "api-key-kling-"
TOKEN_SECONDS = 1800
RENEW_BELOW_SECONDS = 300
NOT_BEFORE_SECONDS = 5
SHORTEST_SECRET = 16  # Kling's have 32 characters; a short toy might be found in innocent words
# Without a usable Date header, 1003 says only that our clock is fast; this much is then taken off.
FAST_CLOCK_SECONDS = 60


class Auth(AuthBase):
    """Signs requests. The subclass decides with what."""

    opens_new_api = False  # which takes API keys only (kling-api §1.3)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.bearer()}"
        return request

    def bearer(self) -> str:
        """Return what follows `Bearer ` in the header."""
        raise NotImplementedError

    def renew(self, *, refused: str, too_early: bool, server_time: datetime | None) -> bool:
        """Make another signature for one refused as too early or too late; say whether there is one."""
        del refused, too_early, server_time
        return False

    def scrub(self, content: bytes) -> bytes:
        """Return what a server sent without any secret of ours that it may have echoed."""
        for secret in self._secrets():
            if len(secret) >= SHORTEST_SECRET:
                content = content.replace(secret.encode(), b"***")
        return content

    def _secrets(self) -> list[str]:
        raise NotImplementedError


class ApiKeyAuth(Auth):
    """The API key as it is (kling-api §1.2)."""

    opens_new_api = True

    def __init__(self, key: str) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "ApiKeyAuth(key='***')"

    def bearer(self) -> str:
        return self._key

    def _secrets(self) -> list[str]:
        return [self._key]


class KeyPairAuth(Auth):
    """A JWT signed with the secret key, kept until less than five minutes of its thirty remain; safe in threads."""

    def __init__(self, access_key: str, secret_key: str, *, clock: Callable[[], float] = time.time) -> None:
        if not access_key or not secret_key:
            raise ValueError("A key pair is an access key and its secret key; one of them is empty.")
        self._access_key = access_key
        self._secret_key = secret_key
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._signed_at = 0
        self._stamp = 0  # the moment the token claims to be signed at, by Kling's clock
        self._offset = 0  # Kling's clock minus ours, learned from a refusal

    def __repr__(self) -> str:
        return "KeyPairAuth(access_key='***', secret_key='***')"

    def bearer(self) -> str:
        with self._lock:
            if not self._is_fresh():
                self._sign()
            return self._token

    def renew(self, *, refused: str, too_early: bool, server_time: datetime | None) -> bool:
        with self._lock:
            # Another thread may have renewed it while this one's request was on its way.
            if refused == self._token:
                self._learn_offset(too_early=too_early, server_time=server_time)
                self._sign()
            return True

    def _is_fresh(self) -> bool:
        age = self._clock() - self._signed_at
        return bool(self._token) and 0 <= age <= TOKEN_SECONDS - RENEW_BELOW_SECONDS

    def _learn_offset(self, *, too_early: bool, server_time: datetime | None) -> None:
        skew = int(server_time.timestamp() - self._clock()) if server_time else 0
        if too_early:
            # Without a sign of Kling's clock, further back each time; the token's half hour has room for that.
            further = max(4 * self._offset, -TOKEN_SECONDS // 2) if self._offset < 0 else -FAST_CLOCK_SECONDS
            self._offset = skew if skew < min(self._offset, -NOT_BEFORE_SECONDS) else further
        else:
            # A date later than what was refused is believed, also where it is still behind our clock.
            self._offset = skew if skew > min(self._offset, 0) else 0

    def _sign(self) -> None:
        self._signed_at = int(self._clock())
        stamp = self._signed_at + self._offset
        # The same second would give the very token that was refused.
        self._stamp = stamp - 1 if stamp == self._stamp else stamp
        claims = {
            "iss": self._access_key,
            "exp": self._stamp + TOKEN_SECONDS,
            "nbf": self._stamp - NOT_BEFORE_SECONDS,
        }
        self._token = jwt.encode(claims, self._secret_key, algorithm="HS256", headers={"typ": "JWT"})

    def _secrets(self) -> list[str]:
        return [self._token, self._secret_key, self._access_key]


def auth_for(key: str, secret: str) -> Auth:
    """Return the auth object for what a person was given: an API key alone, or an access key with its secret."""
    if not secret or key.startswith(API_KEY_PREFIX):
        return ApiKeyAuth(key)
    return KeyPairAuth(key, secret)
