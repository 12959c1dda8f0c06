"""The two rounds of a writing: all shots are asked for, then once more those that are missing, with what was wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from productvideo.scenes import trouble as troubles
from productvideo.scenes.answer import Answer, kept
from productvideo.scenes.draft import Draft
from productvideo.scenes.judge import Judged, judge
from productvideo.scenes.plan import Slot
from productvideo.scenes.request import messages
from productvideo.scenes.slots import assign_slots
from productvideo.scenes.trouble import Trouble
from productvideo.scenes.types import Brief, Told, Usage

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam

MOST_CALLS = 2
WORTH_ASKING = 2.0  # seconds; with less time than this left, a second call is not begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: the messages, how many scenes, which words are there already, and if the form says how many."""

    words: list[ChatCompletionMessageParam]
    count: int
    known: tuple[Told, ...]
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a writing has come to; `trouble` whenever there are fewer good scenes than were asked for."""

    good: tuple[Judged, ...] = ()
    rejected: tuple[Judged, ...] = ()  # of the last round in which their shots were written
    trouble: Trouble | None = None
    language_model: str = ""
    raw: str = field(default="", repr=False)
    usage: Usage = field(default_factory=Usage)


def rounds(
    brief: Brief, slots: Sequence[Slot], *, call: Callable[[Wish], Answer], ends_at: float
) -> Iterator[Outcome]:
    """Yield how far it has come before and after each call, so that whoever stops waiting has what is there."""
    outcome, counted = Outcome(), True
    for number in range(1, MOST_CALLS + 1):
        missing = [slot for slot in slots if slot not in [judged.slot for judged in outcome.good]]
        usage = outcome.usage + Usage(calls=1)
        yield replace(outcome, trouble=troubles.SLOW, usage=usage)
        told = replace(brief, kept=(*brief.kept, *map(words_of, outcome.good)))
        words = messages(told, missing, rejected=outcome.rejected)
        answer = call(Wish(words=words, count=len(missing), known=known_to(told), counted=counted))
        outcome = after(replace(outcome, usage=usage), answer, missing, told)
        yield outcome
        trouble = outcome.trouble
        if trouble is None or number == MOST_CALLS or not is_worth_asking(trouble, ends_at):
            return
        time.sleep(trouble.pause)
        counted = trouble is not troubles.COUNT_REFUSED


def is_worth_asking(trouble: Trouble, ends_at: float) -> bool:
    again = trouble.again or trouble.code in ("few_scenes", "rejected")
    return again and time.monotonic() + trouble.pause + WORTH_ASKING <= ends_at


def after(outcome: Outcome, answer: Answer, missing: Sequence[Slot], brief: Brief) -> Outcome:
    """Judge the drafts of an answer and add up both rounds."""
    judged = judge_all(assign_slots(answer.drafts, missing), brief)
    good = tuple(one for one in judged if not one.findings)
    bad = tuple(one for one in judged if one.findings)
    written = [one.slot for one in judged]
    rejected = (*(one for one in outcome.rejected if one.slot not in written), *bad)
    return Outcome(
        good=outcome.good + good,
        rejected=rejected,
        trouble=None if len(good) == len(missing) else trouble_of(answer, rejected, len(outcome.good + good)),
        language_model=answer.language_model or outcome.language_model,
        raw=kept("\n".join(filter(None, (outcome.raw, answer.raw)))),
        usage=outcome.usage + answer.usage,
    )


def judge_all(drafts: Sequence[tuple[Slot, Draft]], brief: Brief) -> list[Judged]:
    """Judge each draft beside the scenes that are there and those before it."""
    others = [scene.prompt for scene in known_to(brief)]
    judged: list[Judged] = []
    for slot, draft in drafts:
        judged.append(judge(slot, draft, brief, others=others))
        others.append(judged[-1].scene.prompt)
    return judged


def trouble_of(answer: Answer, rejected: Sequence[Judged], good: int) -> Trouble:
    """An outage is told before what was rejected, and that before what was never written."""
    if answer.trouble and answer.trouble.code != "few_scenes":
        return answer.trouble
    return replace(troubles.REJECTED, pause=0.0) if rejected else troubles.few_scenes(good)


def words_of(judged: Judged) -> Told:
    scene = judged.scene
    return Told(title=scene.title, description=scene.description, prompt=scene.prompt)


def known_to(brief: Brief) -> tuple[Told, ...]:
    """An idea's own words are repeated on purpose; all others are not to be."""
    return () if brief.idea else (*brief.kept, *brief.replaced)
