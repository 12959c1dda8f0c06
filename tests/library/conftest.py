"""What the library's tests share: somebody who is signed in, and the page."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from factories import make_staff
from kling_host import kling_host
from library_reader import Library

__all__ = ["kling_host"]


@pytest.fixture
def anna(db: None) -> User:
    return make_staff(username="anna")


@pytest.fixture
def staff(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


@pytest.fixture
def library(staff: Client) -> Library:
    return Library(staff)
