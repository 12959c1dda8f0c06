"""What `make run` tells the person at the terminal once the pages answer."""

import http.client
import threading
import time

from django.conf import settings

from config import password, sign_in
from config.terminal import say

PRACTICE = "Practice mode: videos are made on this machine and nothing is charged. To go live, see .env.example."
LIVE = "Live: Kling keys are set, and every approved video costs money."
PATIENCE = 60  # seconds


def announce_when_ready(*, port: int) -> None:
    """Print the address and how to sign in as soon as the web server answers, without holding up the caller."""
    threading.Thread(target=_announce, args=(port,), daemon=True).start()


def _announce(port: int) -> None:
    if wait_for_answer(port):
        say("", *lines(address=f"http://127.0.0.1:{port}"), "")


def lines(*, address: str) -> list[str]:
    """Return what there is to know, a line each; makes the sign-in link, whose ten minutes begin now."""
    told = [f"Stillreel is ready: {settings.PUBLIC_URL or address}/"]
    if settings.PRACTICE_MODE:
        told.append(f"Sign in with this link, once and within ten minutes: {sign_in.make_link(address=address)}")
    sign = "Or sign" if settings.PRACTICE_MODE else "Sign"
    told.append(f"{sign} in as {password.ADMIN}; the password is in {password.password_file()}")
    told.append(PRACTICE if settings.PRACTICE_MODE else LIVE)
    told.append("Ctrl-C stops everything; the next `make run` goes on from there.")
    return told


def wait_for_answer(port: int) -> bool:
    """Wait until an HTTP server answers on this port of 127.0.0.1; False when patience ends first."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if _answers(port):
            return True
        time.sleep(0.2)
    return False


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
