"""Asks OpenAI for scenes: once, at most once more, and never for longer than the deadline."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from productvideo.scenes import circuit
from productvideo.scenes import trouble as troubles
from productvideo.scenes.answer import Answer, read_answer
from productvideo.scenes.plan import Slot
from productvideo.scenes.request import response_format
from productvideo.scenes.rounds import Outcome, Wish, rounds
from productvideo.scenes.types import Brief

if TYPE_CHECKING:
    import httpx2

CONNECT_SECONDS = 5.0

log = logging.getLogger(__name__)


def ask(brief: Brief, slots: Sequence[Slot], *, deadline: float, http_client: httpx2.Client | None = None) -> Outcome:
    """Return what was written, and the trouble if that is too little, within `deadline` seconds, whatever OpenAI does.

    The calls run in a thread that can be left behind: the SDK's time-outs bound one wait and not the whole call, and
    headers that arrive byte by byte pass them all. What was written before that stays. The HTTP client is closed
    either way.
    """
    began = time.monotonic()
    ends_at = began + deadline
    if trouble := key_trouble(settings.OPENAI_API_KEY) or circuit.open_trouble():
        return Outcome(trouble=trouble)
    client = http_client or open_http_client(ends_at)
    box: queue.SimpleQueue[Outcome | None] = queue.SimpleQueue()
    work = (box, brief, slots, client, ends_at)
    threading.Thread(target=write_into, args=work, name="scene-writer", daemon=True).start()
    outcome = Outcome(trouble=troubles.UNEXPECTED)
    try:
        while latest := box.get(timeout=max(0.0, ends_at - time.monotonic())):
            outcome = latest
    except queue.Empty:
        outcome = replace(outcome, trouble=troubles.SLOW)
    finally:
        client.close()
    # Who answered once is not dead, whatever became of the second call.
    circuit.record(None if outcome.raw else outcome.trouble, waited=time.monotonic() - began)
    return outcome


def key_trouble(key: str) -> troubles.Trouble | None:
    if not key:
        return troubles.NO_KEY
    return None if key.isascii() and key.isprintable() and " " not in key else troubles.ODD_KEY


def open_http_client(ends_at: float) -> httpx2.Client:
    from productvideo.scenes.bounded_http import open_client

    return open_client(ends_at=ends_at)


def write_into(
    box: queue.SimpleQueue[Outcome | None],
    brief: Brief,
    slots: Sequence[Slot],
    client: httpx2.Client,
    ends_at: float,
) -> None:
    """Put into the box how far the writing has come, and None at its end, even if this code has a bug."""
    try:
        for outcome in rounds(
            brief, slots, call=partial(ask_once, http_client=client, ends_at=ends_at), ends_at=ends_at
        ):
            box.put(outcome)
    finally:
        box.put(None)


def ask_once(wish: Wish, *, http_client: httpx2.Client, ends_at: float) -> Answer:
    import httpx2
    import openai

    left = max(0.1, ends_at - time.monotonic())
    client = openai.OpenAI(
        api_key=settings.OPENAI_API_KEY,
        base_url=settings.OPENAI_BASE_URL,
        max_retries=0,
        timeout=httpx2.Timeout(left, connect=min(left, CONNECT_SECONDS)),
        default_headers={"Accept-Encoding": "identity"},
        http_client=http_client,
    )
    try:
        response = client.chat.completions.with_raw_response.create(
            model=settings.OPENAI_MODEL,
            messages=wish.words,
            response_format=response_format(count=wish.count, counted=wish.counted),
        )
        text = response.text
    except openai.OpenAIError as error:
        return Answer(trouble=troubles.of_error(error))
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError, RuntimeError, ValueError) as error:
        # What the SDK lets through, such as a socket closed under it at the deadline.
        log.warning("The answer of OpenAI broke off: %s", type(error).__name__)
        return Answer(trouble=troubles.UNREACHABLE)
    answer = read_answer(text, count=wish.count, known=wish.known, key=settings.OPENAI_API_KEY)
    return replace(answer, language_model=answer.language_model or settings.OPENAI_MODEL[:100])
