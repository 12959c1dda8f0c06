"""Who may ask the sandbox, and what the others are told (kling-api §1)."""

import base64

import pytest
import requests
from sandbox_caller import ACCESS, API_KEY, IMAGE2VIDEO, SECRET, Caller, Clock, refusal, token

from kling.sandbox.credentials import NO_KEY_PAIRS, Credentials


def ask(kling: Caller, authorization: str | None, path: str = IMAGE2VIDEO) -> requests.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    return kling.session.get(kling.base_url + path, headers=headers, timeout=20)


def test_a_key_pair_and_an_api_key_both_open(kling: Caller, clock: Clock) -> None:
    answers = [ask(kling, f"Bearer {secret}") for secret in (token(now=clock.now), API_KEY)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(200, 0), (200, 0)]


@pytest.mark.parametrize("path", [IMAGE2VIDEO, f"{IMAGE2VIDEO}/1", "/account/costs", "/v1/nothing"])
def test_without_a_header_every_path_says_so(kling: Caller, path: str) -> None:
    assert refusal(ask(kling, None, path)) == (401, 1001, "Authorization is empty")


@pytest.mark.parametrize(
    "path", ["/image-to-video/kling-3.0", "/text-to-video/none", "/tasks", "/motion-control/kling-3.0"]
)
def test_the_new_api_takes_api_keys_only_and_says_so(kling: Caller, clock: Clock, path: str) -> None:
    answers = [
        kling.session.post(kling.base_url + path, headers=headers, timeout=20)
        for headers in ({}, {"Authorization": f"Bearer {token(now=clock.now)}"}, {"Authorization": "Bearer a.b.c"})
    ]

    assert {refusal(answer) for answer in answers} == {(401, 1002, NO_KEY_PAIRS)}
    unknown = kling.session.post(
        kling.base_url + path, headers={"Authorization": "Bearer api-key-kling-nobody"}, timeout=20
    )
    assert refusal(unknown) == (401, 1002, "api key not found")


def test_an_unknown_api_key_is_not_found(kling: Caller) -> None:
    assert refusal(ask(kling, "Bearer api-key-kling-nobody")) == (401, 1002, "api key not found")


@pytest.mark.parametrize("header", ["Bearer rubbish", "Basic YTpi", f"Bearer {SECRET}", "Bearer a.b"])
def test_garbage_gets_the_sentence_about_key_pairs(kling: Caller, header: str) -> None:
    status, code, message = refusal(ask(kling, header))

    assert (status, code) == (401, 1002)
    assert message.startswith("Authentication error. The current API does not support AK/SK")


def test_an_unknown_access_key_is_1002_and_a_wrong_secret_1000(kling: Caller, clock: Clock) -> None:
    unknown = ask(kling, f"Bearer {token(now=clock.now, key='b' * 32)}")
    forged = ask(kling, f"Bearer {token(now=clock.now, secret='t' * 32)}")

    assert refusal(unknown)[:2] == (401, 1002)
    assert refusal(forged)[:2] == (401, 1000)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"nbf": 0}, 0),
        ({"nbf": 1}, 1003),
        ({"exp": 0}, 1004),
        ({"exp": 1}, 0),
        ({"exp": 1860}, 0),
        ({"exp": 1861}, 1002),
        ({"exp": True}, 1000),
        ({"iat": 0}, 0),
    ],
)
def test_times_in_a_token_have_no_leeway(kling: Caller, clock: Clock, claims: dict[str, int], code: int) -> None:
    moments = {name: at if isinstance(at, bool) else int(clock.now) + at for name, at in claims.items()}

    answer = ask(kling, f"Bearer {token(now=clock.now, **moments)}")

    assert answer.json()["code"] == code


@pytest.mark.parametrize("part", ["", "!", *(base64.b64encode(text).decode() for text in (b"[]", b"{}", b"[" * 9000))])
def test_malformed_tokens_are_refused(kling: Caller, part: str) -> None:
    assert refusal(ask(kling, f"Bearer {part}.{part}.{part}"))[:2] == (401, 1000)


def test_secrets_are_not_in_the_repr() -> None:
    shown = repr(Credentials(pairs={ACCESS: SECRET}, api_keys=frozenset([API_KEY])))

    assert SECRET not in shown
    assert API_KEY not in shown
