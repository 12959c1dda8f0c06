"""What the pipeline's tests share: a Kling, and an account whose list was just read."""

import pytest
from factories import make_account
from kling_host import kling_host

from productvideo import restores
from productvideo.models import KlingAccount
from productvideo.querysets import now

__all__ = ["kling_host"]


@pytest.fixture
def account(db: None) -> KlingAccount:
    account = make_account()
    restores.notice(account)
    KlingAccount.objects.filter(pk=account.pk).update(listed_at=now())
    account.refresh_from_db()
    return account
