"""What is printed: one line at a time, so that a long run can be watched, and shares of scenes that hold a rule."""

import sys
from collections.abc import Iterable, Sequence


def say(line: str) -> None:
    sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()


def share(rule: str, broken: Sequence[set[str]]) -> str:
    """How many scenes hold a rule, where `broken` has for each of them the rules that it breaks."""
    held = sum(rule not in rules for rules in broken)
    return f"{held} of {len(broken)} {held / len(broken):>5.0%}" if broken else "-"


def named(codes: Iterable[str]) -> str:
    return ", ".join(sorted(set(codes) - {""}))
