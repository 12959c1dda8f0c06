"""Asks OpenAI for scenes: once, at most once more, and never for longer than the deadline."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings

from productvideo.scenes import circuit
from productvideo.scenes import trouble as troubles
from productvideo.scenes.answer import Answer, read_answer
from productvideo.scenes.plan import Slot
from productvideo.scenes.request import messages, response_format
from productvideo.scenes.types import Brief, Told

if TYPE_CHECKING:
    import httpx2
    from openai.types.chat import ChatCompletionMessageParam

CONNECT_SECONDS = 5.0
WORTH_ASKING = 2.0  # with less time than this left, a second call is not begun

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: the messages, how many scenes, and which words are there already."""

    words: list[ChatCompletionMessageParam]
    count: int
    known: tuple[Told, ...]


def ask(brief: Brief, slots: Sequence[Slot], *, deadline: float, http_client: httpx2.Client | None = None) -> Answer:
    """Return an answer or the trouble, within `deadline` seconds, whatever OpenAI does.

    The call runs in a thread that can be left behind: the SDK's time-outs bound one wait and not the whole call, and
    headers that arrive byte by byte pass them all. The HTTP client is closed either way.
    """
    began = time.monotonic()
    ends_at = began + deadline
    if trouble := key_trouble(settings.OPENAI_API_KEY) or circuit.open_trouble():
        return Answer(trouble=trouble)
    client = http_client or open_http_client(ends_at)
    box: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    work = (box, brief, slots, client, ends_at)
    threading.Thread(target=answer_into, args=work, name="scene-writer", daemon=True).start()
    try:
        answer = box.get(timeout=max(0.0, ends_at - time.monotonic()))
    except queue.Empty:
        answer = Answer(trouble=troubles.SLOW)
    finally:
        client.close()
    circuit.record(answer.trouble, waited=time.monotonic() - began)
    return answer


def key_trouble(key: str) -> troubles.Trouble | None:
    if not key:
        return troubles.NO_KEY
    return None if key.isascii() and key.isprintable() and " " not in key else troubles.ODD_KEY


def open_http_client(ends_at: float) -> httpx2.Client:
    from productvideo.scenes.bounded_http import open_client

    return open_client(ends_at=ends_at)


def answer_into(
    box: queue.SimpleQueue[Answer], brief: Brief, slots: Sequence[Slot], client: httpx2.Client, ends_at: float
) -> None:
    """Put an answer into the box, even if this code has a bug; only the first one is read."""
    try:
        box.put(ask_at_most_twice(brief, slots, http_client=client, ends_at=ends_at))
    finally:
        box.put(Answer(trouble=troubles.UNEXPECTED))


def ask_at_most_twice(brief: Brief, slots: Sequence[Slot], *, http_client: httpx2.Client, ends_at: float) -> Answer:
    wish = Wish(words=messages(brief, slots), count=len(slots), known=known_to(brief))
    answer = ask_once(wish, http_client=http_client, ends_at=ends_at)
    trouble = answer.trouble
    if answer.drafts or trouble is None or not trouble.again:
        return answer
    if time.monotonic() + trouble.pause + WORTH_ASKING > ends_at:
        return answer
    time.sleep(trouble.pause)
    counted = trouble is not troubles.COUNT_REFUSED
    return ask_once(wish, http_client=http_client, ends_at=ends_at, counted=counted)


def known_to(brief: Brief) -> tuple[Told, ...]:
    """An idea's own words are repeated on purpose; all others are not to be."""
    return () if brief.idea else (*brief.kept, *brief.replaced)


def ask_once(wish: Wish, *, http_client: httpx2.Client, ends_at: float, counted: bool = True) -> Answer:
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
            response_format=response_format(count=wish.count, counted=counted),
        )
        text = response.text
    except openai.OpenAIError as error:
        return Answer(trouble=troubles.of_error(error))
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError, RuntimeError, ValueError) as error:
        # What the SDK lets through, such as a socket closed under it at the deadline.
        log.warning("The answer of OpenAI broke off: %s", type(error).__name__)
        return Answer(trouble=troubles.UNREACHABLE)
    # A server that echoes the key must not get it stored with the scenes.
    answer = read_answer(text.replace(settings.OPENAI_API_KEY, "[key]"), count=wish.count, known=wish.known)
    return replace(answer, language_model=answer.language_model or settings.OPENAI_MODEL[:100])
