"""The system's Chromium for tests and pictures; without one they fail and say so."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds; longer than anything takes, also where other tests have the processor


@contextmanager
def chromium(*, patience: float = PATIENCE) -> Iterator[Browser]:
    """Start a browser; `patience` is how long, in milliseconds, tests wait for what they expect to see."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "No Chromium: install it (Debian: apt install chromium)."
    # Playwright runs a loop in this thread, and Django takes every loop for one that must not touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=patience)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
