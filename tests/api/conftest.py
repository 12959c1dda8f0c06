"""What the API's tests share: somebody who may ask, and a Kling that is there."""

import base64

import pytest
from django.contrib.auth.models import User
from factories import jpeg, make_staff
from kling_host import kling_host
from rest_framework.test import APIClient

__all__ = ["kling_host"]


@pytest.fixture
def staff(db: None) -> User:
    return make_staff(username="mara")


@pytest.fixture
def api(staff: User) -> APIClient:
    client = APIClient(raise_request_exception=True)
    client.force_authenticate(staff)
    return client


@pytest.fixture
def picture() -> str:
    return base64.b64encode(jpeg()).decode()
