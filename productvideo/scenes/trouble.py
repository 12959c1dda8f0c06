"""Why scenes could not be written, in words for people: what happened and what to do."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import openai

log = logging.getLogger(__name__)

COUNTS = ("no", "one", "two", "three", "four", "five", "six")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Two halves of a sentence: `what` happened and how to `mend` it; `code` names the cause to programs."""

    code: str
    what: str
    mend: str
    again: bool = False  # whether asking once more can help
    pause: float = 0.5  # seconds to wait before that
    retry_after: float | None = None  # seconds, where the server says when it may be asked again

    def sentence(self, *, missing: int, of: int) -> str:
        """Say why `missing` of the `of` scenes are default scenes."""
        if missing == of:
            defaults = "this is a default scene" if of == 1 else "these are default scenes"
        else:
            defaults = (
                "one of the scenes is a default scene"
                if missing == 1
                else f"{COUNTS[missing]} of the scenes are default scenes"
            )
        return f"{self.what}, so {defaults}; {self.mend}."

    def own_words(self) -> str:
        """Say why a prompt was put together without OpenAI."""
        return f"{self.what}, so the prompt was put together from the idea alone; {self.mend}."


LATER = "ask for new scenes in a few minutes, or edit these"
NO_KEY = Trouble(
    code="no_key",
    what="OPENAI_API_KEY is not set",
    mend="set it in .env and start again to have scenes written from the photo, or edit these",
)
ODD_KEY = Trouble(
    code="odd_key",
    what="OPENAI_API_KEY holds a space or a character that no key has",
    mend="copy the key into .env again and start again",
)
BAD_KEY = Trouble(
    code="refused_key",
    what="OpenAI refused the API key",
    mend="check OPENAI_API_KEY in .env, and start again when it is right",
)
NOT_ALLOWED = Trouble(
    code="not_allowed",
    what="OpenAI does not allow this API key to do this",
    mend="check at platform.openai.com what the key's project may use, and OPENAI_MODEL",
)
NO_MODEL = Trouble(
    code="no_model",
    what="OpenAI does not know the language model or the address",
    mend="check OPENAI_MODEL and OPENAI_BASE_URL in .env, and start again when they are right",
)
NO_CREDIT = Trouble(
    code="no_credit",
    what="The OpenAI account has no credit left",
    mend="add credit or raise its limit at platform.openai.com, then ask for new scenes",
)
TOO_MANY = Trouble(
    code="rate_limit", what="OpenAI limits how often this account may ask", mend=LATER, again=True, pause=1.0
)
DOWN = Trouble(code="down", what="OpenAI has a disturbance of its own", mend=LATER, again=True)
SLOW = Trouble(code="timeout", what="OpenAI did not answer in time", mend=LATER, again=True)
UNREACHABLE = Trouble(
    code="unreachable",
    what="OpenAI could not be reached",
    mend="check the network and OPENAI_BASE_URL, then ask for new scenes",
    again=True,
)
NOT_TAKEN = Trouble(
    code="not_taken",
    what="OpenAI did not accept the request",
    mend="check that OPENAI_MODEL is a language model that sees pictures and gives structured outputs",
)
MOVED = Trouble(
    code="moved",
    what="OPENAI_BASE_URL leads to another address",
    mend="set it to the address itself in .env and start again",
)
COUNT_REFUSED = replace(NOT_TAKEN, again=True, pause=0.0)
UNREADABLE = Trouble(code="bad_answer", what="OpenAI's answer could not be read", mend=LATER, again=True, pause=0.0)
CUT_SHORT = Trouble(code="cut_short", what="OpenAI's answer was cut off at its length limit", mend=LATER)
REFUSED = Trouble(
    code="refusal",
    what="OpenAI refused to write about this product",
    mend="reword the description or choose another photo, or edit these",
)
UNEXPECTED = Trouble(
    code="unexpected", what="Asking OpenAI failed unexpectedly", mend=f"see the log for why, and {LATER}"
)
REJECTED = Trouble(
    code="rejected",
    what="What OpenAI wrote breaks the rules of good shots, also when asked once more",
    mend="ask for new scenes, or edit these",
)

OUT_OF_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
AGAINST_POLICY = {"content_policy_violation", "content_filter", "moderation_blocked"}
BY_STATUS = {401: BAD_KEY, 402: NO_CREDIT, 403: NOT_ALLOWED, 404: NO_MODEL, 408: SLOW, 409: DOWN}


def few_scenes(count: int) -> Trouble:
    amount = {0: "no usable scene", 1: "only one usable scene"}.get(count, f"only {COUNTS[count]} usable scenes")
    return Trouble(code="few_scenes", what=f"OpenAI wrote {amount}", mend=LATER, again=count == 0, pause=0.0)


def of_error(error: openai.OpenAIError) -> Trouble:
    """What an error of the SDK means; none of the server's own text is passed on."""
    import openai

    from productvideo.scenes.bounded_http import AnswerTooLongError

    if isinstance(error, openai.APITimeoutError):
        return SLOW
    if isinstance(error, openai.APIConnectionError):
        return UNREADABLE if isinstance(error.__cause__, AnswerTooLongError) else UNREACHABLE
    if isinstance(error, openai.APIStatusError):
        log.warning("OpenAI answered with HTTP status %s", error.status_code)
        return of_status(error)
    return UNREADABLE


def of_status(error: openai.APIStatusError) -> Trouble:
    words = {str(error.code), str(error.type)}
    if words & OUT_OF_CREDIT:
        return NO_CREDIT
    if words & AGAINST_POLICY:
        return REFUSED
    if error.status_code == 429:
        return paced(error.response.headers.get("retry-after", ""))
    if error.status_code == 400 and ("minItems" in error.message or "maxItems" in error.message):
        return COUNT_REFUSED
    if error.status_code >= 500:
        return DOWN
    return BY_STATUS.get(error.status_code, MOVED if error.status_code < 400 else NOT_TAKEN)


def paced(retry_after: str) -> Trouble:
    """Wait as long as the server says; a pause beyond the deadline means no second call."""
    try:
        seconds = float(retry_after)
    except ValueError:  # nothing, or a date
        return TOO_MANY
    if not 0 <= seconds < float("inf"):
        return TOO_MANY
    return replace(TOO_MANY, pause=seconds, retry_after=seconds)
