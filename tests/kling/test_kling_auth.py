"""The signature: what is in it, how long it is used, and what happens when its time is refused."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
import responses
from kling_answers import ACCESS_KEY, CREATE, SECRET_KEY, client, entry, envelope, order, refusal

import kling

NOW = 1_800_000_000


class Clock:
    def __init__(self) -> None:
        self.now: float = NOW

    def __call__(self) -> float:
        return self.now


def claims(token: str) -> dict[str, object]:
    options = {"verify_exp": False, "verify_nbf": False}
    return dict(jwt.decode(token, SECRET_KEY, algorithms=["HS256"], options=options))  # type: ignore[arg-type]


def test_the_token_has_exactly_the_documented_header_and_claims() -> None:
    token = kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY, clock=lambda: NOW + 0.7).bearer()

    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert claims(token) == {"iss": ACCESS_KEY, "exp": NOW + 1800, "nbf": NOW - 5}


def test_over_a_day_a_token_is_kept_long_and_never_used_in_its_last_five_minutes() -> None:
    clock = Clock()
    auth = kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY, clock=clock)
    tokens = set()

    for second in range(0, 86_400, 7):
        clock.now = NOW + second
        tokens.add(token := auth.bearer())
        assert int(str(claims(token)["exp"])) - clock.now >= 300
        assert int(str(claims(token)["nbf"])) <= clock.now - 5

    assert 57 <= len(tokens) <= 59


def test_a_clock_that_is_set_back_gets_a_new_token() -> None:
    clock = Clock()
    auth = kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY, clock=clock)
    auth.bearer()

    clock.now = NOW - 3600

    assert claims(auth.bearer())["nbf"] == NOW - 3605


def test_threads_share_one_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = []
    real = jwt.encode

    def slow_encode(*args: object, **options: object) -> str:
        signed.append(threading.get_ident())
        time.sleep(0.05)
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jwt, "encode", slow_encode)
    auth = kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY)

    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda _: auth.bearer(), range(32)))

    assert len(tokens) == 1
    assert len(signed) == 1


def test_threads_whose_token_was_refused_share_the_next_one() -> None:
    auth = kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY, clock=Clock())
    old = auth.bearer()

    for _ in range(5):
        auth.renew(refused=old, too_early=False, server_time=None)

    assert auth.bearer() != old
    assert claims(auth.bearer())["nbf"] == NOW - 6


@pytest.mark.parametrize("code", [1003, 1004])
@responses.activate
def test_a_create_refused_for_its_time_is_signed_again_and_sent_once_more(code: int) -> None:
    responses.post(CREATE, json=refusal(code), status=401)
    responses.post(CREATE, json=envelope(entry(task_status="submitted")))

    task = client().create_image2video(order())

    first, second = (call.request for call in responses.calls)
    assert task.task_id == "822953089408827433"
    assert first.headers["Authorization"] != second.headers["Authorization"]
    assert first.body == second.body


@pytest.mark.parametrize("code", [1003, 1004])
@responses.activate
def test_a_second_refusal_of_the_time_is_a_refusal_of_the_keys(code: int) -> None:
    responses.post(CREATE, json=refusal(code), status=401)

    with pytest.raises(kling.CredentialsError, match="clock"):
        client().create_image2video(order())

    assert len(responses.calls) == 2


@pytest.mark.parametrize(("code", "calls"), [(1000, 1), (1001, 1), (1002, 1), (1302, 1), (1303, 1), (5000, 1)])
@responses.activate
def test_nothing_else_makes_a_create_go_out_again(code: int, calls: int) -> None:
    responses.post(CREATE, json=refusal(code), status=kling.MEANINGS[code].http_status)

    with pytest.raises(kling.KlingError):
        client().create_image2video(order())

    assert len(responses.calls) == calls


@responses.activate
def test_an_api_key_cannot_be_signed_again() -> None:
    responses.post(CREATE, json=refusal(1004), status=401)
    auth = kling.auth_for("api-key-kling-canary", "")

    with pytest.raises(kling.CredentialsError):
        kling.Client(auth=auth, base_url="https://api-singapore.klingai.com").create_image2video(order())

    assert len(responses.calls) == 1
    assert responses.calls[0].request.headers["Authorization"] == "Bearer api-key-kling-canary"


@responses.activate
def test_a_wrong_clock_is_mended_by_the_date_that_kling_answers_with() -> None:
    clock = Clock()
    auth = kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY, clock=clock)
    date = "Fri, 15 Jan 2027 07:00:00 GMT"  # an hour before NOW
    responses.get(CREATE, json=refusal(1003), status=401, headers={"Date": date})
    responses.get(CREATE, json=envelope([]))

    kling.Client(auth=auth, base_url="https://api-singapore.klingai.com").list_tasks()
    clock.now += 1600
    renewed = auth.bearer()

    second = str(responses.calls[1].request.headers["Authorization"]).removeprefix("Bearer ")
    assert claims(second) == {"iss": ACCESS_KEY, "exp": NOW - 3600 + 1800, "nbf": NOW - 3600 - 5}
    assert claims(renewed)["nbf"] == NOW - 3600 + 1600 - 5


def test_a_fast_clock_without_a_date_signs_a_minute_earlier() -> None:
    auth = kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY, clock=Clock())

    auth.renew(refused=auth.bearer(), too_early=True, server_time=None)

    assert claims(auth.bearer())["nbf"] == NOW - 65


@pytest.mark.parametrize(
    ("key", "secret", "kind"),
    [
        ("api-key-kling-1", "", kling.ApiKeyAuth),
        ("api-key-kling-1", "left over", kling.ApiKeyAuth),
        (ACCESS_KEY, SECRET_KEY, kling.KeyPairAuth),
    ],
)
def test_the_kind_of_key_is_told_by_its_shape(key: str, secret: str, kind: type) -> None:
    assert type(kling.auth_for(key, secret)) is kind


@pytest.mark.parametrize(("key", "secret"), [("", SECRET_KEY), (ACCESS_KEY, ""), ("", "")])
def test_half_a_key_pair_is_refused_at_once(key: str, secret: str) -> None:
    with pytest.raises(ValueError, match="one of them is empty"):
        kling.KeyPairAuth(key, secret)
