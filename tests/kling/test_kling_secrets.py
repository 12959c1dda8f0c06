"""A canary in every secret: it must not show up in any repr, error, traceback or log."""

import logging
import pickle
import socket
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from kling_answers import ACCESS_KEY, SECRET_KEY, entry, envelope, order, refusal
from loopback import answering, http_answer, loopback

import kling
from kling.wire.transport import Request, Transport

API_KEY = "api-key-kling-canary-0123456789abcdef0123456789abcdef"
AUTHS = [
    pytest.param(lambda: kling.auth_for(ACCESS_KEY, SECRET_KEY), id="key pair"),
    pytest.param(lambda: kling.auth_for(API_KEY, ""), id="API key"),
]
MOMENT = datetime(2026, 11, 22, tzinfo=UTC)


def echo(status: int, code: int) -> Callable[[kling.Auth], Callable[[socket.socket], None]]:
    """A server that throws the signature and the keys back at us, inside its message."""

    def with_auth(auth: kling.Auth) -> Callable[[socket.socket], None]:
        text = f"I saw {auth.bearer()} and {ACCESS_KEY} and {SECRET_KEY} and {API_KEY}"
        return answering(http_answer(refusal(code, text) | {"request_id": auth.bearer()}, status=status))

    return with_auth


DEEDS = [
    pytest.param(echo(401, 1002), id="1002"),
    pytest.param(echo(400, 1201), id="1201"),
    pytest.param(echo(500, 5000), id="5000"),
    pytest.param(echo(200, 0), id="no task"),
    pytest.param(lambda auth: answering(b"garbage"), id="garbage"),
    pytest.param(lambda auth: lambda line: None, id="cut"),
    pytest.param(lambda auth: lambda line: line.recv(1) and None, id="silence"),
]


def is_clean(text: str, auth: kling.Auth) -> bool:
    own = [API_KEY] if isinstance(auth, kling.ApiKeyAuth) else [ACCESS_KEY, SECRET_KEY, auth.bearer()]
    return not any(secret in text for secret in own)


def everything_about(error: BaseException) -> str:
    ours = error.__traceback__.tb_next if error.__traceback__ else None  # without the test's own frame
    shown = traceback.TracebackException(type(error), error, ours, capture_locals=True)
    chained = [error.__cause__, error.__context__]
    return "".join([repr(error), str(error), repr(vars(error)), repr(chained), *shown.format()])


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("make_auth", AUTHS)
def test_no_error_holds_a_secret(
    deed: Callable[[kling.Auth], Callable[[socket.socket], None]],
    make_auth: Callable[[], kling.Auth],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    auth = make_auth()

    with loopback(deed(auth)) as server:
        client = kling.Client(
            auth=auth, base_url=server.base_url, create_deadline=0.3, read_deadline=0.3, read_attempts=1
        )
        for call in (
            lambda: client.create_image2video(order()),
            lambda: client.get_task("job-1"),
            client.list_tasks,
            lambda: client.account_costs(start=MOMENT, end=MOMENT),
        ):
            try:
                call()
            except kling.KlingError as error:
                assert is_clean(everything_about(error), auth)
                assert error.__cause__ is None
                assert not isinstance(error.__context__, OSError)

    assert is_clean(caplog.text, auth)


@pytest.mark.parametrize("make_auth", AUTHS)
def test_an_error_on_the_way_to_a_connection_holds_no_secret(make_auth: Callable[[], kling.Auth]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://name:{SECRET_KEY}@127.0.0.1:{listener.getsockname()[1]}"
    auth = make_auth()

    with pytest.raises(kling.NotSentError) as raised:
        kling.Client(auth=auth, base_url=address).create_image2video(order())

    assert is_clean(everything_about(raised.value), auth)
    assert raised.value.__context__ is None


@pytest.mark.parametrize("make_auth", AUTHS)
def test_no_repr_holds_a_secret(make_auth: Callable[[], kling.Auth]) -> None:
    auth = make_auth()

    with loopback(answering(http_answer(envelope(entry())))) as server:
        client = kling.Client(auth=auth, base_url=server.base_url)
        transport = Transport(auth=auth, base_url=server.base_url)
        answer = transport.exchange(Request(path="/x"), kling.client.Deadline(2))
        shown = [
            auth,
            client,
            transport,
            answer,
            client.get_task("job-1"),
            Request(path="/x", body={"image": "i" * 99}),
        ]

    assert is_clean("".join(f"{thing!r}{thing!s}" for thing in shown), auth)
    assert "iii" not in repr(shown)


def test_a_picture_is_not_shown_either() -> None:
    assert "picture" not in repr(order())
    assert "<10 bytes>" in repr(order())


def test_an_error_can_travel_between_processes() -> None:
    error = kling.errors.error_for(code=1102, http_status=429, message="Account balance not enough", request_id="r")

    copied = pickle.loads(pickle.dumps(error))

    assert (type(copied), copied.code, copied.sentence) == (kling.BalanceError, 1102, error.sentence)
