"""What the tests of callbacks share: a video that Kling is making, whose list is not due, and its address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from deliveries import PUBLIC_URL, address_of
from factories import make_account, make_video
from pytest_django import Settings

from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import now


@pytest.fixture(autouse=True)
def callbacks_are_used(settings: Settings) -> None:
    settings.KLING_CALLBACKS, settings.PUBLIC_URL = True, PUBLIC_URL


@pytest.fixture
def account(db: None) -> KlingAccount:
    account = make_account()
    KlingAccount.objects.filter(pk=account.pk).update(list_due_at=now() + timedelta(hours=1))
    account.refresh_from_db()
    return account


@pytest.fixture
def video(account: KlingAccount) -> ProductVideo:
    video = make_video(account=account)
    assert video.mark_rendering("850000000000000001", why="test")
    return video


@pytest.fixture
def address(video: ProductVideo) -> str:
    return address_of(video)
