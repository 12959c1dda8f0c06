"""Our own client against the sandbox: what the one says is what the other understands."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sandbox_caller import ACCESS, SECRET, Caller, Clock, draw_photo

import kling as client_library


@pytest.fixture
def client(kling: Caller, clock: Clock) -> Iterator[client_library.Client]:
    auth = client_library.KeyPairAuth(ACCESS, SECRET, clock=clock)
    with client_library.Client(auth=auth, base_url=kling.base_url) as client:
        yield client


def order(external_task_id: str, **settings: object) -> client_library.ImageToVideo:
    wanted = {"model_name": "kling-v2-5-turbo", "mode": client_library.Mode.STD, "duration": 5, **settings}
    return client_library.ImageToVideo(
        image=draw_photo(),
        prompt="The camera pushes in.",
        settings=client_library.Settings(**wanted),  # type: ignore[arg-type]
        external_task_id=external_task_id,
    )


def test_a_task_is_made_followed_and_listed(client: client_library.Client, clock: Clock) -> None:
    made = client.create_image2video(order("job-1"))
    clock.forward(41)
    done = client.get_task("job-1")
    page = client.list_tasks()

    assert (made.status, made.external_task_id) == (client_library.TaskStatus.SUBMITTED, "job-1")
    assert (done.task_id, done.status) == (made.task_id, client_library.TaskStatus.SUCCEED)
    assert (done.units, done.video_duration) == (Decimal("1.5"), Decimal("5.041"))
    assert [task.task_id for task in page.tasks] == [made.task_id]
    assert (page.strange, page.size) == ((), 1)


def test_the_packs_are_read(client: client_library.Client) -> None:
    now = datetime.now(UTC)

    costs = client.account_costs(start=now - timedelta(days=30), end=now)

    assert costs.remaining == Decimal(10_000)


def test_refusals_become_their_errors(client: client_library.Client) -> None:
    client.create_image2video(order("job-1"))

    with pytest.raises(client_library.DuplicateIdError):
        client.create_image2video(order("job-1"))
    with pytest.raises(client_library.SettingsError, match="Kling ended kling-v1 on 2026-09-15"):
        client.create_image2video(order("job-2", model_name="kling-v1"))
    with pytest.raises(client_library.TaskNotFoundError):
        client.get_task("job-2")
    for number in range(4):
        client.create_image2video(order(f"more-{number}"))
    with pytest.raises(client_library.ParallelLimitError):
        client.create_image2video(order("too-many"))
