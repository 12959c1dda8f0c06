"""One HTTP exchange with Kling under a hard deadline: an answer, or why there is none."""

import email.utils
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import exceptions

from kling.auth import Auth
from kling.credentials import is_address
from kling.errors import AGAIN, KlingError, NotSentError, UnclearError
from kling.wire.adapter import LINE_TROUBLE, WatchedAdapter
from kling.wire.deadline import Deadline, Stage, Watchdog

MAX_ANSWER_BYTES = 32 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024

# Raised on the way to a connection; a ValueError is an address or a header that cannot be sent.
_SURELY_NOT_SENT = (
    exceptions.ConnectTimeout,
    exceptions.SSLError,
    ValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. `path` begins with a slash; a `body` makes it a POST of JSON."""

    path: str
    query: dict[str, str | int] | None = None
    body: dict[str, Any] | None = None

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    def __repr__(self) -> str:
        return f"<{self.method} {self.path}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whole; `bearer` is the signature it answers, never shown."""

    http_status: int
    content: bytes
    server_time: datetime | None
    bearer: str

    def __repr__(self) -> str:
        return f"<HTTP {self.http_status}, {len(self.content)} bytes>"


class _Straight(requests.Session):
    """Has no eye for redirects: requests reads the whole body of one first, even if it is not followed."""

    def get_redirect_target(self, response: requests.Response) -> str | None:
        del response
        return None


class Transport:
    """Sends each request once, on a connection of its own; safe in threads."""

    def __init__(self, *, auth: Auth, base_url: str) -> None:
        self.auth = auth
        self.base_url = clean_address(base_url)

    def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Return Kling's answer, whatever it says; raise NotSentError or UnclearError when none came in time."""
        with Watchdog(deadline) as watchdog:
            outcome = self._attempt(request, watchdog)
        # Raised out here, so that the error carries no other one, whose request would hold the signature.
        if isinstance(outcome, KlingError):
            raise outcome
        return outcome

    def _attempt(self, request: Request, watchdog: Watchdog) -> Answer | KlingError:
        if watchdog.expired:
            return NotSentError(f"{self.base_url} was not asked: the time for it was over. Nothing was sent.")
        try:
            answer = self._perform(request, watchdog)
        except LINE_TROUBLE as trouble:
            return self._judge(trouble, watchdog)
        return answer if not watchdog.expired else self._judge(TimeoutError(), watchdog)

    def _perform(self, request: Request, watchdog: Watchdog) -> Answer | KlingError:
        with _Straight() as session:
            # Else ~/.netrc would replace our signature, and a proxy from the environment would see it.
            session.trust_env = False
            adapter = WatchedAdapter(watchdog)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            with session.request(
                request.method,
                self.base_url + request.path,
                params=request.query,
                data=None if request.body is None else json.dumps(request.body).encode(),
                headers={"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"},
                auth=self.auth,
                timeout=max(watchdog.deadline.remaining(), 0.001),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response)

    def _read(self, response: requests.Response) -> Answer | KlingError:
        content = bytearray()
        for chunk in response.iter_content(_CHUNK_BYTES):
            content += chunk
            if len(content) > MAX_ANSWER_BYTES:
                return UnclearError(f"{self.base_url} sent an answer that is too long. {AGAIN}")
        authorization = str(response.request.headers.get("Authorization", ""))
        return Answer(
            http_status=response.status_code,
            content=self.auth.scrub(bytes(content)),
            server_time=_read_date(response.headers.get("Date", "")),
            bearer=authorization.removeprefix("Bearer "),
        )

    def _judge(self, trouble: Exception, watchdog: Watchdog) -> KlingError:
        """Only what surely never left is NotSentError; the rest may have arrived."""
        if watchdog.stage is Stage.CONNECTING:
            return NotSentError(self._unreachable(watchdog.trouble or "the secure connection failed"))
        if watchdog.stage is Stage.IDLE and isinstance(trouble, _SURELY_NOT_SENT):
            return NotSentError(self._unreachable(_not_sent_reason(trouble)))
        if watchdog.expired or isinstance(trouble, TimeoutError | exceptions.Timeout):
            return UnclearError(f"{self.base_url} did not answer in time. {AGAIN}")
        return UnclearError(f"The line to {self.base_url} broke before the answer was whole. {AGAIN}")

    def _unreachable(self, reason: str) -> str:
        return (
            f"{self.base_url} could not be reached: {reason}. Nothing was sent; check KLING_API_BASE_URL and the net."
        )


def clean_address(base_url: str) -> str:
    """Return a base address in one spelling, without a last slash and without a name or password in it.

    Raises ValueError for what is no http(s) address.
    """
    if not is_address(base_url.strip()):
        raise ValueError("The base_url is no web address; write it like https://api-singapore.klingai.com.")
    parts = urlsplit(base_url.strip())
    host = parts.netloc.rpartition("@")[2].lower()
    default_port = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{host.removesuffix(default_port)}{parts.path.rstrip('/')}"


def _not_sent_reason(trouble: Exception) -> str:
    if isinstance(trouble, exceptions.ConnectTimeout):
        return "it did not answer in time"
    if isinstance(trouble, exceptions.SSLError):
        return "the secure connection failed"
    return "the address or the key holds characters that cannot be sent"


def _read_date(text: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
