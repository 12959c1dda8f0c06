"""Who visits the pages in a browser: signed in already, since coming in by the form has tests of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from chromium import chromium
from django.conf import settings
from django.test import Client
from factories import make_staff
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def sign_in(browser: Browser, live_server: LiveServer, **context: Any) -> Page:
    """Return an empty page of somebody who may do everything and has a session."""
    client = Client()
    client.force_login(make_staff(username="anna"))
    page = browser.new_page(base_url=live_server.url, **context)
    page.set_default_timeout(10_000)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return page
