"""What was seen of an account is remembered by all processes of a clone; less than that is an older database."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from factories import make_account

from productvideo import restores
from productvideo.models import KlingAccount
from productvideo.querysets import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kling_shows_tasks_at_once(settings: Any) -> None:
    settings.KLING_RESEND_AFTER = 0.0


@pytest.fixture
def account() -> KlingAccount:
    return seen_with(turn=7)


def seen_with(*, turn: int, listed_seconds_ago: float = 5.0) -> KlingAccount:
    """Write the account's row, and look at it."""
    row = KlingAccount.objects.filter(pk=make_account().pk)
    row.update(turn=turn, listed_at=now() - timedelta(seconds=listed_seconds_ago))
    account = row.get()
    restores.notice(account)
    return account


def a_new_process_begins() -> None:
    restores._here.clear()


def is_believed(account: KlingAccount) -> bool:
    """Say whether the list that was read last is good enough to send by."""
    return KlingAccount.objects.filter(pk=account.pk, listed_at__gte=restores.believed_since(account)).exists()


def a_list_is_read() -> KlingAccount:
    KlingAccount.objects.update(listed_at=now())
    account = KlingAccount.objects.get()
    restores.notice(account)
    return account


def test_a_process_believes_no_list_from_before_it_began(account: KlingAccount) -> None:
    assert not is_believed(account)
    assert is_believed(a_list_is_read())


@pytest.mark.parametrize("older", [{"turn": 6}, {"turn": 7, "listed_seconds_ago": 50.0}])
def test_less_than_was_seen_is_an_older_database(account: KlingAccount, older: dict[str, float]) -> None:
    assert is_believed(a_list_is_read())

    assert not is_believed(seen_with(**older))  # type: ignore[arg-type]
    assert is_believed(a_list_is_read())


def test_what_another_process_has_seen_is_enough(account: KlingAccount) -> None:
    a_list_is_read()
    mine = dict(restores._here)
    KlingAccount.objects.update(turn=8)
    restores.notice(KlingAccount.objects.get())
    restores._here.clear()
    restores._here.update(mine)
    KlingAccount.objects.update(turn=7)
    restores.notice(KlingAccount.objects.get())

    assert not is_believed(KlingAccount.objects.get())


def test_a_row_that_was_read_before_others_went_on_is_no_older_database(account: KlingAccount) -> None:
    believed = a_list_is_read()
    stale = KlingAccount.objects.get()
    KlingAccount.objects.update(turn=9)
    restores.notice(KlingAccount.objects.get())

    restores.notice(stale)

    assert is_believed(believed)


def test_a_restore_that_one_process_has_noticed_holds_for_those_that_begin_later(account: KlingAccount) -> None:
    a_list_is_read()
    seen_with(turn=3)
    a_new_process_begins()

    assert not is_believed(seen_with(turn=3))


@pytest.mark.parametrize("content", [b"", b"x" * 7, b"y" * 32])
def test_a_file_that_makes_no_sense_is_no_memory_and_no_error(account: KlingAccount, content: bytes) -> None:
    (Path(settings.VAR_DIR) / "seen").write_bytes(content)

    assert is_believed(a_list_is_read())


def test_without_a_place_to_write_each_process_remembers_for_itself(
    account: KlingAccount, settings: object, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path / "missing"  # type: ignore[attr-defined]

    assert is_believed(a_list_is_read())
    assert not is_believed(seen_with(turn=2))


def test_another_database_is_no_older_one(account: KlingAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    believed = a_list_is_read()
    restores._here.clear()
    monkeypatch.setattr(restores, "_key", lambda account: 1)

    restores.notice(believed)

    assert is_believed(a_list_is_read())


def test_after_a_restore_kling_is_given_the_time_to_show_what_it_has(account: KlingAccount, settings: Any) -> None:
    settings.KLING_RESEND_AFTER = 120.0
    a_list_is_read()
    seen_with(turn=3)

    assert not is_believed(a_list_is_read())
    KlingAccount.objects.update(listed_at=now() + timedelta(seconds=121))
    assert is_believed(KlingAccount.objects.get())
