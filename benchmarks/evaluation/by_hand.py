"""Whether linter and assembly judge the committed answers as those who wrote them: it needs no key and no network."""

from collections import Counter
from collections.abc import Sequence

from evaluation.answers import Committed, played
from evaluation.products import Case
from evaluation.rules import RULES, broken_as_said, broken_for_kling, scenes_in
from evaluation.tables import named, say, share


def check_committed(answers: Sequence[Committed], products: dict[str, Case]) -> bool:
    """Print a score per rule, and each answer that was misjudged; say whether there is none."""
    good: list[set[str]] = []
    prompts: list[set[str]] = []
    expected, found = Counter[str](), Counter[str]()
    misjudged: list[str] = []
    for answer in answers:
        case = products[answer.product]
        plan = played(answer, case)
        said = broken_as_said(scenes_in(answer.content), case.brief)
        sent = broken_for_kling(plan.scenes, case.brief)
        rules = {plan.cause}.union(*said) - {""}
        prompts += sent
        if answer.breaks:
            expected[answer.breaks] += 1
            found[answer.breaks] += answer.breaks in rules
        else:
            good += said
        for complaint in complaints(answer, rules, set[str]().union(*sent), source=plan.source):
            misjudged.append(f"misjudged: {answer.file}: {complaint}")
    bad = expected.total()
    say(f"{len(answers) - bad} good and {bad} bad answers written by hand, {len(prompts)} prompts made of them")
    say(f"\n{'rule':<20}{'good answers':>16}{'bad ones found':>18}{'prompts for Kling':>22}")
    for rule in (*RULES, *sorted(set(expected) - set(RULES))):
        shares = (share(rule, good), share(rule, prompts)) if rule in RULES else ("", "")
        say(f"{rule:<20}{shares[0]:>16}{f'{found[rule]} of {expected[rule]}':>18}{shares[1]:>22}")
    say("\n" + ("\n".join(misjudged) or "none misjudged"))
    return not misjudged


def complaints(answer: Committed, rules: set[str], for_kling: set[str], *, source: str) -> list[str]:
    """Say what is wrong with the judgement of one answer, if anything."""
    found: list[str] = []
    if answer.breaks and answer.breaks not in rules:
        found.append(f"{answer.breaks} was not found, but {named(rules) or 'nothing'}")
    if not answer.breaks and (rules or source != "openai"):
        found.append(f"it is good, but {named(rules) or 'nothing'} was found, and its scenes are {source}")
    if for_kling:
        found.append(f"a prompt for Kling breaks {named(for_kling)}")
    return found
