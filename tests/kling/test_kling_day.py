"""A day of a key pair's life before a judge who looks at every signature as strictly as Kling may."""

import base64
import email.utils
import hashlib
import hmac
import json
from dataclasses import dataclass, field

import pytest
import requests
import responses
from kling_answers import ACCESS_KEY, BASE, CREATE, SECRET_KEY, envelope, refusal

import kling

NOW = 1_800_000_000
HOUR = 3600


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@dataclass
class Judge:
    """Kling's side: its own clock, no leeway, a life of half an hour and not a minute more."""

    now: float = NOW
    says_date: bool = True
    tokens: list[str] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)

    def __call__(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        kind, _, token = str(request.headers["Authorization"]).partition(" ")
        assert kind == "Bearer"
        self.tokens.append(token)
        code = self._judge(*token.split("."))
        headers = {"Date": email.utils.formatdate(self.now, usegmt=True)} if self.says_date else {}
        if code:
            self.refusals.append(code)
            return 401, headers, json.dumps(refusal(code))
        return 200, headers, json.dumps(envelope([]))

    def _judge(self, head: str, claims: str, signature: str) -> int:
        assert json.loads(decoded(head)) == {"alg": "HS256", "typ": "JWT"}
        right = hmac.new(SECRET_KEY.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        assert decoded(signature) == right
        told = json.loads(decoded(claims))
        assert set(told) == {"iss", "exp", "nbf"}
        assert told["iss"] == ACCESS_KEY
        assert type(told["exp"]) is type(told["nbf"]) is int
        assert told["exp"] - told["nbf"] == 1805
        return 1003 if told["nbf"] > self.now else 1004 if told["exp"] <= self.now else 0


@dataclass
class Day:
    """Kling's clock and the caller's, who is `fast` seconds ahead of it."""

    judge: Judge
    fast: float = 0

    def __post_init__(self) -> None:
        responses.add_callback(responses.GET, CREATE, self.judge)
        auth = kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY, clock=lambda: self.judge.now + self.fast)
        self.client = kling.Client(auth=auth, base_url=BASE)

    def read_after(self, seconds: float) -> None:
        self.judge.now += seconds
        self.client.list_tasks()


@responses.activate
def test_a_call_every_five_minutes_for_a_day_is_never_refused() -> None:
    day = Day(Judge())

    for _ in range(24 * 12):
        day.read_after(300)

    assert day.judge.refusals == []
    assert 48 <= len(set(day.judge.tokens)) <= 60


@responses.activate
def test_pauses_of_any_length_cost_nothing() -> None:
    day = Day(Judge())

    for pause in (0, 1, 1499, 1500, 1501, 1799, 1800, 1801, 6 * HOUR, 1, 12 * HOUR):
        day.read_after(pause)

    assert day.judge.refusals == []


@pytest.mark.parametrize("says_date", [True, False])
@pytest.mark.parametrize("fast", [4, 6, 30, 60])
@responses.activate
def test_a_clock_up_to_a_minute_fast_costs_one_refusal_in_a_whole_day(fast: int, says_date: bool) -> None:
    day = Day(Judge(says_date=says_date), fast=fast)

    for _ in range(24 * 4):
        day.read_after(900)

    assert day.judge.refusals == ([] if fast <= 5 else [1003])


@pytest.mark.parametrize("fast", [3 * HOUR, 600, -31 * 60, -8 * HOUR])
@responses.activate
def test_kling_s_date_mends_any_clock_for_the_price_of_one_refusal(fast: int) -> None:
    day = Day(Judge(), fast=fast)

    for _ in range(24 * 4):
        day.read_after(900)

    assert day.judge.refusals == [1003 if fast > 0 else 1004]


@responses.activate
def test_a_clock_that_jumps_there_and_back_costs_one_refusal_a_jump_and_no_error() -> None:
    day = Day(Judge())

    for fast in (0, -HOUR, 0, HOUR, 0, -2 * HOUR, 2 * HOUR, 0):
        day.fast = fast
        refused = len(day.judge.refusals)
        day.read_after(60)
        day.read_after(60)
        assert len(day.judge.refusals) - refused <= 1


@responses.activate
def test_a_clock_that_is_mended_but_for_half_a_minute_costs_one_refusal() -> None:
    day = Day(Judge(), fast=2 * HOUR)
    day.read_after(60)

    day.fast = 30
    day.read_after(60)
    day.read_after(60)

    assert day.judge.refusals == [1003, 1004]


@responses.activate
def test_a_clock_that_nobody_can_mend_is_an_error_after_two_requests() -> None:
    day = Day(Judge(says_date=False), fast=-8 * HOUR)

    with pytest.raises(kling.CredentialsError, match="clock"):
        day.read_after(0)

    assert day.judge.refusals == [1004, 1004]
