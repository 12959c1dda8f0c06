"""How often Kling is asked for each finished video: the pipeline against the sandbox, over HTTP, without keys.

Every scenario is a world of its own: a database, a sandbox, and one process each for submit, check and collect that
ticks every two seconds, as Celery's beat does. Nothing but the clock is ours; see docs/performance.md.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

from waiting.figures import figures  # noqa: E402
from waiting.world import Scenario, run  # noqa: E402

# With 1,000 in flight the CPU has real work to do, which no clock can shorten: those go at the true pace.
SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="burst", videos=1000, slots=1000, compress=1),
        Scenario(name="flow", videos=3000, slots=1000, compress=1),
        Scenario(name="hundred", videos=100, slots=100, compress=5),
        Scenario(name="twenty", videos=100, slots=20, compress=10),
        Scenario(name="five", videos=40, slots=5, compress=10),
    )
}


def main() -> None:
    asked = _parser().parse_args()
    found = []
    for name in asked.scenarios or SCENARIOS:
        scenario = SCENARIOS[name]
        if asked.compress:
            scenario = replace(scenario, compress=asked.compress)
        scenario = replace(scenario, callbacks=asked.callbacks)
        sys.stderr.write(f"{name}: {scenario.videos} videos on {scenario.slots} slots ...\n")
        found.append({"scenario": name, "database": "PostgreSQL" if asked.postgres else "SQLite"})
        found[-1] |= figures(run(scenario, postgres=asked.postgres))
        if asked.json:
            sys.stdout.write(json.dumps(found[-1]) + "\n")
            sys.stdout.flush()
    if not asked.json:
        sys.stdout.write(_table(found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=f"some of: {', '.join(SCENARIOS)} (all)")
    parser.add_argument("--compress", type=float, metavar="K", help="let all clocks run K times as fast (by scenario)")
    parser.add_argument("--callbacks", action="store_true", help="let the sandbox call back, to pages of our own")
    parser.add_argument("--postgres", default="", metavar="ADDRESS", help="a server to make a database on (SQLite)")
    parser.add_argument("--json", action="store_true", help="print a line of JSON for each scenario, and no table")
    return parser


def _table(found: list[dict[str, Any]]) -> str:
    """One column for each scenario."""
    rows = [[name, *(str(figure[name]) for figure in found)] for name in found[0]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(found) + 1)]
    return "".join(
        "  ".join(cell.ljust(widths[0]) if not at else cell.rjust(widths[at]) for at, cell in enumerate(row)) + "\n"
        for row in rows
    )


if __name__ == "__main__":
    main()
