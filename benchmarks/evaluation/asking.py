"""How well OpenAI writes: one product after another, and a score per rule over the scenes that it wrote."""

import time
from collections import Counter
from collections.abc import Sequence

from django.conf import settings

from evaluation.products import Case
from evaluation.rules import RULES, broken_as_said, broken_for_kling, scenes_in
from evaluation.tables import say, share
from productvideo import services
from productvideo.models import Writing
from productvideo.scenes import ScenePlan, write_scenes

Written = list[tuple[Case, ScenePlan]]
PASSING = {"rate_limit", "paused"}  # waited for once
# What the next product would only meet again.
LASTING = {"odd_key", "refused_key", "not_allowed", "no_model", "no_credit", "not_taken", "moved", "unreachable"}


def evaluate_writer(products: Sequence[Case], *, wait: float) -> bool:
    """Have scenes written for each product and print the scores; say whether it came to the end."""
    written: Written = []
    say("")
    for case in products:
        plan = write_scenes(case.brief)
        if plan.cause in PASSING and wait:
            time.sleep(wait)
            plan = write_scenes(case.brief)
        written.append((case, plan))
        say(f"{case.code:<20}{case.kind:<11}{case.trait:<13}{plan.source:<10}{plan.cause}")
        if plan.cause in PASSING | LASTING:
            break
    print_scores(written)
    if plan.cause in PASSING | LASTING:
        say(f"\nstopped after {len(written)} of {len(products)} products: {plan.detail}")
        return False
    return True


def print_scores(written: Written) -> None:
    said: list[set[str]] = []
    sent: list[set[str]] = []
    causes = Counter[str]()
    for case, plan in written:
        said += broken_as_said(scenes_in(plan.raw_answer), case.brief)
        broken = broken_for_kling(plan.scenes, case.brief)
        sent += [rules for rules, idea in zip(broken, plan.scenes, strict=True) if idea.source == "openai"]
        causes[plan.cause] += sum(idea.source == "fallback" for idea in plan.scenes)
    if sent:
        say(f"\n{'rule':<20}{'as the model said it':>24}{'prompts for Kling':>22}")
        for rule in RULES:
            say(f"{rule:<20}{share(rule, said):>24}{share(rule, sent):>22}")
    defaults = ", ".join(f"{count} {cause}" for cause, count in (+causes).items())
    models = sorted({plan.language_model for _, plan in written} - {""})
    say(f"\nlanguage model    {', '.join(models) or 'none answered'}")
    say(f"prompt template   {written[0][1].template_version}")
    say(
        f"scenes            {len(sent)} written, {causes.total()} default scenes"
        + (f" ({defaults})" if defaults else "")
    )
    print_cost([plan for _, plan in written])


def print_cost(plans: Sequence[ScenePlan]) -> None:
    took = [Writing(input_tokens=plan.usage.input_tokens, output_tokens=plan.usage.output_tokens) for plan in plans]
    cost = services.cost_of(took)
    unknown = "unknown: OPENAI_INPUT_PRICE and OPENAI_OUTPUT_PRICE are not set"
    say(f"calls             {sum(plan.usage.calls for plan in plans)}")
    say(f"tokens            {sum(w.input_tokens for w in took)} in, {sum(w.output_tokens for w in took)} out")
    say(f"cost              {unknown if cost is None else f'{cost:.4f} {settings.KLING_CURRENCY}'}")
