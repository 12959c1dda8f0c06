"""The table of kling-api §5, row by row, and how answers outside of it are judged."""

import pickle

import pytest
import responses
from kling_answers import CREATE, client, order, refusal

import kling
from kling.errors import Reaction

STOP, PAUSE, WAIT, RESIGN = Reaction.STOP, Reaction.PAUSE, Reaction.WAIT, Reaction.RESIGN
LOOK_UP, REPEAT = Reaction.LOOK_UP, Reaction.REPEAT
TABLE = [
    (401, 1000, kling.CredentialsError, PAUSE, PAUSE),
    (401, 1001, kling.CredentialsError, PAUSE, PAUSE),
    (401, 1002, kling.CredentialsError, PAUSE, PAUSE),
    (401, 1003, kling.CredentialsError, RESIGN, RESIGN),
    (401, 1004, kling.CredentialsError, RESIGN, RESIGN),
    (429, 1100, kling.AccountError, PAUSE, PAUSE),
    (429, 1101, kling.AccountError, PAUSE, PAUSE),
    (429, 1102, kling.BalanceError, PAUSE, PAUSE),
    (403, 1103, kling.NotAllowedError, STOP, STOP),
    (400, 1200, kling.InvalidRequestError, STOP, STOP),
    (400, 1201, kling.InvalidRequestError, STOP, STOP),
    (404, 1202, kling.InvalidRequestError, STOP, STOP),
    (404, 1203, kling.InvalidRequestError, STOP, STOP),
    (400, 1300, kling.PolicyError, STOP, STOP),
    (400, 1301, kling.PolicyError, STOP, STOP),
    (429, 1302, kling.RateLimitError, WAIT, WAIT),
    (429, 1303, kling.ParallelLimitError, WAIT, WAIT),
    (429, 1304, kling.AccountError, PAUSE, PAUSE),
    (500, 5000, kling.UnclearError, LOOK_UP, REPEAT),
    (503, 5001, kling.UnclearError, LOOK_UP, REPEAT),
    (504, 5002, kling.UnclearError, LOOK_UP, REPEAT),
]


def create(*, json: object = None, body: str | bytes = b"", status: int) -> kling.KlingError:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as kling_api:
        kling_api.post(CREATE, json=json, status=status) if json is not None else kling_api.post(
            CREATE, body=body, status=status
        )
        with pytest.raises(kling.KlingError) as raised:
            client().create_image2video(order())
    return raised.value


def read(
    *, json: object = None, body: str | bytes = b"", status: int, listing: kling.Listing | None = None
) -> kling.KlingError:
    with responses.RequestsMock() as kling_api:
        kling_api.get(f"{CREATE}/7", json=json, status=status) if json is not None else kling_api.get(
            f"{CREATE}/7", body=body, status=status
        )
        with pytest.raises(kling.KlingError) as raised:
            client(read_attempts=1).get_task("7", listing=listing)
    return raised.value


def test_the_table_has_every_code_and_no_other() -> None:
    rows = [(row.http_status, row.code, row.error, row.on_create, row.on_read) for row in kling.MEANINGS.values()]

    assert rows == TABLE


@pytest.mark.parametrize(("status", "code", "error"), [row[:3] for row in TABLE])
def test_a_refused_create_and_read_raise_what_the_code_means(status: int, code: int, error: type) -> None:
    for raised in (create(json=refusal(code, "Reason"), status=status), read(json=refusal(code), status=status)):
        assert type(raised) is error
        assert (raised.code, raised.http_status, raised.request_id) == (code, status, "r-9")
        assert str(raised) == raised.sentence


@pytest.mark.parametrize(("status", "code", "error"), [row[:3] for row in TABLE])
def test_the_code_decides_even_under_http_200(status: int, code: int, error: type) -> None:
    assert type(create(json=refusal(code), status=200)) is error


@pytest.mark.parametrize("row", TABLE)
def test_the_account_pauses_for_keys_and_account_and_nothing_else(
    row: tuple[int, int, type, Reaction, Reaction],
) -> None:
    _, _, error, on_create, _ = row

    assert issubclass(error, kling.PAUSES_ACCOUNT) == (on_create in (PAUSE, RESIGN))


@pytest.mark.parametrize(
    ("code", "text", "error"),
    [
        (1201, "Task not found by id/external id: 8f-1", kling.TaskNotFoundError),
        (1201, "External_task_id 8f-1 already exists", kling.DuplicateIdError),
        (1201, "The model 'kling-v1' has been discontinued and is no longer available.", kling.EndedModelError),
        (1203, "The model 'kling-v1' has been discontinued and is no longer available.", kling.EndedModelError),
        (1201, "model_name value 'kling-v9' is invalid", kling.InvalidRequestError),
        (1200, "External_task_id 8f-1 already exists", kling.InvalidRequestError),
        (1301, "Task not found by id/external id: 8f-1", kling.PolicyError),
    ],
)
def test_a_text_is_looked_at_only_where_one_code_means_many_things(code: int, text: str, error: type) -> None:
    raised = create(json=refusal(code, text), status=400)

    assert type(raised) is error
    assert raised.kling_message == text
    assert text.rstrip(".") in raised.sentence


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, 1005, kling.CredentialsError),
        (429, 1399, kling.RateLimitError),
        (400, 1299, kling.InvalidRequestError),
        (418, 77, kling.InvalidRequestError),
        (408, 77, kling.UnclearError),
        (200, 7777, kling.UnclearError),
        (500, 1201, kling.UnclearError),
        (502, 7777, kling.UnclearError),
        (400, 5000, kling.UnclearError),
    ],
)
def test_an_unknown_code_is_judged_by_its_http_status(status: int, code: int, error: type) -> None:
    raised = create(json=refusal(code), status=status)

    assert type(raised) is error
    assert raised.code == code


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504])
def test_a_create_answered_by_somebody_else_is_unclear(status: int) -> None:
    raised = create(body="<html>proxy</html>", status=status)

    assert type(raised) is kling.UnclearError
    assert raised.http_status == status


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, kling.UnclearError),
        (401, kling.CredentialsError),
        (404, kling.InvalidRequestError),
        (408, kling.UnclearError),
        (429, kling.RateLimitError),
        (502, kling.UnclearError),
    ],
)
def test_a_read_answered_by_somebody_else_is_judged_by_its_http_status(status: int, error: type) -> None:
    assert type(read(body="<html>proxy</html>", status=status, listing=kling.Listing.IMAGE2VIDEO)) is error


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'{"code":0,"data":{"task_id":"8',
        b'{"code":0,"message":"SUCCEED"}',
        b'{"code":0,"data":null}',
        b'{"code":0,"data":[]}',
        b'{"code":0,"data":{}}',
        b'{"code":0,"data":{"task_id":""}}',
        b'{"code":0,"data":{"task_id":"  "}}',
        b'{"code":0,"data":{"task_id":null}}',
        b'{"code":0,"data":{"task_id":true}}',
        b'{"code":0,"data":{"task_id":["1"]}}',
        b'{"data":{"task_id":"1"}}',
        b'{"code":null,"data":{"task_id":"1"}}',
        b'{"code":1e999999999999999999999}',
    ],
)
def test_a_yes_without_a_task_id_is_unclear(body: bytes) -> None:
    assert type(create(body=body, status=200)) is kling.UnclearError


def test_the_drawn_tree_is_the_real_one() -> None:
    import kling.errors

    drawn = kling.errors.__doc__ or ""

    for error in vars(kling.errors).values():
        if isinstance(error, type) and issubclass(error, kling.KlingError):
            assert error.__name__ in drawn


@pytest.mark.parametrize(
    "error",
    [
        kling.BalanceError("No units.", code=1102, request_id="r", http_status=429, kling_message="not enough"),
        kling.StrangeTaskError(kling.StrangeTask(task_id="1", external_task_id="job-1", reason="odd"), request_id="r"),
    ],
)
def test_an_error_is_the_same_in_another_process(error: kling.KlingError) -> None:
    arrived = pickle.loads(pickle.dumps(error))

    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert vars(arrived) == vars(error)
