"""Each row of kling-api §5 at each door: what is raised, what it tells, and how many requests it took."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from kling_answers import ACCESS_KEY, BASE, COSTS, CREATE, SECRET_KEY, entry, envelope, order, refusal

import kling

API_KEY = "api-key-kling-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
TASKS = f"{BASE}/tasks"
OMNI = f"{BASE}/v1/videos/omni-video"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
STOP, SIGN, ONCE, AGAIN = "stop", "sign anew, once", "not again by itself", "ask again"


@dataclass(frozen=True)
class Row:
    """A line of the table; `on_create` and `on_read` are what the client itself does about it."""

    status: int
    code: int
    error: type[kling.KlingError]
    on_create: str = STOP
    on_read: str = STOP

    def __str__(self) -> str:
        return str(self.code)


TABLE = [
    Row(401, 1000, kling.CredentialsError),
    Row(401, 1001, kling.CredentialsError),
    Row(401, 1002, kling.CredentialsError),
    Row(401, 1003, kling.CredentialsError, SIGN, SIGN),
    Row(401, 1004, kling.CredentialsError, SIGN, SIGN),
    Row(429, 1100, kling.AccountError),
    Row(429, 1101, kling.AccountError),
    Row(429, 1102, kling.BalanceError),
    Row(403, 1103, kling.NotAllowedError),
    Row(400, 1200, kling.InvalidRequestError),
    Row(400, 1201, kling.InvalidRequestError),
    Row(404, 1202, kling.InvalidRequestError),
    Row(404, 1203, kling.InvalidRequestError),
    Row(400, 1300, kling.PolicyError),
    Row(400, 1301, kling.PolicyError),
    Row(429, 1302, kling.RateLimitError, ONCE, AGAIN),
    Row(429, 1303, kling.ParallelLimitError, ONCE, AGAIN),
    Row(429, 1304, kling.AccountError),
    Row(500, 5000, kling.UnclearError, ONCE, AGAIN),
    Row(503, 5001, kling.UnclearError, ONCE, AGAIN),
    Row(504, 5002, kling.UnclearError, ONCE, AGAIN),
]


@dataclass(frozen=True)
class Door:
    """A call of the client, where it leads, and what Kling answers there when all is well."""

    name: str
    method: str
    url: str
    call: Callable[[kling.Client], Any]
    found: Any
    needs_api_key: bool = False

    def __str__(self) -> str:
        return self.name


def buy(model: str) -> Callable[[kling.Client], Any]:
    wanted = order(settings=kling.Settings(model_name=model, mode=kling.Mode.STD, duration=5))
    return lambda client: client.create_image2video(wanted)


NEW_ENTRY = {"id": "7", "status": "processing", "external_id": "job-1", "create_time": 1781080778802}
CREATES = [
    Door("old", "POST", CREATE, buy("kling-v2-6"), {"task_id": "7"}),
    Door("old omni", "POST", OMNI, buy("kling-video-o1"), {"task_id": "7"}),
    Door("new", "POST", f"{BASE}/image-to-video/kling-3.0", buy("kling-3.0"), {"id": "7"}, needs_api_key=True),
    Door("new omni", "POST", f"{BASE}/omni-video/kling-o1", buy("kling-o1"), {"id": "7"}, needs_api_key=True),
]
READS = [
    Door(
        "single",
        "GET",
        f"{CREATE}/7",
        lambda it: it.get_task("7", listing=kling.Listing.IMAGE2VIDEO),
        entry(task_id="7"),
    ),
    Door("list", "GET", CREATE, lambda it: it.list_tasks(), [entry()]),
    Door("packs", "GET", COSTS, lambda it: it.account_costs(start=SINCE, end=SINCE), {"code": 0, "msg": "success"}),
    Door("by ids", "GET", TASKS, lambda it: it.get_tasks(task_ids=["7"]), [NEW_ENTRY], needs_api_key=True),
    Door("cursor", "POST", TASKS, lambda it: it.list_since(SINCE), {"result": [NEW_ENTRY]}, needs_api_key=True),
]
KEY, PAIR = "API key", "key pair"
CREATES_WITH = [(door, KEY) for door in CREATES] + [(door, PAIR) for door in CREATES if not door.needs_api_key]
READS_WITH = [(door, KEY) for door in READS] + [(door, PAIR) for door in READS if not door.needs_api_key]


def visitor(credentials: str) -> kling.Client:
    auth = kling.ApiKeyAuth(API_KEY) if credentials == KEY else kling.KeyPairAuth(ACCESS_KEY, SECRET_KEY)
    return kling.Client(auth=auth, base_url=BASE)


def is_repeated(reaction: str, credentials: str) -> bool:
    return reaction == AGAIN or (reaction == SIGN and credentials == PAIR)


def refused(door: Door, row: Row, credentials: str) -> kling.KlingError:
    responses.add(door.method, door.url, json=refusal(row.code, "Kling's own reason"), status=row.status)
    with pytest.raises(kling.KlingError) as raised:
        door.call(visitor(credentials))
    return raised.value


def require_the_row(error: kling.KlingError, row: Row) -> None:
    assert type(error) is row.error
    assert isinstance(error, kling.RefusedError) == (row.status < 500)
    assert (error.code, error.http_status, error.request_id) == (row.code, row.status, "r-9")
    assert error.kling_message == "Kling's own reason"
    assert error.sentence == f"{kling.MEANINGS[row.code].sentence} Kling says: “Kling's own reason”."


@pytest.mark.parametrize("row", TABLE, ids=str)
@pytest.mark.parametrize(("door", "credentials"), CREATES_WITH, ids=str)
@responses.activate
def test_a_create_goes_out_once_but_for_a_signature_whose_time_was_refused(
    door: Door, credentials: str, row: Row
) -> None:
    require_the_row(refused(door, row, credentials), row)

    sent = [call.request for call in responses.calls]
    assert len(sent) == (2 if is_repeated(row.on_create, credentials) else 1)
    assert len({request.body for request in sent}) == 1
    assert len({request.headers["Authorization"] for request in sent}) == len(sent)


@pytest.mark.parametrize("row", TABLE, ids=str)
@pytest.mark.parametrize(("door", "credentials"), READS_WITH, ids=str)
@responses.activate
def test_a_read_goes_out_again_when_that_helps_and_only_then(
    door: Door, credentials: str, row: Row, pauses: list[float]
) -> None:
    require_the_row(refused(door, row, credentials), row)

    is_signed_again = is_repeated(row.on_read, credentials) and row.on_read == SIGN
    assert len(responses.calls) == (3 if row.on_read == AGAIN else 2 if is_signed_again else 1)
    assert len(pauses) == (2 if row.on_read == AGAIN else 0)


@pytest.mark.parametrize("row", [row for row in TABLE if row.on_create == SIGN], ids=str)
@pytest.mark.parametrize("door", [door for door in CREATES if not door.needs_api_key], ids=str)
@responses.activate
def test_a_create_is_made_once_it_is_signed_anew(door: Door, row: Row) -> None:
    responses.add(door.method, door.url, json=refusal(row.code), status=row.status)
    responses.add(door.method, door.url, json=envelope(door.found))

    assert door.call(visitor(PAIR)).task_id == "7"


@pytest.mark.parametrize(
    ("door", "credentials", "row"),
    [(door, kind, row) for door, kind in READS_WITH for row in TABLE if is_repeated(row.on_read, kind)],
    ids=str,
)
@responses.activate
def test_trouble_that_passes_never_reaches_who_reads(
    door: Door, credentials: str, row: Row, pauses: list[float]
) -> None:
    responses.add(door.method, door.url, json=refusal(row.code), status=row.status)
    responses.add(door.method, door.url, json=envelope(door.found))

    assert door.call(visitor(credentials)) is not None
    assert len(responses.calls) == 2


@pytest.mark.parametrize("row", [row for row in TABLE if row.on_read == AGAIN], ids=str)
@pytest.mark.parametrize("door", READS, ids=str)
@responses.activate
def test_pauses_grow_and_last_a_second_where_kling_wants_one(door: Door, row: Row, pauses: list[float]) -> None:
    refused(door, row, KEY)

    assert pauses[0] < pauses[1]
    if row.status == 429 or door.name == "packs":  # of which Kling answers one request a second (kling-api §7.1)
        assert pauses[0] >= 1.0
